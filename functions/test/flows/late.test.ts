import { availableOf, orderOf, purchaseOn } from './acts.ts';
import { violationsOn } from './books.ts';
import { openStage, sessionOf, type Actor, type FlowStage } from './stage.ts';

/** Money that the provider has and nobody told us of: it is asked about for as long as it may still come. */

jest.setTimeout(180_000);

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage();
}, 180_000);
afterEach(async () => {
  stage.stripe.heal();
  stage.fatora.heal();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const fatoraOrder = (buyer: Actor) => orderOf(buyer, 10_000, 'fatora');
const pageOf = (id: string, attempt = 1) => `${id.replace('~', ':')}:${attempt}`;

test('I12 F06 an order that could not be asked about for a day is credited once the provider answers again', async () => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer, 10_000);
  stage.stripe.faults.delivery = 'never';
  await stage.stripe.pay(sessionOf(stage, id));
  stage.stripe.faults.read = 'error_before';
  for (let hours = 0; hours < 27; hours += 1) await stage.advance('1h');
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'review', why: 'unanswered' });
  stage.stripe.heal();
  await stage.advance('2h');
  // It came late, so a person credits it; that it was paid in full is known.
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'review', why: 'late' });
  const finance = await stage.actor('finance');
  await finance.api.purchases.resolve({ purchase: id, decision: 'credit', reason: 'Paid in full.' });
  expect(await availableOf(buyer)).toBe(10_000);
});

test('I12 a bank debit that is under way does not expire, and is credited when it comes', async () => {
  const buyer = await stage.actor();
  const { id } = await orderOf(buyer, 10_000);
  const session = sessionOf(stage, id);
  await stage.stripe.pay(session, 'later');
  await stage.advance('48h');
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'pending' });
  stage.stripe.faults.delivery = 'never';
  await stage.stripe.settle(session, 'paid');
  await stage.advance('1h');
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'paid' });
  expect(await availableOf(buyer)).toBe(10_000);
});

test('a declined card at Fatora closes nothing: the same page takes another one', async () => {
  const buyer = await stage.actor();
  const { id } = await fatoraOrder(buyer);
  await stage.fatora.pay(pageOf(id), 'decline');
  await stage.idle();
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'pending' });
  await stage.fatora.pay(pageOf(id));
  await stage.idle();
  expect(await availableOf(buyer)).toBe(10_000);
});

test('I12 a page of Fatora that outlives its order: a payment nobody told of is found and goes to review', async () => {
  const buyer = await stage.actor();
  const { id } = await fatoraOrder(buyer);
  await stage.advance('2h');
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'expired' });
  stage.fatora.faults.delivery = 'never';
  await stage.fatora.pay(pageOf(id));
  await stage.advance('12h');
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'review', why: 'late' });
});

test('F08 an order paid on two pages is credited once, and the second payment goes back by itself', async () => {
  const buyer = await stage.actor();
  stage.fatora.faults.create = 'timeout_after';
  const requestId = 'paid-on-two-pages';
  const item = { kind: 'amount', amount: 10_000 } as const;
  const ask = () => buyer.api.purchases.create({ requestId, provider: 'fatora', item });
  await expect(ask()).rejects.toThrow('provider_unavailable');
  stage.fatora.heal();
  const { id } = await ask();
  stage.fatora.faults.delivery = 'never';
  await stage.fatora.pay(pageOf(id, 1));
  await stage.fatora.pay(pageOf(id, 2));
  await stage.advance('1h');
  expect(await availableOf(buyer)).toBe(10_000);
  await stage.advance('10m');
  const twice = await stage.db.collection('pspEvents').where('result', '==', 'double_payment').get();
  expect(twice.docs.map((event) => event.data())).toMatchObject([
    { about: { report: { attempt: pageOf(id, 2) } }, dueAt: null },
  ]);
  const refunds = await stage.db.collection('refunds').where('uid', '==', buyer.uid).get();
  expect(refunds.docs.map((one) => one.data())).toMatchObject([
    { status: 'refunded', booked: false, amount: 11_000 },
  ]);
  const [one, two] = [pageOf(id, 1), pageOf(id, 2)].map((page) =>
    stage.fatora.orders().find((order) => order.order_id === page),
  );
  expect([one?.refunds ?? 0, two?.refunds]).toEqual([0, 1]);
  await stage.advance('25h');
  expect(stage.fatora.orders().find((order) => order.order_id === pageOf(id, 2))?.refunds).toBe(1);
});
