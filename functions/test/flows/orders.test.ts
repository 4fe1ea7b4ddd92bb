import { planCrash } from '../../../local/wire.ts';
import { availableOf, everything, noticesOf, orderOf, purchaseOn } from './acts.ts';
import { violationsOn } from './books.ts';
import { openStage, refusal, requestId, sessionOf, together, type Actor, type FlowStage } from './stage.ts';

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

const amount = { kind: 'amount', amount: 10_000 } as const;
const ordersOf = async ({ uid }: Actor) =>
  (await stage.db.collection('purchases').where('uid', '==', uid).get()).docs.map(({ id }) => id);
const sessionsOf = (id: string) =>
  stage.stripe.sessions().filter((one) => one.client_reference_id?.startsWith(id.replace('~', ':')));
const fatoraOrdersOf = (id: string) =>
  stage.fatora.orders().filter((one) => one.order_id.startsWith(id.replace('~', ':')));

/** The payer's browser, at the address that the call answered. */
const payAt = (url: string | null) =>
  fetch(url ?? '', { method: 'POST', body: new URLSearchParams({ choice: 'pay' }), redirect: 'manual' });

test.each(['stripe', 'fatora'] as const)(
  'W2-42 F04 twenty calls with one request id are one order at %s, paid once',
  async (provider) => {
    const buyer = await stage.actor();
    const order = { requestId: requestId(), provider, item: amount };
    const { answers, reasons } = await together(
      Array.from({ length: 20 }, () => buyer.api.purchases.create(order)),
    );
    expect(reasons).toEqual([]);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(new Set(answers.map(({ checkoutUrl }) => checkoutUrl)).size).toBe(1);
    const { id, checkoutUrl } = answers[0]!;
    expect(await ordersOf(buyer)).toEqual([id]);
    if (provider === 'stripe') expect(sessionsOf(id)).toHaveLength(1);
    expect((await payAt(checkoutUrl)).status).toBe(303);
    await stage.idle();
    expect(await availableOf(buyer)).toBe(10_000);
    const before = await everything(stage);
    expect(await buyer.api.purchases.create(order)).toMatchObject({ id, status: 'paid', checkoutUrl: null });
    expect(await everything(stage)).toEqual(before);
  },
);

test('F04 W0-25 twenty repeats at once, after a lost answer of Fatora, all name the same page', async () => {
  const buyer = await stage.actor();
  const order = { requestId: requestId(), provider: 'fatora', item: amount } as const;
  planCrash('purchases-create', { step: 3, when: 'before' });
  await expect(buyer.api.purchases.create(order)).rejects.toMatchObject({ code: 'INTERNAL' });
  const { answers, reasons } = await together(
    Array.from({ length: 20 }, () => buyer.api.purchases.create(order)),
  );
  expect(reasons).toEqual([]);
  const [url, ...others] = new Set(answers.map(({ checkoutUrl }) => checkoutUrl));
  expect([typeof url, others]).toEqual(['string', []]);
  await payAt(url ?? null);
  await stage.idle();
  expect(await availableOf(buyer)).toBe(10_000);
});

test('F04 a request id is used for one thing, by one person', async () => {
  const [buyer, other] = [await stage.actor(), await stage.actor()];
  const order = { requestId: requestId(), provider: 'stripe', item: amount } as const;
  const { id } = await buyer.api.purchases.create(order);
  const before = await everything(stage);
  for (const changed of [
    { item: { kind: 'amount', amount: 10_500 } as const },
    { provider: 'fatora' as const },
  ])
    expect(await refusal(buyer.api.purchases.create({ ...order, ...changed }))).toMatchObject({
      reason: 'request_id_reused',
    });
  expect(await everything(stage)).toEqual(before);
  expect((await other.api.purchases.create(order)).id).not.toBe(id);
});

test('F04 W1-15 the price is the server’s: one that the client names is refused', async () => {
  const buyer = await stage.actor();
  const order = { requestId: requestId(), provider: 'stripe', item: amount };
  for (const more of [{ price: 1 }, { value: 9_000_000 }, { item: { ...amount, price: 1 } }])
    expect(await refusal(stage.call('purchases-create', { ...order, ...more }, buyer))).toMatchObject({
      reason: 'invalid_input',
    });
  expect(await ordersOf(buyer)).toEqual([]);
  const { id, price } = await buyer.api.purchases.create({ ...order, provider: 'stripe', item: amount });
  expect([price, sessionsOf(id)[0]?.amount_total]).toEqual([11_000, 11_000]);
});

test('F36 ten orders in any 24 hours, however parallel, and room again when the first leaves the window', async () => {
  const buyer = await stage.actor();
  const { answers, reasons } = await together(Array.from({ length: 20 }, () => orderOf(buyer)));
  expect([answers.length, reasons]).toEqual([10, Array(10).fill('limit_reached')]);
  expect(await refusal(orderOf(buyer))).toMatchObject({
    reason: 'limit_reached',
    facts: { limit: 10, used: 10 },
  });
  // Paid ones count; those that expire unpaid would not.
  for (const { id } of answers) await stage.stripe.pay(sessionOf(stage, id));
  const { facts } = await refusal(orderOf(buyer));
  // The clock goes on by itself while a day's schedules run.
  await stage.advance(Number(facts.retryAt) - stage.cloud.clock.now() - 120_000);
  expect(await refusal(orderOf(buyer))).toMatchObject({ reason: 'limit_reached' });
  await stage.advance('130s');
  expect(await orderOf(buyer)).toMatchObject({ status: 'pending' });
});

test('F36 D10 exactly QAR 50,000 in 24 hours, and not one coin more', async () => {
  const buyer = await stage.actor();
  const coins = (GRC: number) =>
    buyer.api.purchases.create({
      requestId: requestId(),
      provider: 'stripe',
      item: { kind: 'coins', coins: { GRC } },
    });
  expect(await refusal(coins(101))).toMatchObject({
    facts: { limit: 5_000_000, used: 0, needed: 5_050_000 },
  });
  await coins(99);
  await coins(1);
  expect(await refusal(orderOf(buyer, 500))).toMatchObject({
    reason: 'limit_reached',
    facts: { limit: 5_000_000, used: 5_000_000, needed: 500, currency: 'QAR' },
  });
});

test.each(['stripe', 'fatora'] as const)(
  'W0-25 after an outage of %s the same request id finds one order and one page to pay on',
  async (provider) => {
    const buyer = await stage.actor();
    const order = { requestId: requestId(), provider, item: amount };
    stage[provider].faults.create = 'error_before';
    expect(await refusal(buyer.api.purchases.create(order))).toMatchObject({
      reason: 'provider_unavailable',
    });
    const [id = ''] = await ordersOf(buyer);
    expect(await purchaseOn(stage, id)).toMatchObject({ status: 'created' });
    stage[provider].heal();
    const { checkoutUrl } = await buyer.api.purchases.create(order);
    expect(await ordersOf(buyer)).toEqual([id]);
    await payAt(checkoutUrl);
    await stage.idle();
    expect(await availableOf(buyer)).toBe(10_000);
  },
);

test('W0-25 a checkout whose answer was lost at Stripe is found again by its idempotency key', async () => {
  const buyer = await stage.actor();
  const order = { requestId: requestId(), provider: 'stripe', item: amount } as const;
  // The order is read and committed, the session opened; then the function dies before it can note it.
  planCrash('purchases-create', { step: 3, when: 'before' });
  await expect(buyer.api.purchases.create(order)).rejects.toMatchObject({ code: 'INTERNAL' });
  const { id, checkoutUrl } = await buyer.api.purchases.create(order);
  expect(sessionsOf(id).map(({ url }) => url)).toEqual([checkoutUrl]);
});

test('W0-25 at Fatora a lost page is replaced by another; when both are paid one is credited, one reported', async () => {
  const buyer = await stage.actor();
  const order = { requestId: requestId(), provider: 'fatora', item: amount } as const;
  planCrash('purchases-create', { step: 3, when: 'before' });
  await expect(buyer.api.purchases.create(order)).rejects.toMatchObject({ code: 'INTERNAL' });
  const { id } = await buyer.api.purchases.create(order);
  const [first, second] = fatoraOrdersOf(id);
  expect(fatoraOrdersOf(id)).toHaveLength(2);
  await stage.fatora.pay(second!.order_id);
  await stage.fatora.pay(first!.order_id);
  await stage.idle();
  expect(await availableOf(buyer)).toBe(10_000);
  const events = await stage.db.collection('pspEvents').where('provider', '==', 'fatora').get();
  const own = events.docs.filter((one) =>
    String(one.get('about.report.attempt')).startsWith(id.replace('~', ':')),
  );
  expect(own.map((one) => one.get('result') as string).sort()).toEqual(['credited', 'double_payment']);
  // The second one is on its way back by itself.
  expect((await noticesOf(stage, buyer)).sort()).toEqual([
    'purchase-paid',
    'refund-refunded',
    'refund-started',
  ]);
});

test('W0-25 the lost page of Fatora, paid before the call is repeated, pays the order', async () => {
  const buyer = await stage.actor();
  const order = { requestId: requestId(), provider: 'fatora', item: amount } as const;
  planCrash('purchases-create', { step: 3, when: 'before' });
  await expect(buyer.api.purchases.create(order)).rejects.toMatchObject({ code: 'INTERNAL' });
  const [id = ''] = await ordersOf(buyer);
  stage.fatora.faults.delivery = 'never';
  await stage.fatora.pay(fatoraOrdersOf(id)[0]!.order_id);
  expect(await buyer.api.purchases.create(order)).toMatchObject({ id, status: 'paid' });
  expect(fatoraOrdersOf(id)).toHaveLength(1);
  expect(await availableOf(buyer)).toBe(10_000);
});

test('W0-25 what a provider refuses for good has failed, and no longer counts', async () => {
  const buyer = await stage.actor();
  const order = { requestId: requestId(), provider: 'stripe', item: amount } as const;
  stage.stripe.faults.create = 'error_before';
  await refusal(buyer.api.purchases.create(order));
  stage.stripe.heal();
  // Stripe wants half an hour at least until a session expires, and this order has a quarter left.
  await stage.advance('45m');
  expect(await refusal(buyer.api.purchases.create(order))).toMatchObject({ reason: 'provider_refused' });
  const [id = ''] = await ordersOf(buyer);
  await stage.idle();
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'failed', dueAt: null });
  expect(await noticesOf(stage, buyer)).toEqual(['purchase-failed']);
  expect((await stage.db.doc(`buyers/${buyer.uid}`).get()).get('recent')).toEqual([]);
  expect(await buyer.api.purchases.create(order)).toMatchObject({ id, status: 'failed', checkoutUrl: null });
});

test('W0-01 F09 reading a wallet, however often, changes nothing, not even for somebody who has none', async () => {
  const [owner, nobody] = [await stage.buyer(10_000), await stage.actor()];
  const before = await everything(stage);
  const read = async ({ api }: Actor) => [
    await api.wallet.get({}),
    await api.wallet.entries({}),
    await api.wallet.cover({ amount: 20_000, currency: 'QAR' }),
  ];
  const views = await Promise.all(Array.from({ length: 10 }, () => read(owner)));
  for (const view of views) expect(view).toEqual(views[0]);
  await read(nobody);
  expect(await everything(stage)).toEqual(before);
});
