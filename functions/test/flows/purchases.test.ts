import { sessionOf, openStage, type FlowStage } from './stage.ts';
import { availableOf, everything, lockedEscrow, noticesOf, orderOf, purchaseOn } from './acts.ts';
import { violationsOn } from './books.ts';
import { planCrash } from '../../../local/wire.ts';

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage();
}, 180_000);
afterEach(async () => {
  stage.stripe.heal();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

type Event = ReturnType<FlowStage['stripe']['events']>[number];
type Session = Event['data']['object'];

/** What Stripe would tell of an order's session. */
function eventOf(purchase: string, more: Partial<Session> = {}, type = 'checkout.session.completed') {
  const session = stage.stripe.sessions().find(({ id }) => id === sessionOf(stage, purchase));
  const paid = { status: 'complete', payment_status: 'paid', payment_intent: `pi_${purchase.slice(0, 8)}` };
  return {
    id: `evt_${crypto.randomUUID().replaceAll('-', '')}`,
    object: 'event',
    created: Math.floor(Date.now() / 1000),
    type,
    data: { object: { ...session, ...paid, ...more } },
  };
}

async function deliver(event: object, options: Parameters<FlowStage['stripe']['deliver']>[1] = {}) {
  const answers = await stage.stripe.deliver(event, options);
  await stage.idle();
  return answers.map(
    ({ status, answer }) => `${status} ${(JSON.parse(answer) as { result?: string }).result}`,
  );
}

/** Pays on the page while no webhook gets through. */
async function payUnheard(purchase: string): Promise<void> {
  stage.stripe.faults.delivery = 'never';
  await stage.stripe.pay(sessionOf(stage, purchase));
  stage.stripe.heal();
}

test.each(['unsigned', 'forged', 'stale', 'altered'] as const)(
  'W2-24 W0-19 W3-26 W3-30 an %s webhook is answered 401 and changes nothing',
  async (tamper) => {
    const buyer = await stage.actor();
    const { id } = await orderOf(buyer);
    const before = await everything(stage);
    const [delivery] = await stage.stripe.deliver(eventOf(id), { tamper });
    expect(delivery?.status).toBe(401);
    expect(await everything(stage)).toEqual(before);
  },
);

test('W2-26 fifty parallel copies of a webhook issue once', async () => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer, 10_000);
  const results = await deliver(eventOf(id), { times: 50 });
  expect(results.filter((one) => !/^200 (credited|seen)$/.test(one))).toEqual([]);
  expect(await availableOf(buyer)).toBe(10_000);
  expect(await noticesOf(stage, buyer)).toEqual(['purchase-paid']);
});

test('W0-22 W3-06 a webhook that is replayed after the money moved on changes nothing', async () => {
  const buyer = await stage.buyer(10_000);
  const payee = await stage.actor();
  const [event] = stage.stripe.events().slice(-1);
  const escrow = await lockedEscrow(buyer, payee, 10_000);
  await buyer.api.escrow.release({ escrow });
  const before = await everything(stage);
  expect(await deliver(event!, { times: 5 })).toEqual(Array(5).fill('200 seen'));
  expect(await everything(stage)).toEqual(before);
});

const wrongOnes: [string, Partial<Session>][] = [
  ['a unit too little', { amount_total: 10_999 }],
  ['a unit too much', { amount_total: 11_001 }],
  ['nothing', { amount_total: 0 }],
  ['another currency', { currency: 'usd' }],
  ['a currency that nobody knows', { currency: 'xts' }],
];
test.each(wrongOnes)('W2-25 W0-20 %s goes to review and issues nothing', async (_, wrong) => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer, 10_000);
  expect(await deliver(eventOf(id, wrong))).toEqual(['200 review']);
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'review' });
  expect(await availableOf(buyer)).toBe(0);
  expect(await noticesOf(stage, buyer)).toEqual(['purchase-review']);
});

const notPaying: [string, Partial<Session>, string][] = [
  ['complete and unpaid', { payment_status: 'unpaid' }, 'pending'],
  ['complete without a payment', { payment_status: 'no_payment_required' }, 'failed'],
  ['paid and still open', { status: 'open' }, 'pending'],
  ['paid and expired', { status: 'expired' }, 'expired'],
  ['in a state that came later', { payment_status: 'awaiting_delivery' }, 'pending'],
  ['of no state at all', { status: null }, 'pending'],
];
test.each(notPaying)('W0-21 a session that is %s pays nothing', async (_, state, status) => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer);
  await deliver(eventOf(id, state));
  expect(await purchaseOn(stage, id)).toMatchObject({ status });
  expect(await availableOf(buyer)).toBe(0);
});

test('W0-21 a bank debit pays when it has come, not before; one that failed pays nothing', async () => {
  const buyer = await stage.actor();
  const good = await orderOf(buyer, 10_000);
  const bad = await orderOf(buyer, 20_000);
  for (const { id } of [good, bad]) await stage.stripe.pay(sessionOf(stage, id), 'later');
  await stage.idle();
  expect(await availableOf(buyer)).toBe(0);
  await stage.stripe.settle(sessionOf(stage, good.id), 'paid');
  await stage.stripe.settle(sessionOf(stage, bad.id), 'failed');
  await stage.idle();
  expect(await availableOf(buyer)).toBe(10_000);
  expect((await noticesOf(stage, buyer)).sort()).toEqual(['purchase-failed', 'purchase-paid']);
});

test('W4-11 two different events about one payment credit once, also at the same time', async () => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer, 10_000);
  const events = Array.from({ length: 10 }, (_, i) =>
    eventOf(id, {}, i % 2 ? 'checkout.session.completed' : 'checkout.session.async_payment_succeeded'),
  );
  const results = (await Promise.all(events.map((event) => deliver(event)))).flat();
  expect(results.sort()).toEqual(['200 credited', ...Array<string>(9).fill('200 nothing')]);
  expect(await availableOf(buyer)).toBe(10_000);
});

test.each([
  ['of an order that is not there', 'b'.repeat(24), ':nobody:1'],
  ['of an attempt that was never made', '', ':2'],
  ['that names nothing of ours', 'something-else', ''],
  ['whose order id nobody could have made', 'not an id', ':who are you:1'],
])('F05 an event %s is recorded, and issues nothing', async (_, name, rest) => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer);
  const attempt = (name || id.replace('~', ':')) + rest;
  const event = eventOf(id, { client_reference_id: attempt, metadata: { attempt } });
  expect(await deliver(event)).toEqual(['200 unknown']);
  const recorded = await stage.db.doc(`pspEvents/stripe_${event.id}`).get();
  expect(recorded.data()).toMatchObject({ result: 'unknown', dueAt: null });
  expect(await availableOf(buyer)).toBe(0);
});

test('F05 an event about the order of another provider issues nothing', async () => {
  const buyer = await stage.actor();
  const other = await orderOf(buyer, 10_000, 'fatora');
  const own = await orderOf(buyer, 10_000);
  const attempt = `${other.id.replace('~', ':')}:1`;
  const event = eventOf(own.id, { client_reference_id: attempt, metadata: { attempt } });
  expect(await deliver(event)).toEqual(['200 unknown']);
  expect(await purchaseOn(stage, other.id)).toMatchObject({ status: 'pending' });
});

test('W3-06 word of an expiry that overtakes word of the payment loses nothing: a person looks', async () => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer, 10_000);
  stage.stripe.faults.delivery = 'out_of_order';
  await stage.stripe.pay(sessionOf(stage, id));
  await stage.idle();
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'review', why: 'late' });
  expect(await availableOf(buyer)).toBe(0);
});

test('W4-12 after the payment, word of a failure or an expiry changes nothing', async () => {
  const buyer = await stage.buyer(10_000);
  const found = await stage.db.collection('purchases').where('uid', '==', buyer.uid).get();
  const id = found.docs[0]!.id;
  const paid = await purchaseOn(stage, id);
  for (const type of ['checkout.session.expired', 'checkout.session.async_payment_failed'])
    expect(await deliver(eventOf(id, { status: 'expired', payment_status: 'unpaid' }, type))).toEqual([
      '200 nothing',
    ]);
  expect(await purchaseOn(stage, id)).toEqual(paid);
});

test('W2-28 W1-20 W3-08 an event whose handler died is taken up by the sweep', async () => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer, 10_000);
  const event = eventOf(id);
  planCrash('psp-stripe', { step: 1, when: 'before' });
  expect((await stage.stripe.deliver(event)).map(({ status }) => status)).toEqual([503]);
  expect(await availableOf(buyer)).toBe(0);
  expect((await stage.db.doc(`pspEvents/stripe_${event.id}`).get()).get('result')).toBeNull();
  await stage.advance('5m');
  expect(await availableOf(buyer)).toBe(10_000);
});

test('F06 W1-20 a payment of which no webhook ever told is credited within one sweep', async () => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer, 10_000);
  await payUnheard(id);
  await stage.advance('10m');
  await stage.cloud.runSchedule('purchases-sweep');
  expect(await availableOf(buyer)).toBe(10_000);
});

test('F06 two sweeps and a late webhook at once credit once', async () => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer, 10_000);
  await payUnheard(id);
  stage.cloud.clock.move(600_000);
  const [told] = stage.stripe.events().slice(-1);
  const sweep = () => stage.cloud.runSchedule('purchases-sweep');
  await Promise.all([sweep(), sweep(), deliver(told!, { times: 5 })]);
  expect(await availableOf(buyer)).toBe(10_000);
});

test('F06 I12 an order that nobody pays expires, once, and leaves room for others', async () => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer);
  stage.stripe.faults.delivery = 'never';
  await stage.advance('2h');
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'expired', dueAt: null });
  expect((await stage.db.doc(`buyers/${buyer.uid}`).get()).get('recent')).toEqual([]);
  expect(await noticesOf(stage, buyer)).toEqual(['purchase-expired']);
  stage.stripe.heal();
  // The payer was faster than we thought, on a page that had been left open.
  expect(await deliver(eventOf(id))).toEqual(['200 review']);
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'review', why: 'late' });
  expect(await availableOf(buyer)).toBe(0);
});
