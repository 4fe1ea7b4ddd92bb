import { planCrash, takeTallies } from '../../../local/wire.ts';
import type { Alert } from '../../src/alerts/alert.ts';
import type { SettlementGateway, SettlementLine } from '../../src/psp/ports.ts';
import type { Reconciliation } from '../../src/reconciliation/reconciliation.ts';
import { reconcile } from '../../src/reconciliation/reconciliation.operations.ts';
import { minor } from '../../src/shared/money.ts';
import { fromStored } from '../../src/shared/stored.ts';
import { assignedJob, orderOf } from './acts.ts';
import { violationsOn } from './books.ts';
import { openStage, refusal, requestId, sessionOf, type Actor, type FlowStage } from './stage.ts';

/** F06 I13 W2-35: what Stripe says of a day against the books; each difference is one alert, and nothing is put right. */

jest.setTimeout(180_000);

const DAY = 24 * 3600 * 1000;

let stage: FlowStage;
let finance: Actor;
let payer: Actor;
let payee: Actor;
beforeAll(async () => {
  stage = await openStage({ PAYER_FEE_BPS: '500' });
  [finance, payer, payee] = await Promise.all([stage.actor('finance'), stage.actor(), stage.actor()]);
}, 180_000);
beforeEach(() => {
  nextDay();
});
afterEach(async () => {
  stage.stripe.heal();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const now = () => stage.cloud.clock.now();
/**
 * To the next day's noon (UTC): so each test has a day of its own, far from both of its ends. Only the clock moves: a
 * schedule runs where a test lets it.
 */
const nextDay = () => {
  stage.cloud.clock.move(1.5 * DAY - (now() % DAY));
};
const today = () => new Date(now()).toISOString().slice(0, 10);

const run = (day: string) => finance.api.reconciliation.run({ day });
const runOn = async (day: string) =>
  fromStored(
    (await stage.db.doc(`reconciliations/stripe~${day}`).get()).data() ?? {},
  ) as Partial<Reconciliation>;
async function alerts(): Promise<(Alert & { id: string })[]> {
  const { docs } = await stage.db.collection('alerts').get();
  return docs.map((one) => ({ ...(fromStored(one.data()) as Alert), id: one.id }));
}
/** Alerts that a piece of work has raised. */
async function raisedBy(work: () => Promise<unknown>): Promise<(Alert & { id: string })[]> {
  const before = new Set((await alerts()).map(({ id }) => id));
  await work();
  return (await alerts()).filter(({ id }) => !before.has(id));
}
const kindsOf = (found: readonly Alert[]) => found.map(({ kind }) => kind).sort();

/** Coins bought in a checkout; the intent that paid for them. */
async function bought(amount = 10_000, by = payer): Promise<{ id: string; intent: string }> {
  const { id } = await orderOf(by, amount);
  const session = sessionOf(stage, id);
  await stage.stripe.pay(session);
  await stage.idle();
  const intent = stage.stripe.sessions().find((one) => one.id === session)!.payment_intent;
  return { id, intent: intent as string };
}

/** A job that a card has paid. */
async function funded(price = 10_000): Promise<string> {
  const job = await assignedJob(payer, payee, price);
  const { id } = await payer.api.escrow.fund({ job });
  const intents = Object.values(stage.stripe.vault().intents);
  const intent = intents.find(({ metadata }) => metadata.attempt?.includes(job))!;
  await stage.stripe.play('confirm', intent.id);
  await stage.idle();
  return id;
}

/** Somebody who may be paid out by the provider. */
async function connected({ api, uid }: Actor): Promise<{ destination: string }> {
  const paper = (name: string) => `kyc/${uid}/${name}.jpg`;
  const documents = {
    ...{ id_front: paper('front'), id_back: paper('back') },
    ...{ selfie: paper('selfie'), proof_of_address: paper('letter') },
  };
  const kyc = await api.kyc.submit({ requestId: requestId(), name: 'Ann Example', country: 'QA', documents });
  const verdict = { decision: 'verify', reason: 'Looked at it.' } as const;
  await finance.api.kyc.review({ uid, application: kyc.application ?? '', ...verdict });
  await api.connect.start({ country: 'QA' });
  const account = Object.values(stage.stripe.vault().accounts).find((one) => one.metadata?.uid === uid)!.id;
  await stage.stripe.play('complete', account);
  await stage.idle();
  const wish = { requestId: requestId(), kind: 'connected', currency: 'QAR' } as const;
  return { destination: (await api.destinations.save(wish)).id };
}

async function refunded(id: string, amount?: number): Promise<void> {
  const target = { kind: 'purchase', id } as const;
  const part = amount === undefined ? {} : { amount };
  const { plan } = await finance.api.refunds.preview({ target, ...part });
  const wish = { requestId: requestId(), target, plan, reason: 'It was never used.', ...part };
  await finance.api.refunds.create(wish);
  await stage.idle();
}

test('I13 a day on which all went well agrees to the unit, in a checkout, by card, and back', async () => {
  const day = today();
  await bought(10_000);
  await funded(20_000);
  const { id } = await bought(5_000);
  await refunded(id, 1_000);
  await refunded(id);
  nextDay();
  const raised = await raisedBy(async () => {
    const answer = await run(day);
    expect(answer).toMatchObject({
      phase: 'done',
      counts: { lines: 5, moves: 5, matched: 5, differences: 0, waiting: 0 },
    });
    const [{ provider, books } = { provider: null, books: null }] = answer.totals;
    expect(provider).toEqual(books);
    // 11 000, 21 000 and 5 500 came in, and 5 500 went back; of what came in 2.5% stayed there.
    expect(provider).toEqual({ gross: 32_000, fees: 937, net: 31_063 });
  });
  expect(raised).toEqual([]);
});

test('F47 I13 a month of a subscription agrees like any other payment; one that gave nothing is missing in the books', async () => {
  const [good, bad] = await Promise.all([stage.actor(), stage.actor()]);
  const day = today();
  const pay = async ({ api, uid }: Actor) => {
    await api.allowance.subscribe({ requestId: requestId(), tier: 'basic' });
    const own = Object.values(stage.stripe.vault().subscriptions).find((one) => one.metadata.uid === uid)!;
    await stage.stripe.play('subscription-paid', own.id);
    await stage.idle();
  };
  await pay(good);
  stage.stripe.faults.delivery = 'never';
  await pay(bad);
  stage.stripe.heal();
  nextDay();
  const raised = await raisedBy(async () => {
    expect(await run(day)).toMatchObject({ counts: { lines: 2, moves: 1, matched: 1, differences: 1 } });
  });
  expect(kindsOf(raised)).toEqual(['missing_in_books']);
});

test('I13 a claim that was lost, one that was won, and a payout that arrived agree as well, fees and all', async () => {
  const person = await stage.actor();
  const { destination } = await connected(person);
  // It cools off, and what was raised meanwhile is another test's.
  stage.cloud.clock.move(2 * DAY);
  nextDay();
  const day = today();
  const [lost, won] = [await bought(10_000, person), await bought(10_000, person)];
  await bought(20_000, person);
  for (const [{ intent }, how] of [
    [lost, 'lost'],
    [won, 'won'],
  ] as const) {
    await stage.stripe.play('dispute', intent);
    await stage.idle();
    const claims = Object.values(stage.stripe.vault().disputes);
    await stage.stripe.play(how, claims.find((one) => one.payment_intent === intent)!.id);
    await stage.idle();
  }
  const amount = { amount: 6_000, currency: 'QAR' } as const;
  const { id } = await person.api.withdrawals.request({ requestId: requestId(), amount, destination });
  await finance.api.withdrawals.approve({ withdrawal: id, reason: 'Looked at it.' });
  const payout = Object.values(stage.stripe.vault().payouts).find((one) => one.metadata?.withdrawal === id)!;
  await stage.stripe.play('payout-paid', payout.id);
  await stage.idle();
  nextDay();
  const raised = await raisedBy(async () => {
    const answer = await run(day);
    expect(answer).toMatchObject({
      phase: 'done',
      counts: { lines: 7, moves: 7, matched: 7, differences: 0 },
    });
    const [{ provider, books } = { provider: null, books: null }] = answer.totals;
    expect(provider).toEqual(books);
    // 44 000 came in, of which 11 000 went back to a bank, and 6 000 to theirs; each claim cost 1 500.
    expect(provider).toMatchObject({ gross: 27_000, fees: 275 + 275 + 550 + 3_000 });
  });
  expect(raised).toEqual([]);
});

test('I13 F06 each planted difference is one alert of its kind, and a second run, or two at once, adds none', async () => {
  const day = today();
  const plain = await bought(10_000);
  const [wrong, foreign, gone, back] = [await bought(), await bought(), await bought(), await bought()];
  stage.stripe.faults.feeBps = 300;
  const dear = await bought(10_000);
  stage.stripe.heal();
  const play = (...wish: Parameters<FlowStage['stripe']['play']>) => stage.stripe.play(...wish);
  expect(await play('misprint', wrong.intent, { amount: '10999' })).toBe(true);
  expect(await play('misprint', foreign.intent, { currency: 'usd' })).toBe(true);
  expect(await play('omit', gone.intent)).toBe(true);
  expect(await play('refund', back.intent)).toBe(true);
  await play('book', 'charge', { amount: '700', source: 'ch_x', intent: 'pi_nobody' });
  await play('book', 'transfer', { amount: '-500', source: 'tr_nobody' });
  await play('book', 'payout', { amount: '-900', source: 'po_own' });
  await play('book', 'stripe_fee', { amount: '-20' });
  const books = await violationsOn(stage);
  nextDay();
  const raised = await raisedBy(async () => {
    const answer = await run(day);
    expect(answer.counts).toEqual({ lines: 10, moves: 6, matched: 4, differences: 6, waiting: 1 });
  });
  expect(kindsOf(raised)).toEqual([
    'amount_differs',
    'balance_paid_out',
    'currency_differs',
    'fee_differs',
    'missing_in_books',
    'refund_by_hand',
    'transfer_without_withdrawal',
  ]);
  const by = (kind: Alert['kind']) => raised.find((one) => one.kind === kind)!;
  expect(by('amount_differs')).toMatchObject({
    facts: { entry: `purchase:${wrong.id}`, gross: 10_999, booked: 11_000 },
    people: [payer.uid],
  });
  expect(by('currency_differs').explanation).toContain('11000 usd');
  expect(by('missing_in_books').explanation).toContain('unknown money');
  expect(by('refund_by_hand').facts).toMatchObject({ gross: -11_000 });
  // Of 11 000, 3% instead of 2.5%, and 20 for Stripe itself.
  expect(by('fee_differs').facts).toMatchObject({ more: 55 + 20, less: 0 });
  expect([plain, dear].filter(({ id }) => JSON.stringify(raised).includes(id))).toEqual([]);

  expect(await raisedBy(() => run(day))).toEqual([]);
  const both = () => Promise.all([run(day), run(day), stage.cloud.runSchedule('reconciliation-sweep')]);
  expect(await raisedBy(both)).toEqual([]);
  // Counted once, though three were at it.
  expect((await runOn(day)).counts).toMatchObject({ lines: 10, moves: 6, differences: 6 });

  // What Stripe has not is missing when the next day is over, and not before.
  nextDay();
  const late = await raisedBy(() => stage.cloud.runSchedule('reconciliation-sweep'));
  expect(late).toMatchObject([{ kind: 'missing_at_provider', about: `purchases/${gone.id}` }]);
  expect(await runOn(day)).toMatchObject({
    phase: 'done',
    dueAt: null,
    counts: { differences: 7, waiting: 0 },
  });
  expect(await raisedBy(() => run(day))).toEqual([]);
  expect(await violationsOn(stage)).toEqual(books);
});

test('I13 a line of the day after, or before, stands for an entry of the day: no alarm', async () => {
  const day = today();
  const { intent } = await bought(3_000);
  const { fee } = stage.stripe.vault().lines.find(({ source }) => source.payment_intent === intent)!;
  await stage.stripe.play('omit', intent);
  nextDay();
  await stage.stripe.play('book', 'charge', { amount: '3300', fee: String(fee), source: 'ch_late', intent });
  expect(await raisedBy(() => run(day))).toEqual([]);
  expect(await runOn(day)).toMatchObject({ phase: 'around', counts: { waiting: 1 } });
  const next = today();
  nextDay();
  // The neighbour was never compared by itself, and its lines are known all the same.
  expect(await raisedBy(() => stage.cloud.runSchedule('reconciliation-sweep'))).toEqual([]);
  expect(await runOn(day)).toMatchObject({ phase: 'done' });
  expect(await raisedBy(() => run(next))).toEqual([]);
  expect(await runOn(next)).toMatchObject({ counts: { lines: 1, matched: 1, moves: 0 } });
});

test('F06 what an order or event of ours names is explained: under review, or paid twice', async () => {
  const day = today();
  const { id } = await orderOf(payer, 8_000);
  stage.stripe.faults.amount = 9_000;
  await stage.stripe.pay(sessionOf(stage, id));
  stage.stripe.heal();
  await stage.idle();
  nextDay();
  const raised = await raisedBy(() => run(day));
  expect(raised).toMatchObject([
    { kind: 'missing_in_books', about: `purchases/${id}`, people: [payer.uid], facts: { gross: 9_000 } },
  ]);
  expect(raised[0]!.explanation).toContain('is review');
});

test('F06 orders that are open for more than a day are one alert, with their number', async () => {
  const { id } = await orderOf(payer);
  // Nobody hears that it has expired.
  stage.stripe.faults.delivery = 'never';
  nextDay();
  const day = today();
  nextDay();
  const raised = await raisedBy(() => run(day));
  expect(raised).toMatchObject([{ kind: 'orders_pending', facts: { purchases: 1, payments: 0 } }]);
  expect(await raisedBy(() => run(day))).toEqual([]);
  stage.stripe.heal();
  await stage.cloud.runSchedule('purchases-sweep');
  expect((await stage.db.doc(`purchases/${id}`).get()).get('status')).toBe('expired');
});

test('I13 the schedule compares the day before', async () => {
  const day = today();
  const { intent } = await bought();
  await stage.stripe.play('misprint', intent, { amount: '1' });
  nextDay();
  const raised = await raisedBy(() => stage.cloud.runSchedule('reconciliation-daily'));
  expect(kindsOf(raised)).toEqual(['amount_differs']);
  expect(await runOn(day)).toMatchObject({ phase: 'done' });
  expect(await raisedBy(() => stage.cloud.runSchedule('reconciliation-daily'))).toEqual([]);
});

test('I13 a day on which the schedule did not run is compared by the next one', async () => {
  const day = today();
  nextDay();
  await stage.cloud.runSchedule('reconciliation-daily');
  const missed = today();
  await bought();
  nextDay();
  nextDay();
  await stage.cloud.runSchedule('reconciliation-daily');
  expect(await runOn(missed)).toMatchObject({ phase: 'done', counts: { lines: 1, matched: 1 } });
  expect(missed > day).toBe(true);
});

test('a day that is not over, or that there is not, is refused; so is Stripe’s silence, and a retry goes on', async () => {
  expect(await refusal(run(today()))).toMatchObject({ reason: 'not_due' });
  expect(await refusal(run('2026-02-30'))).toMatchObject({ reason: 'invalid_input' });
  expect(await refusal(payer.api.reconciliation.run({ day: '2026-01-01' }))).toMatchObject({
    reason: 'role_missing',
  });
  const day = today();
  await bought();
  nextDay();
  stage.stripe.faults.calls = { ask: 'error_before' };
  expect(await refusal(run(day))).toMatchObject({ reason: 'provider_unavailable' });
  expect(await runOn(day)).toMatchObject({ phase: 'fetch' });
  stage.stripe.heal();
  expect(await run(day)).toMatchObject({ phase: 'done', counts: { lines: 1, matched: 1 } });
});

test('I13 wherever a run dies, the sweep finishes it: the same alerts, the same figures', async () => {
  const day = today();
  const [one] = [await bought(), await bought()];
  await stage.stripe.play('misprint', one.intent, { amount: '5' });
  await stage.stripe.play('book', 'refund', { amount: '-7', source: 're_nobody' });
  nextDay();
  const forget = async () => {
    for (const name of ['alerts', 'settlements']) await stage.db.recursiveDelete(stage.db.collection(name));
    await stage.db.doc(`reconciliations/stripe~${day}`).delete();
  };
  await forget();
  takeTallies();
  await run(day);
  const { length } = takeTallies('reconciliation-run')[0]!.tally.steps;
  const seen = async () => {
    const { counts, totals, feesOff, phase } = await runOn(day);
    return { counts, totals, feesOff, phase, alerts: (await alerts()).map(({ id }) => id).sort() };
  };
  const whole = await seen();
  expect(whole).toMatchObject({ phase: 'done', counts: { lines: 3, differences: 2 } });
  expect(whole.alerts).toHaveLength(2);
  expect(length).toBeGreaterThan(10);
  for (let step = 0; step < length; step += 1)
    for (const when of ['before', 'after'] as const) {
      await forget();
      planCrash('reconciliation-run', { step, when });
      await run(day).catch(() => null);
      // Before it was begun there is nothing to go on with: the next run begins it.
      if ((await runOn(day)).phase !== undefined) {
        stage.cloud.clock.move(15 * 60 * 1000);
        await stage.cloud.runSchedule('reconciliation-sweep');
      } else await run(day);
      expect([step, when, await seen()]).toEqual([step, when, whole]);
    }
}, 240_000);

test('alerts: finance lists and closes them with a reason, once, and not about their own money', async () => {
  const day = today();
  const rich = await stage.actor('finance');
  const { intent } = await bought(10_000, rich);
  await stage.stripe.play('misprint', intent, { amount: '1' });
  nextDay();
  const [raised] = await raisedBy(() => run(day));
  const alert = raised!.id;
  const reason = 'Stripe corrected it.';
  expect(await refusal(rich.api.alerts.close({ alert, reason }))).toMatchObject({ reason: 'own_request' });
  expect(await refusal(payer.api.alerts.list({}))).toMatchObject({ reason: 'role_missing' });
  const { alerts: open } = await finance.api.alerts.list({ status: 'open', limit: 1 });
  expect(open).toMatchObject([{ id: alert, closed: null }]);
  const closed = await finance.api.alerts.close({ alert, reason });
  expect(closed).toMatchObject({ status: 'closed', closed: { by: finance.uid, reason } });
  expect(await finance.api.alerts.close({ alert, reason })).toEqual(closed);
  expect(await refusal(finance.api.alerts.close({ alert, reason: 'Another one.' }))).toMatchObject({
    reason: 'wrong_status',
  });
  expect(await refusal(finance.api.alerts.close({ alert: 'nothing', reason }))).toMatchObject({
    reason: 'not_found',
  });
  const { docs } = await stage.db.collection('adminActions').where('target', '==', `alerts/${alert}`).get();
  expect(docs.map((one) => one.data())).toMatchObject([{ action: 'alerts-close', by: finance.uid, reason }]);
  // It stays closed when the day is compared again.
  expect(await raisedBy(() => run(day))).toEqual([]);
  expect((await finance.api.alerts.list({ status: 'closed' })).alerts.map(({ id }) => id)).toContain(alert);
});

test('ten thousand lines are compared page by page, and no page is held beside another', async () => {
  const all = 10_000;
  const from = now() - (now() % DAY);
  const day = today();
  const asked: (string | null)[] = [];
  const line = (i: number): SettlementLine => ({
    ...{ id: `txn_many_${String(i).padStart(5, '0')}`, type: 'stripe_fee', at: from + i, currency: 'QAR' },
    ...{ gross: minor(-1), fee: minor(0), stated: '-1 qar', source: '', ours: null },
  });
  const gateway: SettlementGateway = {
    settlements: (_, __, after) => {
      asked.push(after);
      const start = after === null ? 0 : Number(after);
      const lines = Array.from({ length: 100 }, (_unused, i) => line(start + i));
      return Promise.resolve({ lines, next: start + 100 < all ? String(start + 100) : null });
    },
  };
  nextDay();
  const order = { provider: 'stripe', day, at: now(), anew: false } as const;
  // As a call would, which has not the time for all of it: the next goes on where it stopped.
  expect(await reconcile(gateway, { ...order, pages: 60 })).toMatchObject({ phase: 'fetch', cursor: '6000' });
  const done = await reconcile(gateway, { ...order, pages: 1200 });
  expect(done).toMatchObject({ phase: 'done', counts: { lines: all, matched: all, differences: 0 } });
  expect(done.totals.QAR?.provider).toEqual({ gross: 0, fees: all, net: -all });
  expect(asked).toHaveLength(all / 100);
  expect(new Set(asked).size).toBe(all / 100);
  await stage.db.recursiveDelete(stage.db.collection('settlements'));
}, 240_000);
