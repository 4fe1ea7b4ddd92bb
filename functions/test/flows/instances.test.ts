import { openStage, requestId, sessionOf, together, type Actor, type FlowStage } from './stage.ts';

/**
 * On one instance transactions on the same documents take turns. Instances do not know of each other: here
 * nobody takes turns, and Firestore alone decides.
 */
let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage();
  const { stopTakingTurns } = await import('../../src/platform/turns.ts');
  stopTakingTurns();
}, 180_000);
afterAll(() => stage.stop());

const times = <T>(count: number, work: () => Promise<T>) => Promise.all(Array.from({ length: count }, work));
const available = async (person: Actor) => (await person.api.wallet.get({})).balances[0]?.available;

test('I6 W2-26 a webhook that reaches many instances at once credits once', async () => {
  const ann = await stage.actor();
  const item = { kind: 'amount', amount: 10_000 } as const;
  const { id } = await ann.api.purchases.create({ requestId: requestId(), provider: 'stripe', item });
  stage.stripe.faults.delivery = 'never';
  await stage.stripe.pay(sessionOf(stage, id));
  stage.stripe.heal();
  const event = stage.stripe.events().findLast((one) => one.type === 'checkout.session.completed');
  await stage.stripe.deliver(event ?? {}, { times: 8 });
  await stage.idle();
  expect(await available(ann)).toBe(10_000);
}, 120_000);

test('I6 W0-13 releases on many instances at once pay once, and all hear the same', async () => {
  const payer = await stage.buyer(20_000);
  const payee = await stage.actor();
  const price = { amount: 20_000, currency: 'QAR' } as const;
  const { id: job } = await payer.api.jobs.post({ requestId: requestId(), title: 'Work', price });
  await payer.api.jobs.assign({ job, payee: payee.uid });
  const locks = await times(4, () => payer.api.escrow.lock({ job }));
  expect(new Set(locks.map(({ id }) => id)).size).toBe(1);
  expect(await available(payer)).toBe(0);
  const escrow = locks[0]!.id;
  const ends = await together([
    ...Array.from({ length: 3 }, () => payer.api.escrow.release({ escrow })),
    ...Array.from({ length: 3 }, () => payer.api.escrow.refund({ escrow })),
  ]);
  expect(ends.answers).toHaveLength(3);
  expect(ends.reasons).toEqual(Array.from({ length: 3 }, () => 'wrong_status'));
  const held = [await available(payer), await available(payee)];
  expect([
    [20_000, 0],
    [0, 18_000],
  ]).toContainEqual(held);
}, 120_000);
