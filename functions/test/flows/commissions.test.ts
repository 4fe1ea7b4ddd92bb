import {
  attach,
  buyPackage,
  commissionOn,
  family,
  holder,
  payByCard,
  prices,
  rupeesOf,
  withRupees,
} from './affiliates.ts';
import { noticesOf } from './acts.ts';
import { booksOf, violationsOn } from './books.ts';
import { withName } from './creators.ts';
import { openStage, refusal, requestId, together, type Actor, type FlowStage } from './stage.ts';

/** F53 F54: two levels of commission, and what becomes of them when money goes back. Amounts in paise. */

jest.setTimeout(120_000);

let stage: FlowStage;
let chief: Actor;
let finance: Actor;
beforeAll(async () => {
  stage = await openStage();
  [chief, finance] = [await stage.actor('superadmin'), await stage.actor('finance')];
}, 180_000);
afterEach(async () => {
  stage.stripe.heal();
  stage.cloud.host.faults['commissions-ordered'] = undefined;
  await stage.idle();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const reason = 'As was agreed.';
const days = (count: number) => `${count * 24}h`;
const WINDOW = days(14);
const refund = async (order: string, amount?: number) => {
  const wish = { requestId: requestId(), order, reason };
  await finance.api.orders.refund(amount === undefined ? wish : { ...wish, amount });
  await stage.idle();
};
const bought = async (person: Actor, name: keyof typeof prices) => {
  const { id } = await buyPackage(person, name);
  await stage.idle();
  return id;
};
const sweep = () => stage.cloud.runSchedule('commissions-sweep');
const both = async (order: string) => [
  await commissionOn(stage, order, 1),
  await commissionOn(stage, order, 2),
];
const lose = (lost = true) => {
  stage.cloud.host.faults['commissions-ordered'] = lost ? { drop: true } : undefined;
};

/** A course that costs just what somebody has. */
async function spendAll(person: Actor): Promise<void> {
  const { available: base } = await rupeesOf(person);
  const price = { base, taxBps: 0, currency: 'INR' };
  const course = `course${process.pid}x${requestId().slice(0, 8)}`;
  await stage.db.doc(`courses/${course}`).set({ title: 'Knots', published: true, price, fromRank: null });
  await person.api.courses.buy({ requestId: requestId(), course });
  await stage.idle();
}

test('D21 F53 W4-03 W4-33 both levels by the table that is shown: pending for the window, then in the wallet once, for good', async () => {
  const { top, middle, buyer, name } = await family(stage, finance);
  const table = await buyer.api.commissions.table({});
  expect(table).toMatchObject({
    version: 1,
    level1: { rank2: { rank3: 3000 } },
    level2: { rank3: { rank3: 1000 } },
  });
  const order = await bought(buyer, 'elite');
  expect(await rupeesOf(middle)).toEqual({ available: 0, pending: 225_000, debt: 0, earned: 225_000 });
  expect(await rupeesOf(top)).toEqual({ available: 0, pending: 75_000, debt: 0, earned: 75_000 });
  const listed = await middle.api.commissions.list({});
  expect(listed.commissions).toMatchObject([
    {
      ...{ level: 1, status: 'pending', bought: 'package', buyer: name, back: 0 },
      ...{ amount: { amount: 225_000, currency: 'INR' }, table: { version: 1, bps: 3000 } },
    },
  ]);
  expect(listed.next).toBeNull();
  expect(await noticesOf(stage, top)).toContain('commissions-earned');
  await stage.advance(WINDOW);
  for (let i = 0; i < 3; i += 1) await sweep();
  await stage.advance(days(8));
  expect(await rupeesOf(middle)).toEqual({ available: 225_000, pending: 0, debt: 0, earned: 225_000 });
  expect((await both(order)).map((one) => one?.status)).toEqual(['available', 'available']);
  const own = (await middle.api.wallet.entries({})).entries.filter(({ kind }) => kind === 'commission');
  expect(own).toHaveLength(1);
});

test('W4-13 return page, webhook, triggers and sweeps at once and again: one for each payment and level', async () => {
  const { top, middle, buyer } = await family(stage, finance, { rupees: 0 });
  const request = requestId();
  const waiting = await buyPackage(buyer, 'pro', {}, request);
  await payByCard(stage, waiting);
  const again = await together([
    ...Array.from({ length: 4 }, () => buyPackage(buyer, 'pro', {}, request)),
    ...Array.from({ length: 4 }, () => sweep().then(() => null)),
    ...Array.from({ length: 3 }, () => stage.cloud.runSchedule('orders-sweep').then(() => null)),
  ]);
  expect(again.reasons.filter((one) => one !== 'busy')).toEqual([]);
  await stage.idle();
  const all = await stage.db.collection('commissions').where('order', '==', waiting.id).get();
  expect(all.docs.map(({ id }) => id).sort()).toEqual([`${waiting.id}~1`, `${waiting.id}~2`]);
  expect((await rupeesOf(middle)).pending).toBe(202_500);
  expect((await rupeesOf(top)).pending).toBe(45_000);
});

test('W4-14 where nobody tells of an order, the sweep makes its commissions, once; a provider that is down delays them', async () => {
  const { top, middle, buyer } = await family(stage, finance, { rupees: 0 });
  lose();
  const waiting = await buyPackage(buyer, 'starter', {});
  await payByCard(stage, waiting);
  expect(await both(waiting.id)).toEqual([null, null]);
  // Nobody answers for the cards that were paid with.
  stage.stripe.faults.calls = { ask: 'error_before' };
  await sweep();
  expect(await both(waiting.id)).toEqual([null, null]);
  stage.stripe.heal();
  await together(Array.from({ length: 4 }, () => sweep()));
  lose(false);
  await stage.idle();
  expect((await both(waiting.id)).map((one) => one?.amount)).toEqual([112_500, 25_000]);
  expect((await rupeesOf(middle)).pending).toBe(112_500);
  expect((await rupeesOf(top)).pending).toBe(25_000);
});

test('F53 nothing without a package at the time, nothing before one was brought; level 2 may be missing', async () => {
  const { top, middle, buyer } = await family(stage, finance, { middle: null, rupees: 295_000 });
  const order = await bought(buyer, 'starter');
  expect((await both(order)).map((one) => one?.amount)).toEqual([undefined, 25_000]);
  // Who buys one later earns nothing of what was bought before, whenever that is looked at.
  await holder(stage, finance, 'elite', middle);
  await sweep();
  expect((await both(order)).map((one) => one?.uid)).toEqual([undefined, top.uid]);
  const alone = await holder(stage, finance, 'starter');
  const fan = await stage.actor();
  await attach(fan, alone);
  await withRupees(stage, finance, prices.starter, fan);
  expect((await both(await bought(fan, 'starter'))).map((one) => one?.amount)).toEqual([100_000, undefined]);
  // Nobody is brought who has a package, however they paid.
  const early = await stage.actor();
  const first = await buyPackage(early, 'starter', {});
  await payByCard(stage, first);
  expect(await refusal(attach(early, alone))).toMatchObject({
    reason: 'wrong_status',
    facts: { status: 'bought' },
  });
  await sweep();
  expect(await both(first.id)).toEqual([null, null]);
  // Nor who has bought a course.
  const course = `course${process.pid}x${requestId().slice(0, 8)}`;
  const price = { base: 100_000, taxBps: 1800, currency: 'INR' };
  await stage.db.doc(`courses/${course}`).set({ title: 'Knots', published: true, price, fromRank: null });
  const learner = await stage.actor();
  await payByCard(stage, await learner.api.courses.buy({ requestId: requestId(), course, card: {} }));
  expect(await refusal(attach(learner, alone))).toMatchObject({ facts: { status: 'bought' } });
});

test('W4-15 W4-18 an upgrade earns on the difference; refunds of both, in any order, before and after the window', async () => {
  for (const [first, second] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const { top, middle, buyer } = await family(stage, finance);
    const orders = [await bought(buyer, 'starter'), await bought(buyer, 'pro')];
    expect((await both(orders[1]!)).map((one) => [one?.base, one?.amount])).toEqual([
      [200_000, 90_000],
      [200_000, 20_000],
    ]);
    expect((await rupeesOf(middle)).pending).toBe(112_500 + 90_000);
    await refund(orders[first]!);
    const left = [112_500, 90_000][second]!;
    expect(await rupeesOf(middle)).toEqual({ available: 0, pending: left, debt: 0, earned: left });
    await stage.advance(WINDOW);
    expect(await rupeesOf(middle)).toEqual({ available: left, pending: 0, debt: 0, earned: left });
    await refund(orders[second]!);
    expect(await rupeesOf(middle)).toEqual({ available: 0, pending: 0, debt: 0, earned: 0 });
    expect(await rupeesOf(top)).toEqual({ available: 0, pending: 0, debt: 0, earned: 0 });
    for (const order of orders)
      expect((await both(order)).map((one) => one?.status)).toEqual(['reversed', 'reversed']);
    expect(await noticesOf(stage, middle)).toContain('commissions-reversed');
  }
});

test('D21 F54 W4-18 refunded in parts is refunded at once; after the window what is spent is owed, and the next one repays it', async () => {
  const { top, middle, buyer } = await family(stage, finance);
  const order = await bought(buyer, 'pro');
  await stage.advance(WINDOW);
  await sweep();
  for (const person of [top, middle]) await spendAll(person);
  expect(await rupeesOf(middle)).toMatchObject({ available: 0, debt: 0, earned: 202_500 });
  for (const part of [1, 100_000, 30_999]) await refund(order, part);
  expect(await rupeesOf(middle)).toMatchObject({ debt: 202_500 - Math.floor((202_500 * 400_000) / 531_000) });
  await refund(order);
  expect(await rupeesOf(middle)).toEqual({ available: 0, pending: 0, debt: 202_500, earned: 0 });
  // What the one below spent was on a course, which gave the one above 30% of it.
  expect(await rupeesOf(top)).toEqual({ available: 0, pending: 60_750, debt: 45_000, earned: 60_750 });
  // Another whom the same one brought.
  const next = await stage.actor();
  await attach(next, middle);
  await withRupees(stage, finance, prices.elite, next);
  await bought(next, 'elite');
  expect(await rupeesOf(middle)).toEqual({ available: 0, pending: 225_000, debt: 202_500, earned: 225_000 });
  await stage.advance(WINDOW);
  expect(await rupeesOf(middle)).toEqual({ available: 22_500, pending: 0, debt: 0, earned: 225_000 });
  expect(await rupeesOf(top)).toEqual({ available: 90_750, pending: 0, debt: 0, earned: 135_750 });
});

test('W4-18 a chargeback takes both levels back, a dispute that is won gives them again; a lost trigger is made up for', async () => {
  const { top, middle, buyer } = await family(stage, finance, { rupees: 0 });
  const waiting = await buyPackage(buyer, 'pro', {});
  const intent = await payByCard(stage, waiting);
  await stage.stripe.play('dispute', intent, {});
  await stage.idle();
  expect(
    [await rupeesOf(top), await rupeesOf(middle)].map(({ pending, earned }) => [pending, earned]),
  ).toEqual([
    [0, 0],
    [0, 0],
  ]);
  lose();
  const all = Object.values(stage.stripe.vault().disputes);
  await stage.stripe.play('won', all.findLast((one) => one.payment_intent === intent)!.id);
  await stage.idle();
  lose(false);
  expect((await rupeesOf(middle)).pending).toBe(0);
  // The look of the next day.
  await stage.advance('25h');
  expect((await rupeesOf(middle)).pending).toBe(202_500);
  expect((await both(waiting.id)).map((one) => [one?.status, one?.back, one?.entries])).toEqual([
    ['pending', 0, 3],
    ['pending', 0, 3],
  ]);
});

test('W4-20 buyer and earner on one device: held, not a paisa moves, finance hears of it, and releases or refuses', async () => {
  const device = `device-${requestId()}`;
  const [sponsor, other, buyer] = [await stage.actor(), await stage.actor(), await stage.actor()];
  await attach(sponsor, other);
  await attach(buyer, sponsor, { device });
  await holder(stage, finance, 'pro', sponsor);
  await stage.idle();
  await holder(stage, finance, 'pro', other);
  await withRupees(stage, finance, prices.starter, buyer);
  const order = await bought(buyer, 'starter');
  expect((await both(order)).map((one) => [one?.status, one?.entries])).toEqual([
    ['held', 0],
    ['held', 0],
  ]);
  expect(await rupeesOf(sponsor)).toMatchObject({ pending: 0, earned: 0 });
  const alert = (await stage.db.doc(`alerts/commission.${order}~1`).get()).data();
  expect(alert).toMatchObject({ kind: 'commission_held', people: [sponsor.uid, buyer.uid], status: 'open' });
  const asked = { commission: `${order}~1`, decision: 'release' as const, reason };
  expect(await refusal(stage.call('commissions-review', asked, sponsor))).toMatchObject({
    reason: 'role_missing',
  });
  await refund(order, 29_500);
  const twice = await together(Array.from({ length: 4 }, () => finance.api.commissions.review(asked)));
  expect(twice.reasons.filter((one) => one !== 'busy')).toEqual([]);
  expect(await rupeesOf(sponsor)).toMatchObject({ pending: 101_250, earned: 101_250 });
  const no = { ...asked, commission: `${order}~2`, decision: 'refuse' as const };
  expect(await finance.api.commissions.review(no)).toEqual({ id: no.commission, status: 'refused' });
  expect(await refusal(finance.api.commissions.review({ ...no, decision: 'release' }))).toMatchObject({
    reason: 'wrong_status',
  });
  await refund(order);
  await stage.advance(WINDOW);
  expect(await rupeesOf(sponsor)).toMatchObject({ pending: 0, available: 0, earned: 0 });
  expect((await both(order)).map((one) => one?.status)).toEqual(['reversed', 'refused']);
  expect((await stage.db.doc(`adminActions/commission.${order}~1.review`).get()).data()).toMatchObject({
    ...{ action: 'commissions-review', by: finance.uid, reason },
  });
});

test('W4-20 buyer and earner who pay with one card: held', async () => {
  const fingerprint = `fp_${requestId()}`;
  const sponsor = await stage.actor();
  const own = await payByCard(stage, await buyPackage(sponsor, 'pro', {}));
  const buyer = await stage.actor();
  await attach(buyer, sponsor);
  lose();
  const waiting = await buyPackage(buyer, 'pro', {});
  const intent = await payByCard(stage, waiting);
  for (const id of [own, intent]) await stage.stripe.play('print', id, { fingerprint });
  lose(false);
  await sweep();
  expect((await both(waiting.id)).map((one) => one?.status)).toEqual(['held', undefined]);
});

test('W4-20 the earner pays with the buyer’s card only later: what is bought from then on is held', async () => {
  const fingerprint = `fp_${requestId()}`;
  const sponsor = await holder(stage, finance, 'pro');
  const buyer = await stage.actor();
  await attach(buyer, sponsor);
  lose();
  const first = await buyPackage(buyer, 'starter', {});
  await stage.stripe.play('print', await payByCard(stage, first), { fingerprint });
  await sweep();
  expect((await both(first.id))[0]?.status).toBe('pending');
  await stage.stripe.play('print', await payByCard(stage, await buyPackage(sponsor, 'elite', {})), {
    fingerprint,
  });
  const second = await buyPackage(buyer, 'pro', {});
  await stage.stripe.play('print', await payByCard(stage, second), { fingerprint });
  lose(false);
  await sweep();
  expect((await both(second.id))[0]?.status).toBe('held');
});

test('W4-14 a package that ended before anybody came to the order still earned by it', async () => {
  const { top, middle, buyer } = await family(stage, finance, { rupees: 0 });
  await stage.advance(days(364));
  lose();
  const { id: order, payment } = await buyPackage(buyer, 'starter', {});
  await payByCard(stage, { payment });
  expect(await both(order)).toEqual([null, null]);
  // The provider of their cards is down for more than a day.
  stage.stripe.faults.calls = { ask: 'error_before' };
  await stage.advance(days(1.5));
  for (const person of [top, middle]) expect((await person.api.packages.mine({})).package).toBeNull();
  stage.stripe.heal();
  lose(false);
  await sweep();
  expect((await both(order)).map((one) => one?.amount)).toEqual([112_500, 25_000]);
});

test('W4-19 W4-33 a table that comes between two levels counts for neither', async () => {
  const { top, middle, buyer } = await family(stage, finance, { rupees: 0, top: null });
  const { version, level1, level2, taxBps, mostBps } = await chief.api.commissions.table({});
  lose();
  const waiting = await buyPackage(buyer, 'starter', {});
  await payByCard(stage, waiting);
  await sweep();
  expect((await both(waiting.id)).map((one) => one?.cell.version)).toEqual([version, undefined]);
  // As if it had been under way when the order was done, and the one above had had a package that a dispute then gave again.
  const { doneAt } = (await stage.db.doc(`orders/${waiting.id}`).get()).data() as { doneAt: object };
  const between = stage.db.doc(`commissionTables/${version + 1000}`);
  const more = { ...level2, rank3: { rank1: 6000, rank2: 6000, rank3: 6000, course: 6000 } };
  const table = { level1, level2: more, taxBps, mostBps, version: version + 1000, by: chief.uid };
  await between.set({ ...table, at: doneAt });
  await holder(stage, finance, 'elite', top);
  const member = stage.db.doc(`members/${top.uid}`);
  const { holdings } = (await member.get()).data() as { holdings: { sinceAt: object }[] };
  await member.update({ holdings: holdings.map((one) => ({ ...one, sinceAt: doneAt })) });
  lose(false);
  await sweep();
  await between.delete();
  expect((await both(waiting.id)).map((one) => one?.cell.version)).toEqual([version, version]);
  expect((await rupeesOf(top)).pending).toBe(25_000);
  expect((await rupeesOf(middle)).pending).toBe(112_500);
});

test('W4-19 W4-33 a table above its share is refused with the column; another holds for what is bought from then on', async () => {
  const { middle, buyer } = await family(stage, finance);
  const order = await bought(buyer, 'starter');
  const { version, level1, level2, taxBps, mostBps } = await chief.api.commissions.table({});
  const wanted = { level1, level2, taxBps, mostBps, reason };
  const high = { ...level1, rank3: { ...level1.rank3, rank2: 6001 } };
  expect(await refusal(chief.api.commissions.define({ ...wanted, level1: high }))).toEqual({
    ...{
      reason: 'invalid_input',
      facts: { path: 'level1.*.rank2', problem: expect.stringContaining('7001 of at most 7000') as string },
    },
  });
  expect(await refusal(stage.call('commissions-define', wanted, finance))).toMatchObject({
    reason: 'role_missing',
  });
  expect(await chief.api.commissions.define(wanted)).toMatchObject({ version });
  const low = { ...level1, rank2: { rank1: 1000, rank2: 1000, rank3: 1000, course: 1000 } };
  const taxed = { ...wanted, level1: low, taxBps: 1800, mostBps: 8000 };
  expect(await chief.api.commissions.define(taxed)).toMatchObject({ version: version + 1, taxBps: 1800 });
  expect(await middle.api.commissions.table({})).toMatchObject({ version: version + 1, level1: low });
  const upgrade = await bought(buyer, 'pro');
  expect(await commissionOn(stage, order, 1)).toMatchObject({
    amount: 112_500,
    cell: { version, bps: 4500 },
  });
  expect(await commissionOn(stage, upgrade, 1)).toMatchObject({
    ...{ amount: 20_000, tax: 3600, cell: { version: version + 1, bps: 1000, taxBps: 1800 } },
  });
  await refund(upgrade, 118_000);
  expect(await commissionOn(stage, upgrade, 1)).toMatchObject({ back: 10_000 });
  const entry = (await booksOf(stage)).journal.get(`commission:${upgrade}~1:2`);
  expect(entry?.legs.find(({ account }) => account === 'tax:commissions')?.amount).toBe(-1800);
  await chief.api.commissions.define(wanted);
});

test('W4-01 W4-02 W4-09 no call credits anybody; many at once who were brought by one add up to the paisa', async () => {
  for (const name of ['commissions-credit', 'wallet-credit', 'commissions-pay', 'commissions-withdraw'])
    await expect(stage.call(name, { amount: 100, source: 'commission' }, chief)).rejects.toThrow();
  const { level1, level2, taxBps, mostBps } = await chief.api.commissions.table({});
  const negative = { ...level1, rank1: { ...level1.rank1, rank1: -1 } };
  const wish = { level1: negative, level2, taxBps, mostBps, reason };
  expect(await refusal(stage.call('commissions-define', wish, chief))).toMatchObject({
    reason: 'invalid_input',
  });
  const sponsor = await holder(stage, finance, 'elite');
  const fans = await Promise.all(Array.from({ length: 8 }, () => stage.actor()));
  for (const fan of fans) {
    await attach(fan, sponsor);
    await withRupees(stage, finance, prices.starter, fan);
  }
  await Promise.all(fans.map((fan) => buyPackage(fan, 'starter')));
  await stage.idle();
  await sweep();
  expect((await rupeesOf(sponsor)).pending).toBe(8 * 125_000);
  const page = await sponsor.api.commissions.list({ limit: 5 });
  const rest = await sponsor.api.commissions.list({ limit: 5, after: page.next! });
  expect([page.commissions.length, rest.commissions.length, rest.next]).toEqual([5, 3, null]);
  const theirs = await refusal(fans[0]!.api.commissions.list({ after: page.next! }));
  const none = await refusal(fans[0]!.api.commissions.list({ after: `${'a'.repeat(24)}~x~1` }));
  expect(theirs).toEqual(none);
});

test('W4-18 whoever is erased keeps no commission of what goes back later: it is owed, and finance hears of it', async () => {
  const { middle, buyer } = await family(stage, finance, { top: null });
  const order = await bought(buyer, 'starter');
  expect((await middle.api.privacy.status({})).left).toMatchObject({ what: 'pending' });
  await stage.advance(WINDOW);
  await spendAll(middle);
  await middle.api.privacy.erase({ confirm: 'erase' });
  await stage.advance('1h');
  expect((await stage.db.doc(`erasures/${middle.uid}`).get()).get('phase')).not.toBe('stopped');
  // What is bought now is nobody’s commission.
  const upgrade = await bought(buyer, 'pro');
  expect(await both(upgrade)).toEqual([null, null]);
  await refund(order);
  const wallet = (await stage.db.doc(`wallets/${middle.uid}`).get()).data() as {
    readonly balances: { readonly INR: { readonly debt: number } };
  };
  expect(wallet.balances.INR.debt).toBe(112_500);
  expect(await commissionOn(stage, order, 1)).toMatchObject({ status: 'reversed', uid: middle.uid });
  expect(await withName(buyer)).toBeDefined();
});
