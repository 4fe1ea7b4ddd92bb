import { fromStored } from '../../src/shared/stored.ts';
import type { Booking } from '../../src/bookings/booking.ts';
import type { Escrow } from '../../src/escrow/escrow.ts';
import { qar } from './acts.ts';
import { requestId, type Actor, type FlowStage } from './stage.ts';

/** What brands and creators do in more than one flow. Amounts in minor units of QAR. */

let named = 0;
/** Somebody with a username of their own. */
export async function withName(person: Actor, name = 'user'): Promise<string> {
  named += 1;
  const username = `${name}_${process.pid % 1000}x${named}`;
  return (await person.api.usernames.claim({ username })).username;
}

export const basic = {
  id: 'posts',
  title: 'Some posts',
  price: qar(10_000),
  pieces: 1,
  freeRevisions: 2,
  revisionFee: 500,
  turnaroundDays: 7,
};

export type Pair = { readonly brand: Actor; readonly creator: Actor; readonly name: string };

/** A brand with money, and a creator who offers something. */
export async function pairOf(stage: FlowStage, money: number, offers: object = {}): Promise<Pair> {
  const [brand, creator] = [await stage.buyer(money), await stage.actor()];
  await withName(brand, 'brand');
  const name = await withName(creator, 'maker');
  await creator.api.terms.save({ packages: [{ ...basic, ...offers }] });
  return { brand, creator, name };
}

export const book = async ({ brand, name }: Pair): Promise<string> =>
  (
    await brand.api.bookings.request({
      requestId: requestId(),
      creator: name,
      package: 'posts',
      brief: 'Our shop.',
    })
  ).id;

/** Paid by the wallet, and accepted. */
export async function begunBooking(pair: Pair): Promise<string> {
  const booking = await book(pair);
  await pair.brand.api.bookings.pay({ booking });
  await pair.creator.api.bookings.accept({ booking });
  return booking;
}

export const deliver = ({ creator }: Pair, booking: string, pieces = 1, note = 'Here it is.') =>
  creator.api.bookings.deliver({
    booking,
    note,
    links: Array.from({ length: pieces }, (_, i) => `https://files.example/${requestId()}-${i}`),
  });

export async function bookingOn({ db }: FlowStage, id: string): Promise<Booking> {
  return fromStored((await db.doc(`bookings/${id}`).get()).data() ?? {}) as Booking;
}

export async function escrowsOf({ db }: FlowStage, id: string): Promise<Escrow[]> {
  const { docs } = await db.collection('escrows').where('keeper', '==', `bookings/${id}`).get();
  return docs.map((one) => fromStored(one.data()) as Escrow).sort((a, b) => (a.job < b.job ? -1 : 1));
}
