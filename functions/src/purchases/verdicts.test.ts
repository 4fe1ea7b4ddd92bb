import { newLifetime, newWallet, nothing, type Wallet } from '../ledger/wallet.ts';
import type { Notice } from '../notifications/notice.ts';
import type { PaymentReport } from '../psp/gateway.ts';
import { minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { PSP_FEE_BPS, resolveReview, settle, type Verdict } from './payment.ts';
import { attemptOf, isPaid, readAttempt, type Purchase, type PurchaseState } from './purchase.ts';

/** Each state of an order with each thing that a provider can say, or a person decide; what is written, whole. */

const HOUR = 3_600_000;
const AT = 2_400 * HOUR;
const id = `${'a'.repeat(24)}~ann`;
const old: Notice = {
  ...{ id: 'old.0', to: 'ann', kind: 'purchase-review', text: 'We look.' },
  ...{ facts: {}, about: `purchases/${id}`, at: 1 },
};
const kept = {
  ...{ uid: 'ann', provider: 'stripe', currency: 'QAR', value: minor(10_000), price: minor(11_000) },
  ...{ coins: { GPC: 1 }, requestHash: 'h', createdAt: 1, expiresAt: AT, attempt: 2, refunded: minor(0) },
  ...{ valueBack: minor(0), chargebacks: { dp: 'lost' }, news: [old], credits: minor(0) },
  creditsBack: minor(0),
} as const;
const of = (state: PurchaseState, more: Partial<Purchase> = {}): Purchase =>
  ({ ...kept, version: 4, dueAt: AT + 1, ...more, ...state }) as Purchase;
const payment = { attempt: attemptOf(id, 2), reference: 'cs', payment: 'pi' };
const review = { status: 'review', stated: '110.00 QAR', payment, reviewAt: 5 } as const;
const failed = { status: 'failed', why: 'not_paid', closedAt: 5 } as const;
const states = {
  created: { status: 'created' },
  pending: { status: 'pending', reference: 'cs', url: 'https://pay' },
  expired: { status: 'expired', closedAt: 5 },
  failed: { ...failed, payment: null },
  dismissed: { ...failed, payment },
  'in review': { ...review, why: 'late' },
  'of another amount': { ...review, why: 'amount' },
  unanswered: { ...review, why: 'unanswered', payment: { attempt: '', reference: 'cs', payment: '' } },
  paid: { status: 'paid', payment, paidAt: 5 },
  'partly refunded': { status: 'partially_refunded', payment, paidAt: 5 },
  refunded: { status: 'refunded', payment, paidAt: 5 },
} as const satisfies Record<string, PurchaseState>;
type Name = keyof typeof states;
const names = Object.keys(states) as Name[];

const wallet: Wallet = {
  ...newWallet,
  balances: { QAR: { ...nothing, available: minor(50) } },
  lifetime: { QAR: { ...newLifetime, purchased: minor(60) } },
};
const report: PaymentReport = {
  ...{ provider: 'stripe', ...payment, outcome: 'paid', amount: kept.price, currency: 'QAR' },
  stated: '110.00 QAR',
};
const reports = {
  pending: { outcome: 'pending' },
  processing: { outcome: 'processing' },
  failed: { outcome: 'failed' },
  expired: { outcome: 'expired' },
  'failed before': { outcome: 'failed', attempt: attemptOf(id, 1) },
  'expired before': { outcome: 'expired', attempt: attemptOf(id, 1) },
  paid: {},
  'paid by another': { payment: 'pi_2' },
  'paid before': { attempt: attemptOf(id, 1) },
  'a unit less': { amount: minor(10_999) },
  'a unit more': { amount: minor(11_001) },
  'no amount': { amount: null },
  dollars: { currency: 'USD', amount: minor(1) },
  'no currency': { currency: null },
  'another provider': { provider: 'fatora' },
  'another order': { attempt: attemptOf(`${'b'.repeat(24)}~ann`, 2) },
  'an attempt to come': { attempt: attemptOf(id, 3) },
  'no attempt': { attempt: 'what' },
} as const satisfies Record<string, Partial<PaymentReport>>;

/** The result, and the state with its reason; `=` where nothing changed. Money moves with a credit, and only then. */
function outcome(before: Purchase, verdict: Verdict): string {
  const { purchase, posting, result } = verdict;
  expect(posting !== null).toBe(result === 'credited');
  if (purchase === null || purchase === before) return `${result}${purchase ? ' =' : ''}`;
  return [result, purchase.status, 'why' in purchase ? purchase.why : ''].join(' ').trim();
}

const SAME = 'nothing =';
const FAILS = 'closed failed not_paid';
const none = [SAME, SAME, SAME, SAME, SAME, SAME];
const unknown = ['unknown', 'unknown', 'unknown', 'unknown'];
const wrong = ['amount', 'amount', 'amount', 'currency', 'currency'].map((why) => `review review ${why}`);
const good = ['credited paid', 'credited paid', 'credited paid', ...wrong];
const late = ['review review late', 'review review late', 'review review late', ...wrong];
const open = [SAME, SAME, FAILS, 'closed expired', SAME, SAME, ...good, ...unknown];
const twice = ['double_payment =', 'double_payment ='];
/** What is told again of the payment that is known is no news, whatever figure comes with it. */
const known = [...none, SAME, ...twice, SAME, SAME, SAME, SAME, SAME, ...unknown];
const over = [...none, ...late, ...unknown];
const dismissed = over.map((one, i) => (i === 6 || (i > 8 && i < 14) ? SAME : one));
const table: Record<Name, readonly string[]> = {
  ...{ created: open, pending: open, expired: over, failed: over, dismissed, 'in review': known },
  ...{ 'of another amount': known, unanswered: over, paid: known, 'partly refunded': known, refunded: known },
};

test.each(names)('I6 W2-25 W4-12 %s: what comes of each thing the provider can say', (name) => {
  const before = of(states[name]);
  const said = Object.entries(reports).map(([what, more]) => {
    const told = { ...report, ...more };
    expect(settle(id, { purchase: null, wallet }, told, AT).result).toBe('unknown');
    return [what, outcome(before, settle(id, { purchase: before, wallet }, told, AT))];
  });
  expect(said).toStrictEqual(Object.keys(reports).map((what, i) => [what, table[name][i]]));
});

const heard = (event: string, text: string) => ({
  news: [
    old,
    {
      ...{ id: `purchase.${id}.5.${event}.0`, to: 'ann', kind: `purchase-${event}`, text, at: AT },
      ...{ facts: { purchase: id, value: 10_000, price: 11_000, currency: 'QAR' }, about: `purchases/${id}` },
    },
  ],
});
const whole = { ...kept, version: 5 };
const isIn = heard('paid', 'QAR 100.00 is in your wallet.');
const fails = heard('failed', 'Your payment for QAR 100.00 failed. Nothing was added.');
const entry = {
  ...{ id: `purchase:${id}`, kind: 'purchase', at: AT, by: 'psp:stripe', reference: `purchases/${id}` },
  legs: [
    { account: 'psp:stripe:clearing', currency: 'QAR', amount: -10_725 },
    { account: 'psp:stripe:costs', currency: 'QAR', amount: -275 },
    { account: 'wallet:ann:available', currency: 'QAR', amount: 10_000, counts: 'purchased' },
    { account: 'platform:fees', currency: 'QAR', amount: 1_000 },
  ],
  psp: { provider: 'stripe', source: 'pi' },
};

test('D11 a credit: the value is the buyer’s, the provider keeps its fee, the platform the rest', () => {
  expect(PSP_FEE_BPS).toBe(250);
  const byReport = settle(id, { purchase: of(states.pending), wallet }, report, AT);
  const byAdmin = resolveReview(
    id,
    { purchase: of(states['in review']), wallet },
    { decision: 'credit', by: 'fin', at: AT },
  );
  for (const { purchase, posting, result } of [byReport, byAdmin]) {
    expect(purchase).toStrictEqual({ ...whole, status: 'paid', payment, paidAt: AT, dueAt: null, ...isIn });
    expect([posting?.entry, result]).toStrictEqual([entry, 'credited']);
    const { balances, lifetime } = posting!.wallets.ann!.wallet;
    expect(balances.QAR).toStrictEqual({ ...nothing, available: 10_050 });
    expect(lifetime.QAR).toStrictEqual({ ...newLifetime, purchased: 10_060 });
  }
  // Of so little the provider keeps nothing, and nobody else does.
  const little = of(states.pending, { value: minor(39), price: minor(39) });
  const { posting } = settle(id, { purchase: little, wallet: null }, { ...report, amount: minor(39) }, AT);
  expect(posting?.entry.legs.map(({ amount }) => amount)).toStrictEqual([-39, 39]);
  expect(posting?.wallets.ann?.wallet.balances.QAR).toStrictEqual({ ...nothing, available: 39 });
});

test('W1-21 F08 bought credits are the order’s number of them; what the buyer owes of them is repaid first', () => {
  const order = of(states.pending, { value: minor(0), coins: {}, credits: minor(20) });
  const owing = { ...wallet, balances: { CREDIT: { ...nothing, debt: minor(8) } } };
  const { purchase, posting } = settle(id, { purchase: order, wallet: owing }, report, AT);
  const { chargebacks, news } = purchase!;
  expect([purchase!.status, purchase!.credits, chargebacks]).toEqual(['paid', 20, kept.chargebacks]);
  expect(news.at(-1)).toMatchObject({ text: '20 credits are in your wallet.', facts: { credits: 20 } });
  const bought = { id: 'purchased', kind: 'purchased', amount: 12, expiresAt: null, idleMs: null };
  expect(posting?.entry.legs).toStrictEqual([
    { account: 'psp:stripe:clearing', currency: 'QAR', amount: -10_725 },
    { account: 'psp:stripe:costs', currency: 'QAR', amount: -275 },
    { account: 'platform:fees', currency: 'QAR', amount: 11_000 },
    { account: 'platform:credits', currency: 'CREDIT', amount: -20 },
    { account: 'wallet:ann:available', currency: 'CREDIT', amount: 12, counts: 'purchased', lots: [bought] },
    { account: 'wallet:ann:debt', currency: 'CREDIT', amount: 8, counts: 'purchased' },
  ]);
});

test('W2-25 what does not fit waits two days for a person, with the provider’s words; what ends unpaid asks no more', () => {
  const told = { ...report, amount: minor(1), stated: '0.01 QAR', payment: 'pi_9' };
  const looked = heard('review', 'We are checking your payment for QAR 100.00.');
  const state = { status: 'review', why: 'amount', stated: '0.01 QAR', reviewAt: AT, dueAt: AT + 48 * HOUR };
  expect(settle(id, { purchase: of(states.pending), wallet }, told, AT)).toStrictEqual({
    purchase: { ...whole, ...state, payment: { ...payment, payment: 'pi_9' }, ...looked },
    ...{ posting: null, result: 'review' },
  });
  const ends = {
    ...whole,
    status: 'failed',
    why: 'not_paid',
    closedAt: AT,
    payment: null,
    dueAt: null,
    ...fails,
  };
  const no = settle(id, { purchase: of(states.pending), wallet }, { ...report, outcome: 'failed' }, AT);
  expect(no).toStrictEqual({ purchase: ends, posting: null, result: 'closed' });
});

const by = (decision: 'credit' | 'dismiss', who = 'fin') => ({ decision, by: who, at: AT });
const refused = (act: () => Verdict): string => {
  try {
    const verdict = act();
    return `${verdict.result} ${verdict.purchase?.status}`;
  } catch (error) {
    return error instanceof Refusal ? error.message : String(error);
  }
};

test('W4-12 what a person may decide of an order in each state', () => {
  const is = names.map((name) =>
    (['credit', 'dismiss'] as const).map((decision) => {
      const books = { purchase: of(states[name]), wallet };
      expect(refused(() => resolveReview(id, books, by(decision, 'ann')))).toBe('own_request {}');
      return refused(() => resolveReview(id, books, by(decision)));
    }),
  );
  const status = (one: string) => `wrong_status {"status":"${one}"}`;
  const neither = (one: string) => [status(one), status(one)];
  const differs = 'amount_mismatch {"expected":11000,"found":"110.00 QAR"}';
  expect(is).toStrictEqual([
    ...['created', 'pending', 'expired', 'failed'].map(neither),
    [status('failed'), 'nothing failed'],
    ['credited paid', 'closed failed'],
    [differs, 'closed failed'],
    [differs, 'closed failed'],
    ...['paid', 'partially_refunded', 'refunded'].map((one) => [`nothing ${one}`, status(one)]),
  ]);
  const none = { purchase: null, wallet };
  const gone = `not_found ${JSON.stringify({ what: 'purchase', id })}`;
  expect(refused(() => resolveReview(id, none, by('credit')))).toBe(gone);
});

test('W4-12 a dismissed payment is kept, so that it is no news; deciding twice changes nothing', () => {
  const verdict = resolveReview(id, { purchase: of(states['of another amount']), wallet }, by('dismiss'));
  const state = { status: 'failed', why: 'dismissed', closedAt: AT, payment, dueAt: null };
  expect(verdict).toStrictEqual({
    purchase: { ...whole, ...state, ...fails },
    posting: null,
    result: 'closed',
  });
  const twiceNo = { purchase: of(states.dismissed), wallet };
  expect(resolveReview(id, twiceNo, by('dismiss')).purchase).toBe(twiceNo.purchase);
  const twiceYes = { purchase: of(states.paid), wallet };
  expect(resolveReview(id, twiceYes, by('credit')).purchase).toBe(twiceYes.purchase);
});

test('F08 nothing is decided while the payer’s bank has the money back', () => {
  const open = { purchase: of(states['in review'], { chargebacks: { d: 'lost', dp: 'open' } }), wallet };
  for (const decision of ['credit', 'dismiss'] as const)
    expect(refused(() => resolveReview(id, open, by(decision)))).toBe('chargeback_open {"chargeback":"dp"}');
});

test('what counts as paid; an attempt’s name is read back as it was given', () => {
  expect(names.filter((name) => isPaid(of(states[name])))).toStrictEqual([
    'paid',
    'partly refunded',
    'refunded',
  ]);
  expect(attemptOf('a~b~c', 7)).toBe('a:b:c:7');
  expect(readAttempt(attemptOf(id, 12))).toStrictEqual({ id, attempt: 12 });
  for (const name of [
    'x:a:b:1',
    'a:b:1:',
    'a:b:1000000',
    'a::1',
    ':b:1',
    'a:b:x',
    'a:b:-1',
    'a:b:1x',
    '\na:b:1',
  ])
    expect({ name, is: readAttempt(name) }).toStrictEqual({ name, is: null });
});
