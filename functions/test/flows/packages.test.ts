import { fromStored } from '../../src/shared/stored.ts';
import type { Order } from '../../src/orders/ordered.ts';
import { noticesOf } from './acts.ts';
import { booksOf, violationsOn } from './books.ts';
import { openStage, refusal, requestId, together, type Actor, type FlowStage } from './stage.ts';

/** F50 F51: packages and courses by wallet, card or both; upgrades, refunds, chargebacks and ends. */

jest.setTimeout(90_000);

let stage: FlowStage;
let chief: Actor;
let finance: Actor;
beforeAll(async () => {
  stage = await openStage();
  [chief, finance] = [await stage.actor('superadmin'), await stage.actor('finance')];
}, 180_000);
afterEach(async () => {
  stage.stripe.heal();
  stage.cloud.host.faults['keepers-money'] = undefined;
  stage.cloud.host.faults['psp-stripe'] = undefined;
  await stage.idle();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const reason = 'As was agreed.';
const [STARTER, PRO, ELITE] = [295_000, 531_000, 885_000];
const days = (count: number) => `${count * 24}h`;
const DAY = 24 * 3600 * 1000;

/** Somebody with rupees, which came by a transfer. */
async function rich(amount: number): Promise<Actor> {
  const person = await stage.actor();
  const transfer = { amount: { amount, currency: 'INR' as const }, reference: requestId() };
  const proof = `proofs/${person.uid}/slip.pdf`;
  const { id: deposit } = await person.api.deposits.submit({ requestId: requestId(), ...transfer, proof });
  await finance.api.deposits.verify({ ...transfer, deposit, reason });
  return person;
}

const rupees = async ({ api }: Actor) =>
  (await api.wallet.get({})).balances.find(({ currency }) => currency === 'INR')?.available ?? 0;
const held = async ({ api }: Actor) => (await api.packages.mine({})).package;
const buy = ({ api }: Actor, name: string, card?: { fromWallet?: number }, id = requestId()) =>
  api.packages.buy({ requestId: id, package: name, ...(card && { card }) });
const orderOn = async (id: string) =>
  fromStored((await stage.db.doc(`orders/${id}`).get()).data() ?? {}) as Order;
const intentOf = (payment: string) =>
  Object.values(stage.stripe.vault().intents).findLast(
    ({ metadata }) => metadata.attempt === `card:${payment.replace('~', ':')}:1`,
  )!.id;
async function pay({ payment }: { payment: string | null }): Promise<string> {
  const intent = intentOf(payment!);
  await stage.stripe.play('confirm', intent);
  await stage.idle();
  return intent;
}
const account = async (name: string) => (await booksOf(stage)).accounts.get(`${name} INR`) ?? 0;

let courses = 0;
async function course(more: object = {}): Promise<string> {
  const id = `course${process.pid}x${(courses += 1)}`;
  const price = { base: 100_000, taxBps: 1800, currency: 'INR' };
  const rest = { title: 'Tying knots', published: true, price, fromRank: 2 };
  await stage.db.doc(`courses/${id}`).set({ ...rest, ...more });
  return id;
}
const learn = ({ api }: Actor, id: string, card?: { fromWallet?: number }, request = requestId()) =>
  api.courses.buy({ requestId: request, course: id, ...(card && { card }) });

test('F50 W4-17 three tiers, whose base and tax are theirs to the unit: 2,950, 5,310 and 8,850 rupees', async () => {
  const ann = await rich(STARTER);
  const { packages } = await ann.api.packages.list({});
  expect(packages.map(({ name, price }) => [name, price.base, price.tax, price.total])).toEqual([
    ['starter', 250_000, 45_000, STARTER],
    ['pro', 450_000, 81_000, PRO],
    ['elite', 750_000, 135_000, ELITE],
  ]);
  const [fees, tax] = [await account('platform:fees'), await account('tax:fees')];
  const request = requestId();
  const bought = await together(Array.from({ length: 5 }, () => buy(ann, 'starter', undefined, request)));
  expect(bought.reasons.filter((one) => one !== 'busy')).toEqual([]);
  expect(await rupees(ann)).toBe(0);
  expect((await account('platform:fees')) - fees).toBe(250_000);
  expect((await account('tax:fees')) - tax).toBe(45_000);
  const now = stage.cloud.clock.now();
  const mine = await held(ann);
  expect(mine).toMatchObject({ name: 'starter', rank: 1 });
  expect(Math.round((mine!.untilAt - now) / DAY)).toBe(365);
  await stage.idle();
  expect(await noticesOf(stage, ann)).toContain('packages-bought');
  const { invoices } = await ann.api.invoices.list({ kind: 'fee' });
  expect(invoices[0]).toMatchObject({ net: 250_000, tax: 45_000, total: STARTER, taxRate: 1800 });
});

test('F50 a definition whose parts do not re-add is refused; a new one changes nothing of what was bought', async () => {
  const now = {
    title: 'Basic',
    rank: 1,
    base: 10_001,
    taxBps: 1800,
    currency: 'INR' as const,
    days: 30,
    reason,
  };
  const define = (tax: number, total: number) =>
    chief.api.packages.define({ package: 'basic', ...now, tax, total });
  expect(await refusal(define(1_801, 11_802))).toMatchObject({
    ...{ reason: 'amount_mismatch', facts: { expected: 1_800, found: 1_801 } },
  });
  expect(await refusal(define(1_800, 11_802))).toMatchObject({ reason: 'amount_mismatch' });
  await define(1_800, 11_801);
  const ann = await rich(11_801);
  await buy(ann, 'basic');
  await chief.api.packages.define({ package: 'basic', ...now, tax: 1_800, total: 11_801, sold: false });
  expect(await held(ann)).toMatchObject({ name: 'basic', title: 'Basic' });
  expect(await refusal(buy(await rich(11_801), 'basic'))).toMatchObject({ reason: 'not_found' });
  expect(await refusal(stage.call('packages-define', {}, finance))).toMatchObject({ reason: 'role_missing' });
});

test('W4-11 W4-13 by card: return page, webhook, trigger and sweep at once and again are one package', async () => {
  const ann = await stage.actor();
  const request = requestId();
  const waiting = await buy(ann, 'pro', {}, request);
  expect(waiting).toMatchObject({ status: 'open', clientSecret: expect.any(String) as string });
  expect(await held(ann)).toBeNull();
  await stage.stripe.play('confirm', intentOf(waiting.payment!));
  const done = await together([
    ...Array.from({ length: 4 }, () => buy(ann, 'pro', {}, request)),
    ...Array.from({ length: 4 }, () => ann.api.orders.get({ order: waiting.id })),
    stage.cloud.runSchedule('orders-sweep').then(() => null),
  ]);
  expect(done.reasons.filter((one) => one !== 'busy')).toEqual([]);
  await stage.idle();
  expect(await held(ann)).toMatchObject({ name: 'pro', order: waiting.id });
  const member = (await stage.db.doc(`members/${ann.uid}`).get()).data()!;
  expect(member).toMatchObject({ bought: 1, standing: 1 });
  const told = await noticesOf(stage, ann);
  expect(told.filter((one) => one === 'packages-bought')).toHaveLength(1);
  expect(await buy(ann, 'pro', {}, request)).toMatchObject({ status: 'done', clientSecret: null });
});

test.each([
  ['the webhook alone', { 'keepers-money': false, page: false }],
  ['the page a payer returns to', { 'keepers-money': true, page: true }],
  ['the sweep', { 'keepers-money': true, page: false }],
])('W4-11 %s grants everything', async (_, { 'keepers-money': lost, page }) => {
  const ann = await rich(31_000);
  if (lost) stage.cloud.host.faults['keepers-money'] = { drop: true };
  const waiting = await buy(ann, 'pro', { fromWallet: 31_000 });
  expect(await rupees(ann)).toBe(0);
  await pay(waiting);
  if (lost) expect(await held(ann)).toBeNull();
  if (page) await ann.api.orders.get({ order: waiting.id });
  else if (lost) await stage.advance('3h');
  expect(await held(ann)).toMatchObject({ name: 'pro' });
  expect(await orderOn(waiting.id)).toMatchObject({ status: 'done', back: 0 });
});

test('W4-12 what nobody paid lapses, and can be paid for no more; done stays done', async () => {
  const ann = await stage.actor();
  const { id } = await buy(ann, 'starter', {});
  await stage.advance('3h');
  await stage.advance('3h');
  expect(await orderOn(id)).toMatchObject({ status: 'lapsed', why: 'unpaid' });
  expect(await held(ann)).toBeNull();
  expect((await stage.db.doc(`jobs/${id.split('~')[0]!}`).get()).get('status')).toBe('cancelled');
  const bob = await rich(STARTER);
  const done = await buy(bob, 'starter');
  await stage.advance('3h');
  expect(await orderOn(done.id)).toMatchObject({ status: 'done' });
});

test('D20 W4-15 an upgrade pays the difference, base and tax, and ends when the first would have; not twice, and not down', async () => {
  const ann = await rich(ELITE);
  await buy(ann, 'starter');
  const first = await held(ann);
  await stage.advance(days(100));
  const [fees, tax] = [await account('platform:fees'), await account('tax:fees')];
  const both = await together([buy(ann, 'pro'), buy(ann, 'pro')]);
  expect(both.answers).toHaveLength(1);
  expect(both.reasons[0]).toMatch(/already_held|busy/);
  expect(both.answers[0]).toMatchObject({
    ...{ price: { base: 200_000, tax: 36_000, total: 236_000 }, upgradeOf: first!.order },
  });
  expect((await account('platform:fees')) - fees).toBe(200_000);
  expect((await account('tax:fees')) - tax).toBe(36_000);
  expect(await held(ann)).toMatchObject({ name: 'pro', untilAt: first!.untilAt });
  expect(await refusal(buy(ann, 'starter'))).toMatchObject({
    ...{ reason: 'already_held', facts: { item: 'pro', untilAt: first!.untilAt } },
  });
  await buy(ann, 'elite');
  expect(await rupees(ann)).toBe(0);
  // After the end everything costs all of it again.
  await stage.advance(days(266));
  expect(await held(ann)).toBeNull();
  expect(await refusal(buy(ann, 'elite'))).toMatchObject({
    ...{ reason: 'insufficient_funds', facts: { needed: ELITE } },
  });
});

test('W4-15 an upgrade that was ordered before another one was made does not fit: its money is in the wallet', async () => {
  const ann = await rich(STARTER + 236_000);
  const base = await buy(ann, 'starter');
  const open = await buy(ann, 'elite', {});
  expect(open.price.total).toBe(ELITE - STARTER);
  await buy(ann, 'pro');
  await pay(open);
  expect(await orderOn(open.id)).toMatchObject({ status: 'lapsed', why: 'unfit', upgradeOf: base.id });
  expect(await held(ann)).toMatchObject({ name: 'pro' });
  expect(await rupees(ann)).toBe(ELITE - STARTER);
  expect(await noticesOf(stage, ann)).toContain('orders-returned');
  // Nor where what it was an upgrade of is refunded, or over.
  const bob = await rich(STARTER);
  const { id } = await buy(bob, 'starter');
  const next = await buy(bob, 'pro', {});
  await finance.api.orders.refund({ requestId: requestId(), order: id, reason });
  expect(await held(bob)).toBeNull();
  await pay(next);
  expect(await held(bob)).toBeNull();
  expect(await rupees(bob)).toBe(STARTER + 236_000);
});

test('F50 refunds: the wallet’s part to the wallet, the card’s to the card; a part leaves it, all of it ends it', async () => {
  const ann = await rich(100_000);
  const order = await buy(ann, 'starter', { fromWallet: 100_000 });
  await pay(order);
  const [fees, tax] = [await account('platform:fees'), await account('tax:fees')];
  const wish = { requestId: requestId(), order: order.id, amount: 200_000, reason };
  const once = await together(Array.from({ length: 3 }, () => finance.api.orders.refund(wish)));
  expect(once.reasons.filter((one) => one !== 'busy')).toEqual([]);
  expect(once.answers[0]).toMatchObject({ back: 200_000, refund: { toCard: 195_000, toWallet: 5_000 } });
  await stage.idle();
  expect(await rupees(ann)).toBe(5_000);
  expect(await held(ann)).toMatchObject({ name: 'starter' });
  expect(await refusal(finance.api.orders.refund({ ...wish, amount: 1 }))).toMatchObject({
    reason: 'request_id_reused',
  });
  const more = { ...wish, requestId: requestId(), amount: 95_001 };
  expect(await refusal(finance.api.orders.refund(more))).toMatchObject({
    ...{ reason: 'refund_too_large', facts: { remaining: 95_000 } },
  });
  await finance.api.orders.refund({ requestId: requestId(), order: order.id, reason });
  await stage.idle();
  expect(await rupees(ann)).toBe(100_000);
  expect(await held(ann)).toBeNull();
  expect((await account('platform:fees')) - fees).toBe(-250_000);
  expect((await account('tax:fees')) - tax).toBe(-45_000);
  expect(await noticesOf(stage, ann)).toEqual(expect.arrayContaining(['orders-refunded', 'packages-fell']));
  expect(await refusal(finance.api.orders.refund({ ...wish, requestId: requestId() }))).toMatchObject({
    reason: 'wrong_status',
  });
  expect(await refusal(stage.call('orders-refund', wish, ann))).toMatchObject({ reason: 'role_missing' });
});

test('W4-18 a chargeback ends it, what is below holds again, and a dispute that is won gives it again', async () => {
  const ann = await rich(STARTER);
  await buy(ann, 'starter');
  const order = await buy(ann, 'pro', {});
  const intent = await pay(order);
  expect(await held(ann)).toMatchObject({ name: 'pro' });
  await stage.stripe.play('dispute', intent, {});
  await stage.idle();
  expect(await held(ann)).toMatchObject({ name: 'starter' });
  expect(await orderOn(order.id)).toMatchObject({ back: 236_000 });
  const dispute = Object.values(stage.stripe.vault().disputes).findLast(
    (one) => one.payment_intent === intent,
  )!;
  await stage.stripe.play('won', dispute.id);
  await stage.idle();
  expect(await held(ann)).toMatchObject({ name: 'pro' });
  expect(await orderOn(order.id)).toMatchObject({ back: 0 });
  expect(await noticesOf(stage, ann)).toEqual(expect.arrayContaining(['packages-fell', 'orders-restored']));
});

test('W4-18 where nobody tells of a refund, the sweep of the next day does', async () => {
  const ann = await stage.actor();
  const order = await buy(ann, 'starter', {});
  await pay(order);
  stage.cloud.host.faults['keepers-money'] = { drop: true };
  const target = { kind: 'payment' as const, id: order.payment! };
  const { plan } = await finance.api.refunds.preview({ target });
  await finance.api.refunds.create({ requestId: requestId(), target, plan, reason });
  await stage.idle();
  expect(await held(ann)).toMatchObject({ name: 'starter' });
  await stage.advance('25h');
  expect(await held(ann)).toBeNull();
});

test('W4-32 a package is warned of once, a week before, and ends by itself', async () => {
  const ann = await rich(STARTER);
  await buy(ann, 'starter');
  await stage.advance(days(357));
  expect(await noticesOf(stage, ann)).not.toContain('packages-ending');
  await stage.advance(days(2));
  await stage.advance(days(2));
  const told = await noticesOf(stage, ann);
  expect(told.filter((one) => one === 'packages-ending')).toHaveLength(1);
  await stage.advance(days(5));
  expect(await held(ann)).toBeNull();
  expect((await stage.db.doc(`members/${ann.uid}`).get()).data()).toMatchObject({
    package: null,
    dueAt: null,
    // Known for a while yet, for those who hear late of what was sold meanwhile.
    holdings: [{ name: 'starter', stands: true }],
  });
  expect(await noticesOf(stage, ann)).toContain('packages-expired');
});

test('F51 a course for what the catalogue says, by whoever ordered it, once; not while there is access', async () => {
  const knots = await course();
  const ann = await rich(118_000);
  const bought = await learn(ann, knots);
  expect(bought).toMatchObject({ status: 'done', price: { base: 100_000, tax: 18_000, total: 118_000 } });
  const enrolment = () => stage.db.doc(`enrolments/${knots}~${ann.uid}`).get();
  expect((await enrolment()).data()).toMatchObject({ status: 'active', order: bought.id });
  expect(await refusal(learn(ann, knots))).toMatchObject({
    ...{ reason: 'already_held', facts: { item: knots, order: bought.id, untilAt: null } },
  });
  await finance.api.orders.refund({ requestId: requestId(), order: bought.id, reason });
  expect((await enrolment()).data()).toMatchObject({ status: 'ended' });
  await learn(ann, knots);
  expect((await enrolment()).data()).toMatchObject({ status: 'active' });
  const bob = await rich(PRO);
  await buy(bob, 'pro');
  expect(await refusal(learn(bob, knots))).toMatchObject({ reason: 'already_held', facts: { item: 'pro' } });
  for (const more of [{ published: false }, { price: null }])
    expect(await refusal(learn(bob, await course(more)))).toMatchObject({ reason: 'not_found' });
  const higher = await course({ fromRank: 3 });
  expect(await refusal(learn(bob, higher))).toMatchObject({ reason: 'insufficient_funds' });
});

test('F51 W4-11 a course by card when it came twice: one is given, and the other’s money is in the wallet', async () => {
  const knots = await course();
  const ann = await stage.actor();
  const orders = [await learn(ann, knots, {}), await learn(ann, knots, {})];
  for (const order of orders) await pay(order);
  expect((await orderOn(orders[0]!.id)).status).toBe('done');
  expect(await orderOn(orders[1]!.id)).toMatchObject({ status: 'lapsed', why: 'unfit' });
  expect(await rupees(ann)).toBe(118_000);
});

test('F51 W4-11 somebody else’s payment, another’s order, and a request id that was used: refused', async () => {
  const knots = await course();
  const [ann, bob] = [await rich(STARTER), await rich(STARTER)];
  const order = await buy(ann, 'starter', { fromWallet: 1_000 });
  expect(await refusal(bob.api.orders.get({ order: order.id }))).toMatchObject({ reason: 'not_found' });
  expect(await finance.api.orders.get({ order: order.id })).toMatchObject({ status: 'open' });
  const job = order.id.split('~')[0]!;
  expect(await refusal(bob.api.escrow.fund({ job }))).toMatchObject({ reason: 'not_found' });
  // Their own, past the order.
  expect(await refusal(ann.api.escrow.lock({ job }))).toMatchObject({ reason: 'kept_elsewhere' });
  expect(await refusal(bob.api.payments.cancel({ payment: order.payment! }))).toMatchObject({
    reason: 'not_found',
  });
  const request = requestId();
  await buy(bob, 'starter', undefined, request);
  expect(await refusal(buy(bob, 'pro', undefined, request))).toMatchObject({ reason: 'request_id_reused' });
  const [one] = [requestId()];
  await learn(ann, knots, undefined, one);
  expect(await refusal(learn(ann, await course(), undefined, one))).toMatchObject({
    reason: 'request_id_reused',
  });
  const wish = { requestId: requestId(), package: 'starter', card: { method: 'pm_somebodyelses' } };
  const cat = await stage.actor();
  expect(await refusal(cat.api.packages.buy(wish))).toMatchObject({ reason: 'provider_refused' });
  expect(await refusal(stage.call('packages-buy', { ...wish, price: 1 }, cat))).toMatchObject({
    reason: 'invalid_input',
  });
  expect(await held(cat)).toBeNull();
});

test('orders are listed to whose they are, page by page', async () => {
  const ann = await rich(PRO);
  const first = await buy(ann, 'starter');
  await stage.advance('1m');
  const next = await buy(ann, 'pro');
  const page = await ann.api.orders.list({ limit: 1 });
  expect(page.orders.map(({ id }) => id)).toEqual([next.id]);
  const rest = await ann.api.orders.list({ limit: 1, after: page.next! });
  expect(rest.orders.map(({ id }) => id)).toEqual([first.id]);
});
