import { complaint, qar } from './acts.ts';
import { basic, begunBooking, book, deliver, pairOf } from './creators.ts';
import type { All } from './spending.ts';
import { requestId } from './stage.ts';

/** What brands, creators and those who look after them set off, once each. */

const reason = 'Looked at it.';

export async function offering({ stage, cost, finance, chief }: All): Promise<void> {
  const ann = await stage.buyer(60_000);
  const username = `seen_${process.pid % 1000}`;
  await cost('usernames-check', () => ann.api.usernames.check({ username }));
  await cost('usernames-claim', () => ann.api.usernames.claim({ username }));
  await cost('profiles-save', () => ann.api.profiles.save({ bio: 'I draw what you say.' }));
  await cost('profiles-get', () => ann.api.profiles.get({ username }));
  await cost('terms-save', () => ann.api.terms.save({ packages: [basic] }));
  await cost('terms-get', () => ann.api.terms.get({ username }));
  await cost('plans-define', () =>
    chief.api.plans.define({
      ...{ offer: 'gold', kind: 'plan', title: 'Gold', costs: 4_900, currency: 'QAR', days: 30, reason },
      charges: { payeeFeeBps: 800, payerFeeBps: 0 },
    }),
  );
  await cost('plans-list', () => ann.api.plans.list({}));
  await cost('plans-buy', () => ann.api.plans.buy({ requestId: requestId(), offer: 'plus' }));
  await cost('plans-mine', () => ann.api.plans.mine({}));

  const transfer = (reference: string) => ({
    ...{ requestId: requestId(), amount: qar(50_000), reference },
    proof: `proofs/${ann.uid}/slip.pdf`,
  });
  const [reference, other] = [requestId(), requestId()];
  const { id: deposit } = await cost('deposits-submit', () => ann.api.deposits.submit(transfer(reference)));
  await cost('deposits-queue', () => finance.api.deposits.queue({}));
  await cost('deposits-assign', () => finance.api.deposits.assign({ deposit, to: finance.uid, reason }));
  await cost('deposits-verify', () =>
    finance.api.deposits.verify({ deposit, amount: qar(50_000), reference, reason }),
  );
  const { id: none } = await ann.api.deposits.submit(transfer(other));
  await cost('deposits-reject', () => finance.api.deposits.reject({ deposit: none, reason }));
}

export async function creating({ stage, cost, support }: All): Promise<void> {
  const pair = await pairOf(stage, 300_000, { freeRevisions: 1 });
  const { brand, creator, name } = pair;
  const wish = { requestId: requestId(), creator: name, package: 'posts', brief: 'Our shop.' };
  const { id: booking } = await cost('bookings-request', () => brand.api.bookings.request(wish));
  await cost('bookings-get', () => brand.api.bookings.get({ booking }));
  await cost('bookings-pay', () => brand.api.bookings.pay({ booking }));
  await cost('bookings-accept', () => creator.api.bookings.accept({ booking }));
  await cost('bookings-deliver', () => deliver(pair, booking));
  await cost('bookings-revise', () => brand.api.bookings.revise({ booking, wish: 'Bluer.' }));
  await deliver(pair, booking);
  await cost('bookings-extra', () => brand.api.bookings.extra({ booking }));
  await brand.api.bookings.revise({ booking, wish: 'Redder.' });
  await deliver(pair, booking);
  await cost('bookings-approve', () => brand.api.bookings.approve({ booking }));

  const paid = async () => {
    const id = await book(pair);
    await brand.api.bookings.pay({ booking: id });
    return id;
  };
  const [unwanted, withdrawn] = [await paid(), await paid()];
  await cost('bookings-reject', () => creator.api.bookings.reject({ booking: unwanted, reason }));
  await cost('bookings-withdraw', () => brand.api.bookings.withdraw({ booking: withdrawn, reason }));
  const given = await begunBooking(pair);
  await cost('bookings-cancel', () => brand.api.bookings.cancel({ booking: given, reason }));
  await cost('bookings-decide', () => support.api.bookings.decide({ booking: given, approve: true, reason }));
  const angry = await begunBooking(pair);
  await cost('bookings-dispute', () => brand.api.bookings.dispute({ booking: angry, ...complaint }));
  await cost('bookings-evidence', () =>
    creator.api.bookings.evidence({ booking: angry, text: 'We had said.' }),
  );
  await cost('bookings-queue', () => support.api.bookings.queue({ status: 'disputed' }));
  await cost('bookings-assign', () =>
    support.api.bookings.assign({ booking: angry, to: support.uid, reason }),
  );
  const resolution = { kind: 'split', percent: 60 } as const;
  await cost('bookings-resolve', () => support.api.bookings.resolve({ booking: angry, resolution, reason }));
}

/** What comes by itself. */
export async function growing({ stage, cost }: All): Promise<void> {
  const pair = await pairOf(stage, 100_000);
  const { brand, creator } = pair;
  const lastIntent = () => Object.values(stage.stripe.vault().intents).at(-1)!.id;
  const booking = await book(pair);
  await creator.api.bookings.accept({ booking });
  await brand.api.bookings.pay({ booking, card: {} });
  await cost(
    'a booking’s escrow, filled by its card',
    () => stage.stripe.play('confirm', lastIntent()),
    'psp-stripe',
  );
  const other = await begunBooking(pair);
  await deliver(pair, other);
  await cost('an approval by the timer', () => stage.advance('73h'), 'bookings-due');
}
