import { refused } from '../../test/refused.ts';
import type { Brake } from '../brake/brake.ts';
import { newLifetime, newWallet, nothing, type Wallet } from '../ledger/wallet.ts';
import type { Notice } from '../notifications/notice.ts';
import { newPayee, type Connected, type Payee } from '../payees/payee.ts';
import { minor, negate } from '../shared/money.ts';
import { approve, cancel, escalate, fail, pay, reject, type Payment } from './decisions.ts';
import type { Books } from './ending.ts';
import type { Moved } from './request.ts';
import type { PaymentReference, Payout, Snapshot, Withdrawal, WithdrawalState } from './withdrawal.ts';

/** Each decision in each state by each person, and each document that comes of one, whole. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const AT = 100 * DAY;
/** QAR 6,000.00: above what one admin may let pass alone. */
const AMOUNT = minor(600_000);
const sealed = { v: 1, nonce: 'n', box: 'b', tag: 't' } as const;
const bank: Snapshot = { id: 'home', mask: 'QA•• 8901', sealed, kind: 'bank' };
const connected: Snapshot = { id: 'st', mask: 'Stripe 1234', sealed, kind: 'connected', account: 'acct_1' };
const account: Connected = {
  ...{ provider: 'stripe', country: 'QA', due: [], disabled: null, last4: '1234', bank: 'ba', bankAt: null },
  ...{ startedAt: 0, askedAt: 0, waitsSinceAt: null, nextAt: null, readyAt: 0 },
  ...{ status: 'ready', account: 'acct_1' },
};
const old: Notice = {
  ...{ id: 'old.0', to: 'ann', kind: 'withdrawal-requested', text: 'You asked.' },
  ...{ facts: {}, about: 'withdrawals/w', at: 1 },
};
const kept = {
  ...{ uid: 'ann', amount: AMOUNT, currency: 'QAR', requestHash: 'h', requestedAt: 7, policyVersion: 1 },
} as const;
const of = (state: WithdrawalState, more: Partial<Withdrawal> = {}): Withdrawal =>
  ({ ...kept, destination: bank, version: 4, dueAt: AT, news: [old], ...more, ...state }) as Withdrawal;

const approval = { approvedBy: 'fay', approvedAt: AT - HOUR } as const;
const payout: Payout = {
  ...{ step: 'sent', transfer: 'tr', payout: 'po', asked: 1, why: null, problem: null },
  ...{ sinceAt: 5, escalateAt: 6 },
};
const closed = { closedAt: AT - 1, closedBy: 'fay' } as const;
const proof = { method: 'cheque', reference: 'R-1', paidAt: AT - 5 } as const;
const requested = { status: 'requested', overdue: 2 } as const;
const approved = { status: 'approved', overdue: 3, ...approval } as const;
const states = {
  requested,
  approved,
  processing: { status: 'processing', overdue: 0, ...approval, secondBy: 'fin', payout },
  'paid by hand': { status: 'paid', ...closed, ...approval, proof },
  'paid by the provider': { status: 'paid', ...closed, ...approval, secondBy: 'fin', payout },
  rejected: { status: 'rejected', ...closed, reason: 'no' },
  failed: { status: 'failed', ...closed, reason: 'no' },
  cancelled: { status: 'cancelled', closedAt: 9, closedBy: 'ann' },
} as const satisfies Record<string, WithdrawalState>;

const wallet: Wallet = {
  ...newWallet,
  balances: { QAR: { ...nothing, available: minor(50), reserved: AMOUNT } },
  lifetime: { QAR: { ...newLifetime, earned: minor(700_000) } },
};
const other = { withdrawal: 'v', amount: minor(1), currency: 'QAR', at: 2 } as const;
const payee: Payee = {
  ...{ ...newPayee, connected: account, version: 8 },
  recent: [other, { ...other, withdrawal: 'w', amount: AMOUNT }],
};
type All = Books & { readonly brake: Brake | null; readonly reference: PaymentReference | null };
const books = (withdrawal: Withdrawal | null, more: Partial<All> = {}): All => ({
  ...{ id: 'w', withdrawal, wallet, payee, brake: null, reference: null, ...more },
});
const payment = { amount: AMOUNT, currency: 'QAR', ...proof, referenceId: 'r', at: AT } as const;
const acts = {
  approve: (all: All, by: string) => approve(all, { by, at: AT }),
  reject: (all: All, by: string) => reject(all, { by, reason: 'Not yours.', at: AT }),
  fail: (all: All, by: string) => fail(all, { by, reason: 'Account closed.', at: AT }),
  cancel: (all: All, by: string) => cancel(all, { by, at: AT }),
  pay: (all: All, by: string) => pay(all, { ...payment, by }),
  escalate: (all: All) => escalate(all, AT),
};
type Act = keyof typeof acts;

/** The state that it comes to; `=` where nothing changed; why not. Each refusal says the state that it found. */
function outcome(all: All, act: Act, by: string): string {
  const no = refused(() => acts[act](all, by));
  if (no) {
    if (no.reason === 'wrong_status') expect(no).toStrictEqual({ ...no, status: all.withdrawal?.status });
    if (no.reason === 'not_found') expect(no).toStrictEqual({ ...no, what: 'withdrawal', id: 'w' });
    return no.reason;
  }
  const { withdrawal, posting, payee: after } = acts[act](all, by);
  if (withdrawal !== all.withdrawal) return withdrawal.status;
  expect([posting, after]).toStrictEqual([null, null]);
  return '=';
}

/** By the owner, the admin who acted before (Fay), another one (Fin, the second where there is one), a third. */
const people = ['ann', 'fay', 'fin', 'eve'];
const OWN = 'own_request';
const NO = 'wrong_status';
const GONE = 'not_found';
const never = [OWN, NO, NO, NO];
const notHers = [NO, GONE, GONE, GONE];
type Row = Record<Exclude<Act, 'escalate'>, readonly string[]>;
const over: Row = { approve: never, reject: never, fail: never, pay: never, cancel: notHers };
const rejected = [OWN, 'rejected', 'rejected', 'rejected'];
const byHand = [OWN, 'same_admin', 'paid', 'paid'];
const failed = [OWN, 'failed', 'failed', 'failed'];
const all4 = (status: string) => [OWN, status, status, status];
const table: Record<keyof typeof states, Row> = {
  requested: {
    ...{ approve: all4('approved'), reject: rejected, fail: never, pay: never },
    cancel: ['cancelled', GONE, GONE, GONE],
  },
  approved: { approve: [OWN, '=', NO, NO], reject: rejected, fail: failed, pay: byHand, cancel: notHers },
  processing: { ...over, approve: [OWN, '=', '=', NO] },
  'paid by hand': { ...over, approve: [OWN, '=', NO, NO] },
  'paid by the provider': { ...over, approve: [OWN, '=', '=', NO] },
  rejected: { ...over, reject: [OWN, '=', NO, NO] },
  failed: { ...over, fail: [OWN, '=', NO, NO] },
  cancelled: { ...over, cancel: ['=', GONE, GONE, GONE] },
};
const cases = Object.keys(table) as (keyof typeof states)[];

test.each(cases)('D13 W0-04 W4-05 I7 %s: who may do what', (name) => {
  for (const act of Object.keys(table[name]) as (keyof Row)[]) {
    const found = of(states[name]);
    const is = people.map((by) => outcome(books(found), act, by));
    expect({ act, is }).toStrictEqual({ act, is: table[name][act] });
    expect(people.map((by) => outcome(books(null), act, by))).toStrictEqual([GONE, GONE, GONE, GONE]);
  }
  const isOpen = name === 'requested' || name === 'approved';
  expect(outcome(books(of(states[name])), 'escalate', '')).toBe(isOpen ? name : NO);
  expect(outcome(books(null), 'escalate', '')).toBe(GONE);
});

test('D13 to an account at the provider the second approval sends it off, and the first one below the threshold', () => {
  const toStripe = (state: WithdrawalState, amount = AMOUNT) => of(state, { destination: connected, amount });
  const approves = (found: Withdrawal, set = found.amount) =>
    people.map((by) => {
      const reserved = { ...wallet, balances: { QAR: { ...nothing, reserved: set } } };
      return outcome(books(found, { wallet: reserved }), 'approve', by);
    });
  expect(approves(toStripe(requested))).toStrictEqual(all4('approved'));
  expect(approves(toStripe(approved))).toStrictEqual([OWN, '=', 'processing', 'processing']);
  expect(approves(toStripe(requested, minor(500_000)))).toStrictEqual(all4('processing'));
  expect(approves(toStripe(requested, minor(500_001)))).toStrictEqual(all4('approved'));
  const twice = cases.filter((name) => name !== 'requested' && name !== 'approved');
  for (const name of twice) expect(approves(toStripe(states[name]))).toStrictEqual(table[name].approve);
});

/** What the owner hears of it, numbered by the transition. */
const heard = (event: string, text: string) => ({
  news: [
    old,
    {
      ...{ id: `withdrawal.w.5.${event}.0`, to: 'ann', kind: `withdrawal-${event}`, text },
      ...{ facts: { withdrawal: 'w', amount: AMOUNT, currency: 'QAR' }, about: 'withdrawals/w', at: AT },
    },
  ],
});
const whole = { ...kept, destination: bank, version: 5 };
const leaves = { account: 'wallet:ann:reserved', currency: 'QAR', amount: negate(AMOUNT) };
const without = { ...payee, recent: [other], version: 9 };
/** The entry, what the wallet holds after it, and the payee. */
const money = ({ posting, payee: after }: Moved) => ({
  entry: posting?.entry,
  held: posting?.wallets.ann?.wallet.balances.QAR,
  lifetime: posting?.wallets.ann?.wallet.lifetime.QAR,
  payee: after,
});
const entry = (kind: string, legs: readonly object[], by: string) => ({
  ...{ id: 'withdrawal:w:end', kind: `withdrawal-${kind}`, legs, at: AT, by, reference: 'withdrawals/w' },
});

test('D13 what an approval writes: who and when, the next deadline, and no money moves', () => {
  const { news } = heard(
    'approved',
    'Your withdrawal of QAR 6,000.00 was approved. It will be sent to QA•• 8901.',
  );
  const state = { status: 'approved', approvedBy: 'fin', approvedAt: AT, overdue: 0 };
  expect(acts.approve(books(of(requested)), 'fin')).toStrictEqual({
    ...{ withdrawal: { ...whole, ...state, news, dueAt: AT + 72 * HOUR }, posting: null, payee: null },
  });
});

test.each([
  [
    'the first below the threshold',
    requested,
    minor(10_000),
    { approvedBy: 'fin', approvedAt: AT, secondBy: null },
  ],
  ['the second above it', approved, AMOUNT, { ...approval, secondBy: 'fin' }],
] as const)('D13 F33 what the approval writes that sends it to the provider: %s', (_, state, amount, by) => {
  const found = of(state, { destination: connected, amount });
  const reserved = { ...wallet, balances: { QAR: { ...nothing, reserved: amount } } };
  const sum = amount === AMOUNT ? 'QAR 6,000.00' : 'QAR 100.00';
  const text = `Your withdrawal of ${sum} was approved and is on its way to Stripe 1234. A bank may take some days.`;
  const { news } = heard('processing', text);
  const facts = { withdrawal: 'w', amount, currency: 'QAR' };
  const first = { transfer: null, payout: null, why: null, step: 'transfer', asked: 0, problem: null };
  expect(acts.approve(books(found, { wallet: reserved }), 'fin')).toStrictEqual({
    withdrawal: {
      ...{ ...whole, amount, destination: connected, news: [old, { ...news[1], facts }] },
      ...{ status: 'processing', overdue: 0, ...by, dueAt: AT + HOUR / 6 },
      payout: { ...first, sinceAt: AT, escalateAt: AT + DAY },
    },
    ...{ posting: null, payee: null },
  });
});

const cools = { ...payee, connected: { ...account, bankAt: AT - DAY } };
const on: Brake = { status: 'on', since: 1, alert: 'al' };
const held = (more: object) => ({
  wallet: { ...wallet, balances: { QAR: { ...wallet.balances.QAR!, ...more } } },
});
const dollars = { ...wallet, balances: { ...wallet.balances, USD: { ...nothing, debt: minor(5) } } };
const missing = { reason: 'onboarding_required', status: 'none', due: [] };
const differs = { reason: 'amount_mismatch', found: AMOUNT };
/** What is wrong; why a withdrawal to a bank is not approved for it, or null; and one to the provider. */
const standing: readonly (readonly [string, Partial<All>, object | null, object | null])[] = [
  ['the brake is on', { brake: on }, ...twice({ reason: 'payouts_stopped', alert: 'al' })],
  ['the brake is off again', { brake: { status: 'off', since: 1, by: 'sue', reason: 'ok' } }, null, null],
  ['the wallet is frozen', { wallet: { ...wallet, frozen: true } }, ...twice({ reason: 'wallet_frozen' })],
  ['a unit is owed', held({ debt: 1 }), ...twice({ reason: 'debt_open', debt: 1, currency: 'QAR' })],
  ['another currency is owed', { wallet: dollars }, null, null],
  ['one less is reserved', held({ reserved: AMOUNT - 1 }), ...twice({ ...differs, expected: AMOUNT - 1 })],
  ['one more is reserved', held({ reserved: AMOUNT + 1 }), ...twice({ ...differs, expected: AMOUNT + 1 })],
  ['there is no wallet', { wallet: null }, ...twice({ ...differs, expected: 0 })],
  ['there is no payee', { payee: null }, null, missing],
  [
    'it is another account',
    { payee: { ...payee, connected: { ...account, account: 'acct_2' } } },
    null,
    missing,
  ],
  ['the bank cooled off just now', { payee: cools }, null, null],
  [
    'the bank cools off for a moment longer',
    { payee: { ...payee, connected: { ...account, bankAt: AT - DAY + 1 } } },
    ...[null, { reason: 'not_due', dueAt: AT + 1 }],
  ] as const,
];
function twice<T>(one: T): readonly [T, T] {
  return [one, one];
}

test.each(standing)(
  'F08 F38 F39 F80 approved or not, first or second, when %s',
  (_, more, toBank, toStripe) => {
    const to = (destination: Snapshot, state: WithdrawalState) =>
      refused(() => acts.approve(books(of(state, { destination }), more), 'fin'));
    expect([to(bank, requested), to(connected, requested), to(connected, approved)]).toStrictEqual([
      ...[toBank, toStripe, toStripe],
    ]);
  },
);

const back = 'QAR 6,000.00 is back in your wallet.';
test.each([
  [
    'reject',
    requested,
    'fin',
    { status: 'rejected', reason: 'Not yours.' },
    `Your withdrawal was rejected; ${back} Not yours.`,
  ],
  [
    'reject',
    approved,
    'fin',
    { status: 'rejected', reason: 'Not yours.' },
    `Your withdrawal was rejected; ${back} Not yours.`,
  ],
  [
    'fail',
    approved,
    'fin',
    { status: 'failed', reason: 'Account closed.' },
    'QA•• 8901 did not take QAR 6,000.00; the money is back in your wallet. Account closed.',
  ],
  ['cancel', requested, 'ann', { status: 'cancelled' }, `You cancelled your withdrawal; ${back}`],
] as const)(
  'W0-03 F32 %s from %j gives back: debt first, no counter, no limit',
  (act, state, by, ends, text) => {
    for (const [debt, repaid] of [
      [0, 0],
      [250_000, 250_000],
      [600_000, 600_000],
      [600_001, 600_000],
    ] as const) {
      const moved = acts[act](books(of(state), held({ debt })), by);
      const ended = { ...ends, closedAt: AT, closedBy: by, dueAt: null };
      expect(moved.withdrawal).toStrictEqual({ ...whole, ...ended, ...heard(ends.status, text) });
      const legs = [
        { account: 'wallet:ann:available', currency: 'QAR', amount: AMOUNT - repaid },
        { account: 'wallet:ann:debt', currency: 'QAR', amount: repaid },
      ].filter(({ amount }) => amount !== 0);
      expect(money(moved)).toStrictEqual({
        entry: entry('return', [leaves, ...legs], by),
        held: { available: 50 + AMOUNT - repaid, pending: 0, reserved: 0, debt: debt - repaid },
        ...{ lifetime: wallet.lifetime.QAR, payee: without },
      });
      expect(acts[act](books(of(state), { payee: null }), by).payee).toBeNull();
    }
  },
);

test('F31 what a payment by hand writes: the proof, the bank, what was withdrawn, and its reference', () => {
  const paid = acts.pay(books(of(approved)), 'fin');
  const end = { status: 'paid', ...approval, proof, closedAt: AT, closedBy: 'fin', dueAt: null };
  const { news } = heard('paid', 'QAR 6,000.00 was sent to QA•• 8901.');
  expect(paid.withdrawal).toStrictEqual({ ...whole, ...end, news });
  expect(paid.reference).toStrictEqual({ withdrawal: 'w', at: AT });
  const legs = [
    { ...leaves, counts: 'withdrawn' },
    { account: 'bank:payouts', currency: 'QAR', amount: AMOUNT },
  ];
  expect(money(paid)).toStrictEqual({
    entry: entry('paid', legs, 'fin'),
    held: { ...nothing, available: 50 },
    ...{ lifetime: { ...newLifetime, earned: 700_000, withdrawn: AMOUNT }, payee: null },
  });
});

const mismatch = { reason: 'amount_mismatch', expected: AMOUNT, expectedCurrency: 'QAR' };
const early = { reason: 'invalid_input', path: 'paidAt', problem: 'after now, or long before the approval' };
const used = (withdrawal: string) => ({ reference: { withdrawal, at: 3 } });
test.each<[string, Partial<Payment>, Partial<All>, object | null]>([
  ['a unit less', { amount: AMOUNT - 1 }, {}, { ...mismatch, found: AMOUNT - 1, foundCurrency: 'QAR' }],
  ['a unit more', { amount: AMOUNT + 1 }, {}, { ...mismatch, found: AMOUNT + 1, foundCurrency: 'QAR' }],
  ['another currency', { currency: 'USD' }, {}, { ...mismatch, found: AMOUNT, foundCurrency: 'USD' }],
  ['now', { paidAt: AT }, {}, null],
  ['a moment from now', { paidAt: AT + 1 }, {}, early],
  ['a day before the approval', { paidAt: AT - HOUR - DAY }, {}, null],
  ['longer before the approval', { paidAt: AT - HOUR - DAY - 1 }, {}, early],
  ['a reference that paid another', {}, used('v'), { reason: 'reference_reused' }],
  ['the approver, above the threshold', { by: 'fay' }, {}, { reason: 'same_admin' }],
])('F31 D13 shown as paid with %s', (_, more, found, expected) => {
  const show = () => pay(books(of(approved), found), { ...payment, by: 'fin', ...more });
  expect(refused(show)).toStrictEqual(expected);
});

test('F31 the same payment again changes nothing, by whomever; another reference does, and one before it was paid', () => {
  const again = (state: WithdrawalState, found: Partial<All>, more: Partial<Payment> = {}) =>
    pay(books(of(state), found), { ...payment, by: 'eve', ...more });
  const done = of(states['paid by hand']);
  const same = pay(books(done, used('w')), { ...payment, by: 'eve' });
  expect(same).toStrictEqual({ withdrawal: done, posting: null, payee: null, reference: null });
  expect(same.withdrawal).toBe(done);
  const no = { reason: 'wrong_status', status: 'paid' };
  expect(refused(() => again(states['paid by hand'], used('v')))).toStrictEqual(no);
  expect(refused(() => again(states['paid by hand'], {}))).toStrictEqual(no);
  expect(refused(() => again(approved, used('w')))).toStrictEqual({ reason: 'reference_reused' });
  expect(refused(() => again(states['paid by hand'], used('w'), { amount: 1 }))).toMatchObject(mismatch);
});

test.each([
  [requested, { status: 'requested', overdue: 3 }],
  [approved, { status: 'approved', overdue: 4, ...approval }],
])('I12 %j, when due, comes up again a day later; nothing else changes', (state, after) => {
  const text = 'Your withdrawal of QAR 6,000.00 takes longer than planned. We are on it.';
  expect(escalate(books(of(state)), AT)).toStrictEqual({
    withdrawal: { ...whole, ...after, ...heard('overdue', text), dueAt: AT + DAY },
    ...{ posting: null, payee: null },
  });
  expect(escalate(books(of(state)), AT + 9).withdrawal.dueAt).toBe(AT + 9 + DAY);
  expect(refused(() => escalate(books(of(state)), AT - 1))).toStrictEqual({ reason: 'not_due', dueAt: AT });
  const undue = books(of(state, { dueAt: null }));
  expect(refused(() => escalate(undue, AT))).toStrictEqual({ reason: 'not_due', dueAt: null });
});
