import { availableOf, everything, noticesOf, orderOf, purchaseOn } from './acts.ts';
import { violationsOn } from './books.ts';
import { openStage, refusal, sessionOf, together, type Actor, type FlowStage } from './stage.ts';

let stage: FlowStage;
let finance: Actor;
beforeAll(async () => {
  stage = await openStage();
  finance = await stage.actor('finance');
}, 180_000);
afterEach(async () => {
  stage.stripe.heal();
  stage.fatora.heal();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const reason = 'Seen on the provider’s statement.';
const attemptOf = (id: string) => `${id.replace('~', ':')}:1`;

async function refusedWithoutTrace(act: () => Promise<unknown>, expected: object): Promise<void> {
  const before = await everything(stage);
  expect(await refusal(act())).toMatchObject(expected);
  expect(await everything(stage)).toEqual(before);
}

/** An order that a bank debit failed for, and paid after all. */
async function latePayment(buyer: Actor): Promise<string> {
  const { id } = await orderOf(buyer, 10_000);
  const session = sessionOf(stage, id);
  await stage.stripe.pay(session, 'later');
  await stage.stripe.settle(session, 'failed');
  await stage.idle();
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'failed' });
  const event = stage.stripe.events().findLast(({ data }) => data.object.id === session);
  const object = { ...event!.data.object, payment_status: 'paid' };
  const type = 'checkout.session.async_payment_succeeded';
  await stage.stripe.deliver({ ...event, id: `evt_late_${id.slice(0, 12)}`, type, data: { object } });
  await stage.idle();
  return id;
}

async function wrongPayment(buyer: Actor): Promise<string> {
  const { id } = await orderOf(buyer, 10_000);
  stage.stripe.faults.amount = 9000;
  await stage.stripe.pay(sessionOf(stage, id));
  stage.stripe.heal();
  await stage.idle();
  return id;
}

const actionsOn = async (purchase: string) =>
  (await stage.db.collection('adminActions').where('target', '==', `purchases/${purchase}`).get()).docs.map(
    (one) => one.data(),
  );

test('W0-21 a payment after a failure waits for a person, who credits it once, on the record', async () => {
  const buyer = await stage.actor();
  const purchase = await latePayment(buyer);
  expect(await purchaseOn(stage, purchase)).toMatchObject({ status: 'review', why: 'late' });
  expect(await availableOf(buyer)).toBe(0);
  const credit = () => finance.api.purchases.resolve({ purchase, decision: 'credit', reason });
  const { answers, reasons } = await together([1, 2, 3, 4, 5].map(credit));
  expect([answers.map(({ status }) => status), reasons]).toEqual([Array(5).fill('paid'), []]);
  await stage.idle();
  expect(await availableOf(buyer)).toBe(10_000);
  expect(await actionsOn(purchase)).toMatchObject([
    {
      action: 'purchases-resolve-credit',
      by: finance.uid,
      role: 'finance',
      reason,
      before: { status: 'review' },
      after: { status: 'paid', value: 10_000 },
    },
  ]);
  expect(await noticesOf(stage, buyer)).toEqual(['purchase-failed', 'purchase-review', 'purchase-paid']);
  await refusedWithoutTrace(() => finance.api.purchases.resolve({ purchase, decision: 'dismiss', reason }), {
    reason: 'wrong_status',
    facts: { status: 'paid' },
  });
});

test('W0-42 the wrong amount can only be dismissed; dismissed twice is once, and told again it is no news', async () => {
  const buyer = await stage.actor();
  const purchase = await wrongPayment(buyer);
  await refusedWithoutTrace(() => finance.api.purchases.resolve({ purchase, decision: 'credit', reason }), {
    reason: 'amount_mismatch',
    facts: { expected: 11_000, found: '9000 qar' },
  });
  const dismiss = () => finance.api.purchases.resolve({ purchase, decision: 'dismiss', reason });
  expect(await dismiss()).toMatchObject({ status: 'failed' });
  const before = await everything(stage);
  expect(await dismiss()).toMatchObject({ status: 'failed' });
  expect(await everything(stage)).toEqual(before);
  expect(await actionsOn(purchase)).toMatchObject([
    {
      action: 'purchases-resolve-dismiss',
      before: { status: 'review' },
      after: { status: 'failed', value: 0 },
    },
  ]);
  const told = stage.stripe.events().findLast(({ data }) => data.object.id === sessionOf(stage, purchase));
  await stage.stripe.deliver({ ...told, id: 'evt_told_again' });
  expect(await purchaseOn(stage, purchase)).toMatchObject({ status: 'failed', why: 'dismissed' });
  expect(await availableOf(buyer)).toBe(0);
});

test('F30 credit against dismiss at once has one winner', async () => {
  const buyer = await stage.actor();
  const purchase = await latePayment(buyer);
  const other = await stage.actor('superadmin');
  const { answers, reasons } = await together([
    finance.api.purchases.resolve({ purchase, decision: 'credit', reason }),
    other.api.purchases.resolve({ purchase, decision: 'dismiss', reason }),
  ]);
  expect([answers.length, reasons]).toEqual([1, ['wrong_status']]);
  expect(await availableOf(buyer)).toBe(answers[0]?.status === 'paid' ? 10_000 : 0);
});

test('W1-18 only finance resolves, never their own, and only what is under review', async () => {
  const own = await latePayment(finance);
  const resolve = (who: Actor, purchase: string) => () =>
    who.api.purchases.resolve({ purchase, decision: 'credit', reason });
  await refusedWithoutTrace(resolve(finance, own), { reason: 'own_request' });
  const [buyer, support] = [await stage.actor(), await stage.actor('support')];
  for (const who of [buyer, support])
    await refusedWithoutTrace(resolve(who, own), { reason: 'role_missing' });
  const { id } = await orderOf(buyer);
  await refusedWithoutTrace(resolve(finance, id), { reason: 'wrong_status', facts: { status: 'pending' } });
  await refusedWithoutTrace(resolve(finance, `${'0'.repeat(24)}~nobody`), { reason: 'not_found' });
});

test('F05 a Fatora hint that claims a payment, unsigned as all are, pays nothing', async () => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer, 10_000, 'fatora');
  const claim = {
    order_id: attemptOf(id),
    payment_status: 'SUCCESS',
    amount: 110,
    currency: 'QAR',
    transaction_id: '7',
  };
  for (const as of ['json', 'form'] as const)
    expect((await stage.fatora.deliver(claim, { times: 10, as })).map(({ status }) => status)).toEqual(
      Array(10).fill(200),
    );
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'pending' });
  expect(await availableOf(buyer)).toBe(0);
  const before = await everything(stage);
  await stage.fatora.deliver({ ...claim, order_id: 'order-of-nobody:1' }, { times: 5 });
  const garbled = await stage.fatora.deliver({ payment_status: 'SUCCESS' });
  expect(garbled.map(({ status }) => status)).toEqual([401]);
  expect(await everything(stage)).toEqual(before);
});

test('W2-26 fifty parallel hints about one real Fatora payment credit once', async () => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer, 10_000, 'fatora');
  stage.fatora.faults.delivery = 'never';
  await stage.fatora.pay(attemptOf(id));
  const told = await stage.fatora.deliver(stage.fatora.hint(attemptOf(id)), { times: 50 });
  expect(new Set(told.map(({ status }) => status))).toEqual(new Set([200]));
  await stage.idle();
  expect(await availableOf(buyer)).toBe(10_000);
  expect(await noticesOf(stage, buyer)).toEqual(['purchase-paid']);
});

test.each([
  ['too little', { amount: 109.99 }],
  ['too much', { amount: 110.01 }],
  ['in another currency', { currency: 'USD' }],
  ['with more decimals than there are', { amount: 110.001 }],
])('W2-25 what Fatora took %s goes to review and issues nothing', async (_, wrong) => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer, 10_000, 'fatora');
  Object.assign(stage.fatora.faults, wrong);
  await stage.fatora.pay(attemptOf(id));
  await stage.idle();
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'review' });
  expect(await availableOf(buyer)).toBe(0);
});

test('F06 a Fatora payment of which no hint ever came is found by the sweep', async () => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer, 10_000, 'fatora');
  stage.fatora.faults.delivery = 'never';
  await stage.fatora.pay(attemptOf(id));
  await stage.advance('10m');
  await stage.cloud.runSchedule('purchases-sweep');
  expect(await availableOf(buyer)).toBe(10_000);
});

test('I12 an order whose provider is silent for a day waits for a person, and is credited when the word comes', async () => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer, 10_000);
  stage.stripe.faults.read = 'error_before';
  stage.stripe.faults.delivery = 'never';
  await stage.stripe.pay(sessionOf(stage, id));
  await stage.advance('2h');
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'pending' });
  await stage.advance('24h');
  await stage.advance('10m');
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'review', why: 'unanswered' });
  expect(await availableOf(buyer)).toBe(0);
  stage.stripe.heal();
  await stage.advance('49h');
  const told = stage.stripe.events().findLast(({ data }) => data.object.id === sessionOf(stage, id));
  await stage.stripe.deliver(told!);
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'review', why: 'late' });
  expect(await finance.api.purchases.resolve({ purchase: id, decision: 'credit', reason })).toMatchObject({
    status: 'paid',
  });
  expect(await availableOf(buyer)).toBe(10_000);
});
