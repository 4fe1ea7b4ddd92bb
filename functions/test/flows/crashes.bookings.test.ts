import { dieEverywhere, scene, type Scene } from './crash.ts';
import { basic, deliver, withName, type Pair } from './creators.ts';
import { openStage, requestId, sessionOf, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(120_000);

let stage: FlowStage;
let brand: Actor;
let creator: Actor;
let support: Actor;
beforeAll(async () => {
  stage = await openStage();
  [brand, creator, support] = await Promise.all([stage.actor(), stage.actor(), stage.actor('support')]);
});
afterAll(() => stage.stop());

/** The store was wiped: money, names and terms are made anew, and a booking that nobody has answered. */
async function asked(): Promise<{ pair: Pair; booking: string }> {
  const item = { kind: 'amount', amount: 20_000 } as const;
  const { id } = await brand.api.purchases.create({ requestId: requestId(), provider: 'stripe', item });
  await stage.stripe.pay(sessionOf(stage, id));
  await withName(brand, 'brand');
  const pair = { brand, creator, name: await withName(creator, 'maker') };
  await creator.api.terms.save({ packages: [{ ...basic, pieces: 2, freeRevisions: 0 }] });
  const order = { requestId: requestId(), creator: pair.name, package: 'posts', brief: 'Our shop.' };
  return { pair, booking: (await brand.api.bookings.request(order)).id };
}

async function delivered(pieces: number) {
  const { pair, booking } = await asked();
  await brand.api.bookings.pay({ booking });
  await creator.api.bookings.accept({ booking });
  await deliver(pair, booking, pieces);
  return { pair, booking };
}

type Begun = { readonly booking: string };
/** A call that its caller repeats; one that had been done before may be told so. */
function repeated(
  name: string,
  prepare: () => Promise<Begun>,
  call: (context: Begun) => Promise<unknown>,
): Scene {
  const recover = (context: Begun) =>
    call(context).catch((error: unknown) => {
      expect(error).toMatchObject({ details: { reason: 'wrong_status' } });
    });
  return scene({ name, title: 'a call that is repeated', prepare, act: call, recover });
}

const scenes: Scene[] = [
  repeated('bookings-pay', asked, ({ booking }) => brand.api.bookings.pay({ booking })),
  repeated(
    'bookings-reject',
    async () => {
      const { booking } = await asked();
      await brand.api.bookings.pay({ booking });
      return { booking };
    },
    ({ booking }) => creator.api.bookings.reject({ booking, reason: 'I am away.' }),
  ),
  repeated(
    'bookings-approve',
    () => delivered(2),
    ({ booking }) => brand.api.bookings.approve({ booking }),
  ),
  repeated(
    'bookings-revise',
    async () => {
      const { booking } = await delivered(1);
      await brand.api.bookings.extra({ booking });
      return { booking };
    },
    ({ booking }) => brand.api.bookings.revise({ booking, wish: 'Bluer.' }),
  ),
  repeated(
    'bookings-decide',
    async () => {
      const { booking } = await delivered(1);
      await brand.api.bookings.approve({ booking });
      await creator.api.bookings.cancel({ booking, reason: 'I am ill.' });
      return { booking };
    },
    ({ booking }) => support.api.bookings.decide({ booking, approve: true, reason: 'They are.' }),
  ),
];

test.each(scenes)('I6 F24 W2-10 dying anywhere in $name leaves all of it or nothing', async (one) => {
  expect(await dieEverywhere(stage, { brand, creator, support }, one)).toBeGreaterThan(1);
});
