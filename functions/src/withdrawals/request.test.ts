import { newLifetime, newWallet, nothing, type Wallet } from '../ledger/wallet.ts';
import { newPayee, type Connected, type Destination, type Payee } from '../payees/payee.ts';
import { currencies, minor, negate } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { needsSecondAdmin, policy } from './policy.ts';
import { requestWithdrawal, type RequestBooks, type WithdrawalOrder } from './request.ts';
import { normalReference, type Withdrawal } from './withdrawal.ts';

/** What a request needs, each with the least that is missing, and what it writes, whole. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const AT = 100 * DAY;
const AMOUNT = minor(600_000);
const sealed = { v: 1, nonce: 'n', box: 'b', tag: 't' } as const;
const home: Destination = {
  ...{ id: 'home', kind: 'bank', currency: 'QAR', mask: 'QA•• 8901', sealed, requestHash: 'd' },
  ...{ savedAt: 0, usableAt: AT, status: 'verified', decidedAt: 0, by: 'fay' },
};
const stripe: Destination = { ...home, id: 'st', kind: 'connected', mask: 'Stripe 1234' };
const unverified: Destination = {
  ...{ id: 'new', kind: 'bank', currency: 'QAR', mask: 'm', sealed, requestHash: 'd' },
  ...{ savedAt: 0, usableAt: 0, status: 'unverified', dueAt: 1, overdue: 0 },
};
const account: Connected = {
  ...{ provider: 'stripe', country: 'QA', due: [], disabled: null, last4: '1234', bank: 'ba', bankAt: null },
  ...{ startedAt: 0, askedAt: 0, waitsSinceAt: null, nextAt: null, readyAt: 0 },
  ...{ status: 'ready', account: 'acct_1' },
};
const application = { id: 'k', requestHash: 'h', sealed, submittedAt: 0 };
const before = { withdrawal: 'v', amount: minor(5_000), currency: 'QAR', at: AT - DAY } as const;
const payee: Payee = {
  ...{ ...newPayee, connected: account, recent: [before], version: 8, dueAt: 1 },
  kyc: { status: 'verified', application, decidedAt: 0, by: 'fay' },
  destinations: [home, stripe, unverified, { ...home, id: 'dollars', currency: 'USD' }],
};
const wallet: Wallet = {
  ...newWallet,
  balances: { USD: { ...nothing, available: minor(9) }, QAR: { ...nothing, available: AMOUNT } },
  lifetime: { QAR: { ...newLifetime, earned: AMOUNT } },
};
const order: WithdrawalOrder = {
  ...{ id: 'w', uid: 'ann', amount: AMOUNT, currency: 'QAR', destination: 'home', requestHash: 'h', at: AT },
};
const books: RequestBooks = { withdrawal: null, wallet, payee };
const ask = (more: Partial<RequestBooks> = {}, wanted: Partial<WithdrawalOrder> = {}) =>
  requestWithdrawal({ ...books, ...more }, { ...order, ...wanted });

const text = (mask: string) =>
  `You asked to withdraw QAR 6,000.00 to ${mask}. We check it within three days.`;
test.each([
  ['home', { id: 'home', mask: 'QA•• 8901', sealed, kind: 'bank' }],
  ['st', { id: 'st', mask: 'Stripe 1234', sealed, kind: 'connected', account: 'acct_1' }],
])(
  'W2-29 D3 what a request to %s writes: the destination as it is, the money set aside, one more of the limit',
  (id, destination) => {
    const { withdrawal, posting, payee: after } = ask({}, { destination: id });
    const notice = {
      ...{
        id: 'withdrawal.w.1.requested.0',
        to: 'ann',
        kind: 'withdrawal-requested',
        text: text(destination.mask),
      },
      ...{ facts: { withdrawal: 'w', amount: AMOUNT, currency: 'QAR' }, about: 'withdrawals/w', at: AT },
    };
    expect(withdrawal).toStrictEqual({
      ...{ uid: 'ann', amount: AMOUNT, currency: 'QAR', destination, requestHash: 'h', requestedAt: AT },
      ...{
        policyVersion: 1,
        version: 1,
        dueAt: AT + 72 * HOUR,
        news: [notice],
        status: 'requested',
        overdue: 0,
      },
    });
    expect(posting?.entry).toStrictEqual({
      ...{
        id: 'withdrawal:w:request',
        kind: 'withdrawal-request',
        at: AT,
        by: 'ann',
        reference: 'withdrawals/w',
      },
      legs: [
        { account: 'wallet:ann:available', currency: 'QAR', amount: negate(AMOUNT) },
        { account: 'wallet:ann:reserved', currency: 'QAR', amount: AMOUNT },
      ],
    });
    const { balances, lifetime } = posting!.wallets.ann!.wallet;
    expect(balances).toStrictEqual({ ...wallet.balances, QAR: { ...nothing, reserved: AMOUNT } });
    expect(lifetime).toStrictEqual(wallet.lifetime);
    const counted = { withdrawal: 'w', amount: AMOUNT, currency: 'QAR', at: AT };
    expect(after).toStrictEqual({ ...payee, recent: [before, counted], version: 9 });
  },
);

test('I6 the same request again answers what became of it; the same id for something else is refused', () => {
  const { withdrawal } = ask();
  const closed: Withdrawal = { ...withdrawal, status: 'cancelled', closedAt: AT, closedBy: 'ann' };
  const again = ask({ withdrawal: closed, wallet: null, payee: null });
  expect(again).toStrictEqual({ withdrawal: closed, posting: null, payee: null });
  expect(again.withdrawal).toBe(closed);
  expect(() => ask({ withdrawal: closed }, { requestHash: 'other' })).toThrow(
    new Refusal('request_id_reused'),
  );
});

const kycOf = (kyc: Payee['kyc']) => ({ payee: { ...payee, kyc } });
const having = (more: Wallet['balances']) => ({
  wallet: { ...wallet, balances: { ...wallet.balances, ...more } },
});
const withRecent = (...recent: Payee['recent']) => ({ payee: { ...payee, recent } });
const full = { ...before, amount: minor(1_400_000) };
const accountOf = (more: Partial<Connected>) => ({
  payee: { ...payee, connected: { ...account, ...more } as Connected },
});
const waiting = { application, dueAt: 1, overdue: 0 };
const decided = { application, decidedAt: 0, by: 'fay' };
test.each<[string, Partial<RequestBooks>, Partial<WithdrawalOrder>, Refusal | null]>([
  ['nobody verified', { payee: null }, {}, new Refusal('kyc_required', { status: 'none' })],
  [
    'a check under way',
    kycOf({ status: 'pending', ...waiting }),
    {},
    new Refusal('kyc_required', { status: 'pending' }),
  ],
  [
    'one that failed',
    kycOf({ status: 'rejected', reason: 'r', ...decided }),
    {},
    new Refusal('kyc_required', { status: 'rejected' }),
  ],
  [
    'no such destination',
    {},
    { destination: 'away' },
    new Refusal('not_found', { what: 'destination', id: 'away' }),
  ],
  [
    'an unverified one',
    {},
    { destination: 'new' },
    new Refusal('destination_unverified', { status: 'unverified' }),
  ],
  [
    'one of another currency',
    {},
    { destination: 'dollars' },
    new Refusal('currency_mismatch', { expected: 'USD', found: 'QAR' }),
  ],
  ['one that cools off a moment longer', {}, { at: AT - 1 }, new Refusal('not_due', { dueAt: AT })],
  [
    'a restricted account',
    accountOf({ status: 'restricted' }),
    { destination: 'st' },
    new Refusal('onboarding_required', { status: 'restricted', due: [] }),
  ],
  ['a restricted account, to a bank', accountOf({ status: 'restricted' }), {}, null],
  ['no account, to a bank', { payee: { ...payee, connected: null } }, {}, null],
  [
    'another open',
    having({ USD: { ...nothing, reserved: minor(1) } }),
    {},
    new Refusal('withdrawal_open', { reserved: 1, currency: 'USD' }),
  ],
  [
    'a unit owed',
    having({ USD: { ...nothing, debt: minor(1) } }),
    {},
    new Refusal('debt_open', { debt: 1, currency: 'USD' }),
  ],
  [
    'less than the minimum',
    {},
    { amount: minor(4_999) },
    new Refusal('below_minimum', { minimum: 5_000, amount: 4_999, currency: 'QAR' }),
  ],
  ['the minimum', {}, { amount: minor(5_000) }, null],
  ['all that the week allows', withRecent(full), {}, null],
  [
    'a unit more than that',
    withRecent({ ...full, amount: minor(1_400_001) }),
    {},
    new Refusal('limit_reached', {
      limit: 2_000_000,
      used: 1_400_001,
      needed: AMOUNT,
      currency: 'QAR',
      retryAt: AT + 6 * DAY,
    }),
  ],
  ['the third in a week', withRecent(before, before), {}, null],
  [
    'the fourth in a week',
    withRecent(before, before, before),
    {},
    new Refusal('limit_reached', { limit: 3, used: 3, retryAt: AT + 6 * DAY }),
  ],
  ['the fourth, one being a week old', withRecent({ ...before, at: AT - 7 * DAY }, before, before), {}, null],
  [
    'more than there is',
    {},
    { amount: minor(AMOUNT + 1) },
    new Refusal('insufficient_funds', { available: AMOUNT, needed: AMOUNT + 1, currency: 'QAR' }),
  ],
  [
    'no wallet',
    { wallet: null },
    {},
    new Refusal('insufficient_funds', { available: 0, needed: AMOUNT, currency: 'QAR' }),
  ],
  ['a frozen wallet', { wallet: { ...wallet, frozen: true } }, {}, new Refusal('wallet_frozen')],
])('F29 F36 F37 F38 F39 W2-30 with %s', (_, found, wanted, expected) => {
  let no: unknown = null;
  try {
    ask(found, wanted);
  } catch (error) {
    no = error;
  }
  expect(no).toStrictEqual(expected);
});

test('D9 D13 the limits of each currency are what was decided', () => {
  expect(policy).toStrictEqual({
    ...{ version: 1, windowMs: 7 * DAY, count: 3 },
    targets: { requested: 72 * HOUR, approved: 72 * HOUR, escalation: DAY },
    limits: {
      QAR: { minimum: 5_000, most: 2_000_000, secondAdminAbove: 500_000 },
      USD: { minimum: 1_000, most: 550_000, secondAdminAbove: 137_500 },
      INR: { minimum: 50_000, most: 48_000_000, secondAdminAbove: 12_000_000 },
      KWD: { minimum: 4_000, most: 1_700_000, secondAdminAbove: 425_000 },
      JPY: { minimum: 2_000, most: 850_000, secondAdminAbove: 212_500 },
      // Credits are spent, never withdrawn.
      CREDIT: { minimum: 1, most: 0, secondAdminAbove: 0 },
    },
  });
  for (const currency of currencies) {
    const { secondAdminAbove: most } = policy.limits[currency];
    const needed = [most, minor(most + 1)].map((amount) => needsSecondAdmin(amount, currency));
    expect(needed).toStrictEqual([false, true]);
  }
});

test.each([
  [' qnb–2026 / 123 ', 'QNB2026123'],
  ['ＡＢ①', 'AB1'],
  ['straße-é٣', 'STRASSEÉ٣'],
  ['—·—', ''],
])('F31 the reference %j is compared as %j', (printed, compared) => {
  expect(normalReference(printed)).toBe(compared);
});
