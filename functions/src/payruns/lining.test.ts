import fc from 'fast-check';
import { refused } from '../../test/refused.ts';
import { newLifetime, newWallet, nothing, type Wallet } from '../ledger/wallet.ts';
import { newPayee, type Destination, type Payee } from '../payees/payee.ts';
import { minor } from '../shared/money.ts';
import { policy } from '../withdrawals/policy.ts';
import { join as joinWeekly } from './joining.ts';
import { decideLine, failLine, MOST_ATTEMPTS, type LineBooks, type LineOrder } from './lining.ts';
import type { PayrunJoin, PayrunLine } from './payrun.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const AT = 100 * DAY;
const minimum = policy.limits.INR.minimum;
const { most } = policy.limits.INR;

const destination: Destination = {
  ...{ id: 'home', kind: 'upi', currency: 'INR', mask: 'UPI •••• mple', requestHash: 'h', savedAt: 0 },
  ...{ sealed: { v: 1, nonce: 'n', box: 'b', tag: 't' }, usableAt: 0 },
  ...{ status: 'verified', decidedAt: 1, by: 'fay' },
};
const application = { id: 'a', requestHash: 'h', sealed: destination.sealed, submittedAt: 0 };
const payee: Payee = {
  ...newPayee,
  kyc: { status: 'verified', application, decidedAt: 1, by: 'fay' },
  destinations: [destination],
};
const holding = (available: number): Wallet => ({
  ...newWallet,
  balances: { INR: { ...nothing, available: minor(available) } },
  lifetime: { INR: newLifetime },
});
const joined: PayrunJoin = {
  ...joinWeekly({ join: null, payee }, { uid: 'ann', destination: 'home', minimum, at: 1 }),
  news: [],
};
const books = (more: Partial<LineBooks> = {}): LineBooks => ({
  ...{ line: null, join: joined, withdrawal: null, wallet: holding(80_000), payee, brake: null },
  ...more,
});
const order: LineOrder = {
  ...{ run: '2026-W05-INR', uid: 'ann', currency: 'INR', minimum, withdrawal: 'w~ann' },
  ...{ requestHash: 'h', stands: true, at: AT },
};
const line = { run: order.run, uid: 'ann', at: AT, attempts: 0, retryAt: null };

test('F35 W4-07 the line, the withdrawal and the reservation are decided together', () => {
  const lined = decideLine(books(), order)!;
  expect(lined.line).toStrictEqual({ ...line, outcome: 'requested', withdrawal: 'w~ann', amount: 80_000 });
  expect(lined.join).toBeNull();
  expect(lined.moved).toMatchObject({
    withdrawal: {
      uid: 'ann',
      amount: 80_000,
      currency: 'INR',
      status: 'requested',
      destination: { id: 'home' },
    },
    posting: {
      entry: {
        ...{ id: 'withdrawal:w~ann:request', by: 'payrun:2026-W05-INR' },
        legs: [
          { account: 'wallet:ann:available', amount: -80_000 },
          { account: 'wallet:ann:reserved', amount: 80_000 },
        ],
      },
    },
    payee: { recent: [{ withdrawal: 'w~ann', amount: 80_000, currency: 'INR', at: AT }] },
  });
});

test('F35 the minimum itself is enough', () => {
  expect(decideLine(books({ wallet: holding(minimum) }), order)?.line).toMatchObject({ amount: minimum });
});

test('F35 whatever is there and was used: all that may go is asked for, or nothing, and within every limit', () => {
  const amounts = fc.integer({ min: 0, max: 2 * most });
  fc.assert(
    fc.property(amounts, fc.array(amounts, { maxLength: 4 }), (available, used) => {
      const recent = used.map((amount, i) => ({
        ...{ withdrawal: `v${i}`, amount: minor(amount), currency: 'INR' as const, at: AT - DAY },
      }));
      const { line: made, moved } = decideLine(
        books({ wallet: holding(available), payee: { ...payee, recent } }),
        order,
      )!;
      const room = Math.max(0, most - used.reduce((all, one) => all + one, 0));
      const may = available >= minimum && room >= minimum && used.length < policy.count;
      expect(made.outcome).toBe(may ? 'requested' : 'skipped');
      expect(moved === null).toBe(!may);
      if (made.outcome === 'requested') expect(made.amount).toBe(Math.min(available, room));
      const expected = available < minimum ? 'below_minimum' : 'limit_reached';
      if (made.outcome === 'skipped') expect(made.reason).toBe(expected);
    }),
  );
});

const frozen = { ...holding(80_000), frozen: true };
const owes = { ...holding(80_000), balances: { INR: { ...holding(80_000).balances.INR!, debt: minor(1) } } };
const busy = {
  ...holding(80_000),
  balances: { INR: { ...holding(80_000).balances.INR!, reserved: minor(1) } },
};
const unknown: Payee = { ...payee, kyc: { status: 'none' } };
const cooling: Payee = { ...payee, destinations: [{ ...destination, usableAt: AT + 1 }] };
const waiting: Payee = {
  ...payee,
  destinations: [{ ...destination, status: 'unverified', dueAt: AT, overdue: 0 }],
};
const brake = { status: 'on', since: 1, alert: 'al' } as const;

test.each([
  ['too little', { wallet: holding(minimum - 1) }, {}, 'below_minimum', false],
  ['no wallet', { wallet: null }, {}, 'below_minimum', false],
  ['too little, and not verified', { wallet: holding(1), payee: unknown }, {}, 'below_minimum', false],
  ['the brake', { brake }, {}, 'payouts_stopped', false],
  ['a closed account', {}, { stands: false }, 'account_gone', false],
  ['a frozen wallet', { wallet: frozen, payee: unknown }, {}, 'wallet_frozen', false],
  ['no identity', { payee: unknown }, {}, 'kyc_required', true],
  ['no payee', { payee: null }, {}, 'kyc_required', true],
  ['no destination', { payee: { ...payee, destinations: [] } }, {}, 'not_found', true],
  ['one that nobody verified', { payee: waiting }, {}, 'destination_unverified', true],
  ['one that cools off', { payee: cooling }, {}, 'not_due', false],
  ['an open withdrawal', { wallet: busy }, {}, 'withdrawal_open', false],
  ['a debt', { wallet: owes }, {}, 'debt_open', true],
  ['a higher minimum', {}, { minimum: minor(80_001) }, 'below_minimum', false],
] as [string, Partial<LineBooks>, Partial<LineOrder>, string, boolean][])(
  'F35 skipped for %s',
  (_, more, changes, reason, isTold) => {
    const found = books(more);
    const lined = decideLine(found, { ...order, ...changes })!;
    expect(lined).toMatchObject({ line: { outcome: 'skipped', reason }, moved: null });
    expect(lined.join?.told ?? []).toEqual(isTold ? [reason] : []);
    expect(lined.join?.news.map(({ kind }) => kind) ?? []).toEqual(isTold ? ['payruns-skipped'] : []);
    // Told once for each cause.
    if (lined.join) expect(decideLine({ ...found, join: lined.join }, order)?.join).toBeNull();
  },
);

test('F35 what was told is forgotten once they are paid', () => {
  const told = { ...joined, told: ['kyc_required' as const] };
  expect(decideLine(books({ join: told }), order)?.join).toMatchObject({ told: [] });
});

test('F35 who joined no more is left out, or passed over where it had failed before', () => {
  const left = { ...joined, weekly: null };
  for (const join of [null, left]) expect(decideLine(books({ join }), order)).toBeNull();
  const failed = failLine(null, order);
  expect(decideLine(books({ join: left, line: failed }), order)).toMatchObject({
    line: { outcome: 'skipped', reason: 'left', retryAt: null },
  });
});

test('F35 a line that is there stays; one that failed is decided anew, and fails five times at most', () => {
  const requested: PayrunLine = { ...line, outcome: 'requested', withdrawal: 'w~ann', amount: minor(1) };
  const skipped: PayrunLine = { ...line, outcome: 'skipped', reason: 'kyc_required' };
  for (const one of [requested, skipped]) {
    expect(decideLine(books({ line: one }), order)).toBeNull();
    expect(failLine(one, order)).toBeNull();
  }
  const waits: (number | null)[] = [];
  let failed: PayrunLine | null = null;
  for (let i = 0; i < MOST_ATTEMPTS; i += 1) {
    failed = failLine(failed, order)!;
    waits.push(failed.retryAt === null ? null : (failed.retryAt - AT) / 60_000);
  }
  expect(waits).toEqual([10, 20, 40, 80, null]);
  expect(failed).toMatchObject({ outcome: 'failed', attempts: 5 });
  expect(decideLine(books({ line: failed }), order)?.line).toMatchObject({
    outcome: 'requested',
    attempts: 5,
  });
});

test('F35 what was asked for without its line is the same withdrawal, and moves nothing again', () => {
  const { withdrawal } = decideLine(books(), order)!.moved!;
  const again = decideLine(books({ withdrawal, wallet: holding(0) }), { ...order, at: AT + DAY })!;
  expect(again).toMatchObject({ line: { outcome: 'requested', amount: 80_000 }, moved: { posting: null } });
});

test('what is no refusal is no outcome', () => {
  expect(() => decideLine(books({ payee: { ...payee, recent: 5 as never } }), order)).toThrow(TypeError);
  expect(refused(() => decideLine(books(), order))).toBeNull();
});
