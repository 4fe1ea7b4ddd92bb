import { newLifetime, newWallet, nothing, type Wallet } from '../ledger/wallet.ts';
import type { Notice } from '../notifications/notice.ts';
import { newPayee, type Payee } from '../payees/payee.ts';
import type { PayoutReport, TransferReport } from '../psp/ports.ts';
import { minor, negate } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { escalatePayout, refusePayout, settlePayout, type Settled } from './payout.ts';
import { askingFor, isSetAside, isToAsk, newPayout, nextAsk, recheckAt, type Truth } from './payout.steps.ts';
import {
  isOpen,
  isPaidByProvider,
  isProcessing,
  isQuietlyPaid,
  isUnderWay,
  type Payout,
  type UnderWay,
  type Withdrawal,
  type WithdrawalState,
} from './withdrawal.ts';

/** Each step at the provider with each thing that it can say, and each document that comes of it, whole. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const AT = 100 * DAY;
const AMOUNT = minor(600_000);
const sealed = { v: 1, nonce: 'n', box: 'b', tag: 't' } as const;
const old: Notice = {
  ...{ id: 'old.0', to: 'ann', kind: 'withdrawal-requested', text: 'You asked.' },
  ...{ facts: {}, about: 'withdrawals/w', at: 1 },
};
const kept = {
  ...{ uid: 'ann', amount: AMOUNT, currency: 'QAR', requestHash: 'h', requestedAt: 7, policyVersion: 1 },
  destination: { id: 'st', mask: 'Stripe 1234', sealed, kind: 'connected', account: 'acct_1' },
} as const;
const of = (state: WithdrawalState, more: Partial<Withdrawal> = {}): Withdrawal =>
  ({ ...kept, version: 4, dueAt: AT + 1, news: [old], ...more, ...state }) as Withdrawal;

const asked: Payout = {
  ...{ step: 'transfer', transfer: null, payout: null, asked: 3, why: null, problem: null },
  ...{ sinceAt: AT - HOUR, escalateAt: AT },
};
const payouts = {
  transfer: asked,
  payout: { ...asked, step: 'payout', transfer: 'tr' },
  sent: { ...asked, step: 'sent', transfer: 'tr', payout: 'po' },
  reversal: { ...asked, step: 'reversal', transfer: 'tr', payout: 'po', why: 'account_closed' },
} as const satisfies Record<string, Payout>;
const approval = { approvedBy: 'fay', approvedAt: 9, secondBy: 'fin' } as const;
const processing = (payout: Payout) => ({ status: 'processing', overdue: 2, ...approval, payout }) as const;
const closed = { closedAt: AT - DAY, closedBy: 'psp:stripe' } as const;
const paid = (payout: Payout) => ({ status: 'paid', ...closed, ...approval, payout }) as const;
const proof = { method: 'cash', reference: 'R-1', paidAt: 5 } as const;
const byHand = { status: 'paid', ...closed, approvedBy: 'fay', approvedAt: 9, proof } as const;
/** What was paid a day ago comes up on its third day. */
const thirdDay = { dueAt: AT + 2 * DAY };
const found = {
  transfer: of(processing(payouts.transfer)),
  payout: of(processing(payouts.payout)),
  sent: of(processing(payouts.sent)),
  reversal: of(processing(payouts.reversal)),
  'paid, sent': of(paid(payouts.sent), thirdDay),
  'paid, reversal': of(paid(payouts.reversal)),
  'paid, asked for the last time': of(paid(payouts.sent), { dueAt: null }),
  'paid by hand': of(byHand, { dueAt: null }),
  requested: of({ status: 'requested', overdue: 0 }),
  failed: of({ status: 'failed', ...closed, reason: 'no' }, { dueAt: null }),
} as const satisfies Record<string, Withdrawal>;
type Name = keyof typeof found;

const transfer: TransferReport = {
  ...{ transfer: 'tr', account: 'acct_1', amount: AMOUNT, currency: 'QAR', reversed: minor(0) },
};
const payout: PayoutReport = {
  ...{ payout: 'po', status: 'pending', amount: AMOUNT, currency: 'QAR', failure: null },
};
const back = { ...transfer, reversed: AMOUNT };
const part = { ...transfer, reversed: minor(1) };
const isPaid = { ...payout, status: 'paid' } as const;
const sentBack = { ...payout, status: 'failed', failure: 'account_closed' } as const;
const truths = {
  nothing: { transfer: null, payout: null },
  'a transfer': { transfer, payout: null },
  'a payout': { transfer, payout },
  'a paid one': { transfer, payout: isPaid },
  'a failed one': { transfer, payout: sentBack },
  'a cancelled one': { transfer, payout: { ...payout, status: 'cancelled' } },
  'taken back': { transfer: back, payout: null },
  'taken back more than whole': { transfer: { ...back, reversed: minor(AMOUNT + 1) }, payout: null },
  'failed and taken back': { transfer: back, payout: sentBack },
  'partly taken back': { transfer: part, payout: null },
  'all but one taken back': { transfer: { ...back, reversed: minor(AMOUNT - 1) }, payout },
  'failed and partly taken back': { transfer: part, payout: sentBack },
  'a paid one of no transfer': { transfer: null, payout: isPaid },
} as const satisfies Record<string, Truth>;

const wallet: Wallet = {
  ...newWallet,
  balances: { QAR: { ...nothing, available: minor(50), reserved: AMOUNT } },
  lifetime: { QAR: { ...newLifetime, earned: minor(700_000), withdrawn: minor(800_000) } },
};
const other = { withdrawal: 'v', amount: minor(1), currency: 'QAR', at: 2 } as const;
const payee: Payee = { ...newPayee, version: 8, recent: [other, { ...other, withdrawal: 'w' }] };
const books = (withdrawal: Withdrawal | null, more = {}) => ({ id: 'w', withdrawal, wallet, payee, ...more });
const settle = (withdrawal: Withdrawal, truth: Truth) => settlePayout(books(withdrawal), truth, AT);

/** What is answered, what it comes to, and what a person has to see; `=` where nothing changed. */
function outcome(
  before: Withdrawal,
  { result, withdrawal, problem, posting, payee: after }: Settled,
): string {
  const ends = withdrawal.status !== before.status;
  expect([posting !== null, after !== null]).toStrictEqual([ends, withdrawal.status === 'failed' && ends]);
  const is = 'payout' in withdrawal ? [withdrawal.status, withdrawal.payout.step, withdrawal.payout.why] : [];
  const state = withdrawal === before ? ['='] : is;
  return [result, ...state, problem].filter((one) => one !== null).join(' ');
}

const NOTHING = 'nothing =';
const TO_SENT = 'settled processing sent';
const PAID = 'settled paid sent';
const FAILS = 'settled processing reversal account_closed';
const STOPS = 'settled processing reversal cancelled';
const PART = 'review processing transfer transfer_partly_reversed';
const times = (n: number, one: string) => Array.from({ length: n }, () => one);
const ended = (step: string, why = 'transfer_reversed') => times(3, `settled failed ${step} ${why}`);
/** Whatever is at the provider of one that is not there: only a transfer that stands is a matter. */
const elsewhere = (status: string) => {
  const review = `review = transfer_while_${status}`;
  return [NOTHING, ...times(5, review), ...times(3, NOTHING), ...times(3, review), NOTHING];
};
const paidFails = PAID.replace('sent', 'reversal account_closed');
const quiet = [
  ...[...times(4, NOTHING), paidFails, PAID.replace('sent', 'reversal cancelled'), ...ended('sent')],
  ...[...times(2, 'review = transfer_partly_reversed'), paidFails, NOTHING],
];
const table: Record<Name, readonly string[]> = {
  transfer: [
    ...[NOTHING, 'settled processing payout', TO_SENT, PAID, FAILS, STOPS, ...ended('transfer')],
    ...[PART, PART, FAILS, 'review processing transfer transfer_missing'],
  ],
  payout: [
    ...[NOTHING, NOTHING, TO_SENT, PAID, FAILS, STOPS, ...ended('payout')],
    ...[...times(2, PART.replace('transfer', 'payout')), FAILS, PAID],
  ],
  sent: [
    ...[NOTHING, NOTHING, NOTHING, PAID, FAILS, STOPS, ...ended('sent')],
    ...[...times(2, PART.replace('transfer', 'sent')), FAILS, PAID],
  ],
  reversal: [...times(6, NOTHING), ...ended('reversal', 'account_closed'), ...times(4, NOTHING)],
  'paid, sent': quiet,
  'paid, reversal': [...times(6, NOTHING), ...ended('reversal', 'account_closed'), ...times(4, NOTHING)],
  'paid, asked for the last time': quiet.map((one) => (one === NOTHING ? 'nothing paid sent' : one)),
  'paid by hand': elsewhere('paid'),
  requested: elsewhere('requested'),
  failed: elsewhere('failed'),
};

test.each(Object.keys(table) as Name[])('F33 W2-25 %s: what comes of each answer', (name) => {
  const is = Object.values(truths).map((truth) => outcome(found[name], settle(found[name], truth)));
  expect(is).toStrictEqual(table[name]);
});

const heard = (event: string, text: string) => ({
  ...{ id: `withdrawal.w.5.${event}.0`, to: 'ann', kind: `withdrawal-${event}`, text },
  ...{ facts: { withdrawal: 'w', amount: AMOUNT, currency: 'QAR' }, about: 'withdrawals/w', at: AT },
});
const late = heard('overdue', 'Your withdrawal of QAR 6,000.00 takes longer than planned. We are on it.');
const whole = { ...kept, version: 5, news: [old] };
const still = { posting: null, payee: null, result: 'settled', problem: null };
const begins = { asked: 0, problem: null, sinceAt: AT, escalateAt: AT + DAY };
const soon = AT + HOUR / 6;
const known = { transfer: 'tr', payout: 'po', why: null };

test.each<[Name, keyof typeof truths, Payout]>([
  ['transfer', 'a transfer', { ...known, payout: null, step: 'payout', ...begins }],
  ['transfer', 'a payout', { ...known, step: 'sent', ...begins, escalateAt: AT + 7 * DAY }],
  ['payout', 'a payout', { ...known, step: 'sent', ...begins, escalateAt: AT + 7 * DAY }],
  ['payout', 'a failed one', { ...known, step: 'reversal', why: 'account_closed', ...begins }],
  ['sent', 'a cancelled one', { ...known, step: 'reversal', why: 'cancelled', ...begins }],
])('F33 %s, and there is %s: the next step begins, in silence', (name, truth, after) => {
  const withdrawal = { ...whole, ...processing(after), dueAt: soon };
  expect(settle(found[name], truths[truth])).toStrictEqual({ withdrawal, ...still });
});

const psp = { provider: 'stripe', source: 'payout:w' };
const leaves = { account: 'wallet:ann:reserved', currency: 'QAR', amount: negate(AMOUNT) };
const clearing = { account: 'psp:stripe:clearing', currency: 'QAR', amount: AMOUNT };
const entry = { at: AT, by: 'psp:stripe', reference: 'withdrawals/w' };
const ends = (kind: string) => ({ ...entry, id: 'withdrawal:w:end', kind: `withdrawal-${kind}` });
const without = { ...payee, recent: [other], version: 9 };
const split = (repaid: number) =>
  [
    { account: 'wallet:ann:available', currency: 'QAR', amount: AMOUNT - repaid },
    { account: 'wallet:ann:debt', currency: 'QAR', amount: repaid },
  ].filter(({ amount }) => amount !== 0);
const owing = (debt: number, reserved: number) => ({
  wallet: { ...wallet, balances: { QAR: { ...nothing, debt: minor(debt), reserved: minor(reserved) } } },
});
const lifetimeOf = ({ posting }: Settled) => posting?.wallets.ann?.wallet.lifetime.QAR;
const heldAfter = ({ posting }: Settled) => posting?.wallets.ann?.wallet.balances.QAR;

test('W3-10 paid: the money leaves to the provider, once, and it comes up on the third day', () => {
  const settled = settle(found.payout, truths['a paid one']);
  const after = { ...known, step: 'sent', ...begins, escalateAt: AT + 7 * DAY } as const;
  expect(settled).toStrictEqual({
    withdrawal: {
      ...{ ...whole, ...paid(after), closedAt: AT, dueAt: AT + 3 * DAY },
      news: [old, heard('paid', 'QAR 6,000.00 was sent to Stripe 1234.')],
    },
    ...{ ...still, posting: settled.posting },
  });
  const legs = [{ ...leaves, counts: 'withdrawn' }, clearing];
  expect(settled.posting?.entry).toStrictEqual({ ...ends('paid'), legs, psp });
  expect(heldAfter(settled)).toStrictEqual({ ...nothing, available: 50 });
  expect(lifetimeOf(settled)).toStrictEqual({ ...newLifetime, earned: 700_000, withdrawn: 1_400_000 });
});

test.each([
  [0, 0],
  [250_000, 250_000],
  [600_001, 600_000],
])('W2-34 W3-14 given back while %d is owed: before it was paid, and after', (debt, repaid) => {
  const end = { status: 'failed', closedAt: AT, closedBy: 'psp:stripe', dueAt: null };
  const held = { available: AMOUNT - repaid, pending: 0, reserved: 0, debt: debt - repaid };
  const failed = settlePayout(books(found.sent, owing(debt, AMOUNT)), truths['taken back'], AT);
  const why = 'transfer_reversed';
  const told = heard('failed', 'Stripe 1234 did not take QAR 6,000.00; the money is back in your wallet.');
  const gone = { ...whole, ...end, reason: why, payout: { ...payouts.sent, why }, paidAt: null };
  expect(failed).toStrictEqual({
    withdrawal: { ...gone, news: [old, told] },
    ...{ ...still, posting: failed.posting, payee: without },
  });
  const legs = [leaves, ...split(repaid)];
  expect(failed.posting?.entry).toStrictEqual({ ...ends('return'), legs });
  expect([heldAfter(failed), lifetimeOf(failed)]).toStrictEqual([held, wallet.lifetime.QAR]);

  const before = of(paid({ ...payouts.reversal, problem: 'reversal_no' }));
  const bounced = settlePayout(books(before, owing(debt, 0)), truths['failed and taken back'], AT);
  const again = heard('bounced', 'Stripe 1234 sent QAR 6,000.00 back; the money is in your wallet again.');
  const came = { ...whole, ...end, reason: 'account_closed', payout: payouts.reversal, paidAt: AT - DAY };
  expect(bounced).toStrictEqual({
    withdrawal: { ...came, news: [old, again] },
    ...{ ...still, posting: bounced.posting, payee: without },
  });
  const all = split(repaid).map((one) => ({ ...one, counts: 'withdrawn' }));
  expect(bounced.posting?.entry).toStrictEqual({
    ...{ ...entry, id: 'withdrawal:w:bounce', kind: 'withdrawal-bounce', psp },
    legs: [{ ...clearing, amount: negate(AMOUNT) }, ...all],
  });
  expect([heldAfter(bounced), lifetimeOf(bounced)?.withdrawn]).toStrictEqual([held, 200_000]);
});

const moved = (more: Partial<TransferReport>) => ({ transfer: { ...transfer, ...more }, payout: null });
const sent = (more: Partial<PayoutReport>) => ({ transfer, payout: { ...payout, ...more } });
const wrong: readonly (readonly [string, Truth, string])[] = [
  ['one unit less', moved({ amount: minor(AMOUNT - 1) }), 'transfer_differs'],
  ['no known currency', moved({ currency: null }), 'transfer_differs'],
  ['another account', moved({ account: 'acct_2' }), 'transfer_differs'],
  ['another transfer', moved({ transfer: 'tr_2' }), 'transfer_differs'],
  ['another payout', sent({ payout: 'po_2' }), 'payout_differs'],
  ['a payout of more', sent({ status: 'paid', amount: minor(AMOUNT + 1) }), 'payout_differs'],
  ['a payout in dollars', sent({ status: 'failed', currency: 'USD' }), 'payout_differs'],
];
test.each(wrong)('W2-25 %s is shown to a person, and moves nothing', (_, truth, problem) => {
  const said = { posting: null, payee: null, result: 'review', problem };
  for (const step of [payouts.sent, payouts.reversal]) {
    const stopped = settle(of(processing(step)), truth);
    const after = { ...processing({ ...step, problem, escalateAt: AT + DAY }), overdue: 3 };
    const waits = { ...whole, ...after, news: [old, late], dueAt: soon };
    expect(stopped).toStrictEqual({ withdrawal: waits, ...said });
    const twice = settle(stopped.withdrawal, truth);
    expect(twice).toStrictEqual({ withdrawal: stopped.withdrawal, ...said });
    expect(twice.withdrawal).toBe(stopped.withdrawal);
    const done = of(paid(step));
    expect(settle(done, truth)).toStrictEqual({ withdrawal: done, ...said });
  }
});

test('W2-25 no transfer is one of a withdrawal to a bank, not even one to no account', () => {
  const bank = { id: 'home', mask: 'QA•• 8901', sealed, kind: 'bank' } as const;
  const edited = of(processing(payouts.payout), { destination: bank });
  for (const account of ['acct_1', ''])
    expect(settle(edited, moved({ account })).problem).toBe('transfer_differs');
});

test('W2-25 what had been wrong and is so no longer is noted, and nothing else', () => {
  for (const step of ['sent', 'payout'] as const)
    for (const truth of ['nothing', 'a transfer'] as const) {
      const before = of(processing({ ...payouts[step], problem: 'payout_differs' }));
      const withdrawal = { ...before, ...processing(payouts[step]), version: 5 };
      expect(settle(before, truths[truth])).toStrictEqual({ withdrawal, ...still, result: 'nothing' });
    }
  // The next thing that is wrong is another.
  const trouble = of(processing({ ...payouts.sent, problem: 'transfer_differs' }));
  const next = settle(trouble, wrong[4]![1]);
  expect(next).toMatchObject({ problem: 'payout_differs', withdrawal: { overdue: 3 } });
});

test('W3-14 what was paid and fails at the bank is taken back: its owner hears when it is', () => {
  const after: Payout = { ...payouts.sent, step: 'reversal', why: 'account_closed', ...begins };
  const withdrawal = { ...whole, ...paid(after), dueAt: soon };
  expect(settle(found['paid, sent'], truths['a failed one'])).toStrictEqual({ withdrawal, ...still });
  const last = found['paid, asked for the last time'];
  const again = { withdrawal: { ...last, dueAt: AT + 2 * DAY, version: 5 }, ...still, result: 'nothing' };
  expect(settle(last, truths['a paid one'])).toStrictEqual(again);
});

/** What a definite no comes to; the same for who asked at another version: nothing. */
const noes: Record<Name, string> = {
  transfer: 'settled failed transfer no',
  payout: 'settled processing reversal no',
  sent: 'review processing sent sent_no',
  reversal: 'review processing reversal account_closed reversal_no',
  'paid, sent': 'review = reversal_no',
  'paid, reversal': 'review = reversal_no',
  ...{ 'paid, asked for the last time': NOTHING, 'paid by hand': NOTHING, requested: NOTHING },
  failed: NOTHING,
};
test.each(Object.keys(noes) as Name[])('W3-12 %s, and the provider says no', (name) => {
  const before = found[name];
  expect(outcome(before, refusePayout(books(before), 4, 'no', AT))).toBe(noes[name]);
  for (const version of [3, 5])
    expect(outcome(before, refusePayout(books(before), version, 'no', AT))).toBe(NOTHING);
});

test('W3-12 a no to the payout has the transfer taken back, one to that waits for a person', () => {
  const after: Payout = { ...payouts.payout, step: 'reversal', why: 'no', ...begins };
  const next = { withdrawal: { ...whole, ...processing(after), dueAt: soon }, ...still };
  expect(refusePayout(books(found.payout), 4, 'no', AT)).toStrictEqual(next);
  const stays: Payout = { ...payouts.reversal, problem: 'reversal_no', escalateAt: AT + DAY };
  const state = { ...processing(stays), overdue: 3, news: [old, late], dueAt: soon };
  const review = { withdrawal: { ...whole, ...state }, ...still, result: 'review', problem: 'reversal_no' };
  expect(refusePayout(books(found.reversal), 4, 'no', AT)).toStrictEqual(review);
});

test('a payout of no withdrawal is refused', () => {
  const none = new Refusal('not_found', { what: 'withdrawal', id: 'w' });
  expect(() => settlePayout(books(null), truths.nothing, AT)).toThrow(none);
  expect(() => refusePayout(books(null), 4, 'no', AT)).toThrow(none);
});

test.each(Object.keys(found) as Name[])('%s: what it counts as, and when it is asked for', (name) => {
  const before = found[name];
  const isGoing = ['transfer', 'payout', 'sent', 'reversal'].includes(name);
  const isSoughtBack = name === 'paid, reversal';
  const waits = 'payout' in before && {
    ...before,
    payout: { ...before.payout, escalateAt: AT + DAY },
    version: 5,
  };
  const up = isGoing ? { ...waits, overdue: 3, news: [old, late] } : waits;
  expect(escalatePayout('w', before, AT - 1)).toBe(before);
  expect(escalatePayout('w', before, AT)).toStrictEqual(isGoing || isSoughtBack ? up : before);

  const isQuiet = name === 'paid, sent';
  const isOver = name === 'paid, asked for the last time';
  const going = isGoing || isSoughtBack || isQuiet;
  const asking = askingFor(before, 4, AT);
  const count = 'payout' in before ? { ...before.payout, asked: 4 } : null;
  const dueAt = isQuiet ? AT + DAY : soon;
  expect(asking).toStrictEqual(going ? { ...before, payout: count, version: 5, dueAt } : null);
  for (const no of [askingFor(before, 3, AT), askingFor(before, 5, AT), askingFor(null, 4, AT)])
    expect(no).toBeNull();

  expect(isOpen(before)).toBe(isGoing || name === 'requested');
  expect(isProcessing(before)).toBe(isGoing);
  expect(isPaidByProvider(before)).toBe(name.startsWith('paid, '));
  expect(isQuietlyPaid(before)).toBe(isQuiet || isOver);
  expect(isUnderWay(before)).toBe(going);
  expect(isToAsk(before, AT)).toBe(!isQuiet && !isOver);
  const due = [AT + 2 * DAY - 1, AT + 2 * DAY].map((at) => isToAsk(before, at));
  expect(due).toStrictEqual(isQuiet ? [false, true] : [!isOver, !isOver]);
});

test('when it is asked next: ten minutes for two hours, then hourly; what was paid after three and eight days', () => {
  const first = newPayout(AT);
  expect(first).toStrictEqual({ ...asked, ...begins });
  const waits = [0, 2 * HOUR - 1, 2 * HOUR].map((ms) => nextAsk(first, AT + ms) - AT - ms);
  expect(waits).toStrictEqual([HOUR / 6, HOUR / 6, HOUR]);
  const days = [0, 3 * DAY - 1, 3 * DAY, 8 * DAY - 1, 8 * DAY].map((ms) => recheckAt(AT, AT + ms));
  expect(days).toStrictEqual([AT + 3 * DAY, AT + 3 * DAY, AT + 8 * DAY, AT + 8 * DAY, null]);
  const month = (ms: number) => askingFor(found['paid, sent'], 4, closed.closedAt + ms)?.dueAt;
  expect(month(30 * DAY - 1)).toBe(closed.closedAt + 31 * DAY - 1);
  expect(month(30 * DAY)).toBeNull();
});

test('what is sent is what is set aside for it; what is there already is not sent again', () => {
  const less = owing(0, AMOUNT - 1).wallet;
  const set = Object.values(payouts).map((step) => {
    const one = of(processing(step)) as UnderWay;
    return [isSetAside(one, wallet), isSetAside(one, less), isSetAside(one, null)];
  });
  const [needed, free] = [
    [true, false, false],
    [true, true, true],
  ];
  expect(set).toStrictEqual([needed, needed, free, free]);
});
