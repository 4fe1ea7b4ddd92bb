import fc from 'fast-check';
import type { Clearance } from '../clearance/clearance.ts';
import { newWallet, nothing, type Wallet } from '../ledger/wallet.ts';
import type { DoneOrder } from '../orders/ordered.ts';
import { packageDefaults } from '../packages/package.ts';
import { minor, zero, type Minor } from '../shared/money.ts';
import { refused } from '../../test/refused.ts';
import { commissionId, keptOf, nextLook, taxOn, type Commission } from './commission.ts';
import { begin, look, review, type Books, type Settled } from './commissioning.ts';
import { earn, rankAt, sponsorOf, type Sale } from './earning.ts';
import {
  cellOf,
  earnedBy,
  firstTable,
  items,
  levels,
  mustFit,
  nextTable,
  sameTable,
  tierOf,
  tiers,
  type CommissionTable,
} from './rates.ts';

const DAY = 24 * 3600 * 1000;
const at = Date.UTC(2026, 0, 1);

const holding = (rank: number, over: object = {}) => ({
  ...{ name: 'x', title: 'X', rank, order: `o${rank}`, upgradeOf: null, full: packageDefaults[0]!.price },
  ...{ sinceAt: at - DAY, untilAt: at + DAY, stands: true, ...over },
});
const link = (referrer: string, over: object = {}) => ({
  ...{ referrer, createdAt: at - 10, status: 'waiting' as const, ...over },
});
const orderOf = (rank: number | null, over: object = {}): DoneOrder => {
  const price = packageDefaults[(rank ?? 1) - 1]!.price;
  const base = {
    job: 'job',
    uid: 'ann',
    item: 'x',
    title: 'X',
    price,
    status: 'done',
    doneAt: at,
    back: zero,
  };
  const kind = rank === null ? { kind: 'course' } : { kind: 'package', rank, days: 365, full: price };
  return { ...base, ...kind, upgradeOf: null, ...over } as unknown as DoneOrder;
};
const saleOf = (rank: number | null, level: 1 | 2, sponsor: number, over: Partial<Sale> = {}): Sale => ({
  ...{ order: orderOf(rank), level, chain: [link('bob'), link('cem')], table: firstTable },
  ...{ member: { holdings: [holding(sponsor)] }, ...over },
});
const reasonOf = (act: () => unknown) => refused(act)?.reason ?? null;
const how = { windowDays: 14, at };

test('F53 W4-33 all 18 cells, and those of single courses: each level, package of who earns, package bought', () => {
  const expected = {
    1: [
      [100_000, 135_000, 150_000],
      [112_500, 202_500, 225_000],
      [125_000, 225_000, 375_000],
    ],
    2: [
      [12_500, 18_000, 22_500],
      [18_750, 33_750, 37_500],
      [25_000, 45_000, 75_000],
    ],
  };
  for (const level of levels)
    for (const [i, row] of expected[level].entries())
      for (const [j, amount] of row.entries()) {
        const made = earn(saleOf(j + 1, level, i + 1), how)!;
        expect([level, i, j, made.amount]).toEqual([level, i, j, amount]);
        expect(made.cell).toMatchObject({ version: 1, tier: tiers[i], item: tiers[j] });
        expect(made.uid).toBe(level === 1 ? 'bob' : 'cem');
      }
  const courses = levels.map((level) => tiers.map((_, i) => earn(saleOf(null, level, i + 1), how)!.cell.bps));
  expect(courses).toEqual([
    [2000, 2500, 3000],
    [300, 400, 500],
  ]);
  expect([0, 1, 3, 9].map(tierOf)).toEqual(['rank1', 'rank1', 'rank3', 'rank3']);
});

/** Some of full range, and some so small that they pass. */
const tables = fc.constantFrom(500, 4000, 10_000).chain((max) => {
  const bps = fc.integer({ min: 0, max });
  const rowOf = fc.record({ rank1: bps, rank2: bps, rank3: bps, course: bps });
  const ratesOf = fc.record({ rank1: rowOf, rank2: rowOf, rank3: rowOf });
  const mostBps = fc.integer({ min: 0, max: 10_000 });
  return fc.record({ level1: ratesOf, level2: ratesOf, taxBps: bps, mostBps });
});
const asTable = (one: Omit<CommissionTable, 'version' | 'at' | 'by'>): CommissionTable => ({
  ...one,
  ...{ version: 2, at, by: 'chief' },
});
const fits = (table: Parameters<typeof mustFit>[0]) => reasonOf(() => mustFit(table)) === null;

test('F54 W4-19 no table that passes gives more than its share, tax and all, whoever earns of whatever', () => {
  fc.assert(
    fc.property(tables, fc.integer({ min: 0, max: 10 ** 12 }), (wanted, base) => {
      const most = (BigInt(base) * BigInt(wanted.mostBps)) / 10_000n;
      const table = asTable(wanted);
      let passed = false;
      for (const item of items)
        for (const one of tiers)
          for (const other of tiers) {
            const first = earnedBy(cellOf(table, 1, one, item), minor(base));
            const second = earnedBy(cellOf(table, 2, other, item), minor(base));
            if (BigInt(first.amount + first.tax + second.amount + second.tax) > most) passed = true;
          }
      return !(fits(wanted) && passed);
    }),
    { numRuns: 500 },
  );
});

test('F54 a table at its share passes, and one basis point more does not, whichever cell it is in', () => {
  const { level1, level2 } = firstTable;
  expect(fits({ ...firstTable, mostBps: 6000 })).toBe(true);
  expect(fits({ ...firstTable, mostBps: 5999 })).toBe(false);
  expect(fits({ ...firstTable, taxBps: 1800, mostBps: 7079 })).toBe(false);
  expect(fits({ ...firstTable, taxBps: 1800, mostBps: 7080 })).toBe(true);
  for (const tier of tiers)
    for (const item of items) {
      const more = { ...level1, [tier]: { ...level1[tier], [item]: 9000 } };
      expect(refused(() => mustFit({ ...firstTable, level1: more }))).toMatchObject({
        ...{ reason: 'invalid_input', path: `level1.*.${item}` },
      });
      const deep = { ...level2, [tier]: { ...level2[tier], [item]: 9000 } };
      expect(fits({ ...firstTable, level2: deep })).toBe(false);
    }
});

test('tables count up, hold one after the other, and the same again is no new one', () => {
  const next = nextTable(null, { ...firstTable, mostBps: 6500 }, { uid: 'chief', at });
  expect(next).toMatchObject({ version: 2, at, by: 'chief', mostBps: 6500 });
  expect(nextTable(next, firstTable, { uid: 'chief', at: at - DAY })).toMatchObject({
    version: 3,
    at: at + 1,
  });
  expect(sameTable(firstTable, { ...firstTable })).toBe(true);
  expect(sameTable(firstTable, next)).toBe(false);
});

test('F53 nothing to who has no package then: none, one that is over, not begun, or whose money went back', () => {
  const none = [
    [],
    [holding(1, { untilAt: at })],
    [holding(1, { sinceAt: at + 1 })],
    [holding(1, { stands: false })],
    [holding(2, { upgradeOf: 'o1' })],
    [holding(1, { stands: false }), holding(2, { upgradeOf: 'o1' })],
  ];
  for (const holdings of none) expect(earn(saleOf(1, 1, 1, { member: { holdings } }), how)).toBeNull();
  expect(earn(saleOf(1, 1, 1, { member: null }), how)).toBeNull();
  // Falls to what it took the place of, at the time of the order and not of now.
  const both = [holding(1), holding(3, { upgradeOf: 'o1', sinceAt: at + 1 })];
  expect(rankAt({ holdings: both }, at)).toBe(1);
  expect(rankAt({ holdings: both }, at + 1)).toBe(3);
  expect(rankAt({ holdings: [holding(1), holding(3, { upgradeOf: 'o1', stands: false })] }, at)).toBe(1);
});

test('F53 a level that is missing is none, one that came after the order is none, and nobody earns of themselves', () => {
  const { order } = saleOf(1, 1, 1);
  const who = (level: 1 | 2, ...chain: Sale['chain']) => sponsorOf({ order, level, chain });
  expect(who(1, null, null)).toBeNull();
  expect(who(2, link('bob'), null)).toBeNull();
  expect(who(1, link('bob'), null)).toBe('bob');
  expect(who(2, link('bob'), link('cem'))).toBe('cem');
  expect(who(1, link('bob', { createdAt: at + 1 }), null)).toBeNull();
  expect(who(2, link('bob', { createdAt: at + 1 }), link('cem'))).toBeNull();
  expect(who(1, link('ann'), null)).toBeNull();
});

test('W4-15 of an upgrade the base is the difference', () => {
  const difference = { base: minor(200_000), tax: minor(36_000), total: minor(236_000), currency: 'INR' };
  const order = orderOf(2, { price: difference, upgradeOf: 'o1' });
  expect(earn(saleOf(2, 1, 1, { order }), how)).toMatchObject({
    amount: 60_000,
    base: 200_000,
    total: 236_000,
  });
});

/** A wallet, a clearance and a commission that moves are applied to, as the store would. */
class Ledger {
  commission: Commission;
  wallet: Wallet;
  clearance: Clearance | null = null;
  entries: Settled['posting'][] = [];
  constructor(made: Commission, spent: Wallet = newWallet) {
    this.commission = made;
    this.wallet = spent;
  }
  get books(): Books {
    return { wallet: this.wallet, clearance: this.clearance };
  }
  apply(moved: Settled | null): void {
    if (!moved) return;
    this.commission = moved.commission;
    this.clearance = moved.clearance ?? this.clearance;
    if (!moved.posting) return;
    this.entries.push(moved.posting);
    this.wallet = moved.posting.wallets[this.commission.uid]!.wallet;
  }
  get held() {
    return this.wallet.balances.INR ?? nothing;
  }
  get worth(): number {
    const { available, pending, debt } = this.held;
    return available + pending - debt;
  }
  get earned(): number {
    return this.wallet.lifetime.INR?.earned ?? 0;
  }
  total(account: string): number {
    return this.entries
      .flatMap((one) => one?.entry.legs ?? [])
      .filter((one) => one.account === account)
      .reduce((all, one) => all + one.amount, 0);
  }
}

const withTax: CommissionTable = { ...firstTable, taxBps: 1800, mostBps: 10_000 };
const made = (over: Partial<Sale> = {}) => earn(saleOf(2, 1, 2, { table: withTax, ...over }), how)!;
const steps = fc.array(
  fc.record({
    back: fc.double({ min: 0, max: 1, noNaN: true }),
    hours: fc.integer({ min: 0, max: 24 * 20 }),
    spend: fc.boolean(),
    due: fc.boolean(),
  }),
  { maxLength: 12 },
);

test('F54 W4-18 whatever goes back and comes again, in any parts and at any time, it comes to the same as once', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 10 ** 9 }), (list, total) => {
      const base = minor(Math.max(1, Math.floor((total * 100) / 118)));
      const price = { base, tax: minor(total - base), total: minor(total), currency: 'INR' };
      const one = earn(saleOf(2, 1, 2, { table: withTax, order: orderOf(2, { price }) }), how);
      if (!one) return;
      const ledger = new Ledger(one);
      ledger.apply(begin(one, ledger.books, { orderBack: zero, at }, false));
      let [now, spent, back]: [number, number, Minor] = [at, 0, zero];
      for (const step of list) {
        now += step.hours * 3600 * 1000;
        back = minor(Math.round(step.back * total));
        if (step.spend) {
          const { available } = ledger.held;
          spent += available;
          ledger.wallet = { ...ledger.wallet, balances: { INR: { ...ledger.held, available: zero } } };
        }
        ledger.apply(look(ledger.commission, ledger.books, { orderBack: back, at: now }, step.due));
        // What is still clearing is looked at once more when it is due.
        if (step.due) ledger.apply(look(ledger.commission, ledger.books, { orderBack: back, at: now }, true));
        const kept = keptOf(one, back);
        const { pending, debt, available } = ledger.held;
        expect(ledger.worth + spent).toBe(kept);
        expect(ledger.earned).toBe(kept);
        expect(Math.min(pending, debt, available)).toBeGreaterThanOrEqual(0);
        expect(pending).toBe(ledger.clearance?.amount ?? 0);
        expect(ledger.commission.amount - ledger.commission.back).toBe(kept);
        expect(ledger.total('tax:commissions')).toBe(taxOn(one, kept));
        expect(ledger.total('platform:promotions')).toBe(0 - kept - taxOn(one, kept));
        if (now >= one.clearAt && step.due) expect(pending).toBe(0);
        expect(ledger.commission.status).toBe(
          kept === 0 ? 'reversed' : pending > 0 ? 'pending' : 'available',
        );
      }
      const causes = ledger.entries.map((entry) => entry!.entry.id);
      expect(new Set(causes).size).toBe(causes.length);
      expect(causes.filter((id) => id.startsWith('commission:'))).toHaveLength(ledger.commission.entries);
    }),
    { numRuns: 300 },
  );
});

test('F54 both levels and the tax stay within the share of what was kept, whatever went back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 531_000 }), (back) => {
      const kept = levels.map((level) => {
        const one = earn(saleOf(2, level, 2, { table: withTax }), how)!;
        const left = keptOf(one, minor(back));
        return left + taxOn(one, left);
      });
      expect(kept[0]! + kept[1]!).toBeLessThanOrEqual(((531_000 - back) * 450_000) / 531_000);
    }),
  );
  const one = made();
  expect([0, 1, 265_500, 530_999, 531_000].map((back) => keptOf(one, minor(back)))).toEqual([
    202_500, 202_499, 101_250, 0, 0,
  ]);
});

test('F54 within the window it is taken from what clears, after it from what is there, and the rest is owed', () => {
  const one = made();
  const ledger = new Ledger(one);
  ledger.apply(begin(one, ledger.books, { orderBack: zero, at }, false));
  expect(ledger.held).toMatchObject({ pending: 202_500, available: 0 });
  expect(ledger.commission.news[0]).toMatchObject({ to: 'bob', kind: 'commissions-earned' });
  ledger.apply(look(ledger.commission, ledger.books, { orderBack: minor(265_500), at: at + DAY }, false));
  expect(ledger.held).toMatchObject({ pending: 101_250, available: 0, debt: 0 });
  const clearAt = at + 14 * DAY;
  expect(look(ledger.commission, ledger.books, { orderBack: minor(265_500), at: clearAt }, false)).toBeNull();
  ledger.apply(look(ledger.commission, ledger.books, { orderBack: minor(265_500), at: clearAt }, true));
  expect(ledger.held).toMatchObject({ pending: 0, available: 101_250 });
  expect(ledger.commission).toMatchObject({ status: 'available', dueAt: clearAt + 1.4 * DAY });
  // Most of it is spent by then.
  ledger.wallet = { ...ledger.wallet, balances: { INR: { ...ledger.held, available: minor(250) } } };
  ledger.apply(look(ledger.commission, ledger.books, { orderBack: minor(531_000), at: clearAt + 1 }, false));
  expect(ledger.held).toMatchObject({ available: 0, debt: 101_000 });
  expect(ledger.commission.status).toBe('reversed');
  expect(ledger.commission.news.at(-1)).toMatchObject({
    kind: 'commissions-reversed',
    facts: { owed: 101_000 },
  });
  // The dispute is won: what is owed is repaid first.
  ledger.apply(look(ledger.commission, ledger.books, { orderBack: zero, at: clearAt + 2 }, false));
  expect(ledger.held).toMatchObject({ available: 101_500, debt: 0 });
  expect(ledger.earned).toBe(202_500);
});

test('W4-20 one that is held moves nothing, follows its order, and finance releases what is left or refuses it', () => {
  const one = made();
  const ledger = new Ledger(one);
  ledger.apply(begin(one, ledger.books, { orderBack: zero, at }, true));
  expect(ledger.commission).toMatchObject({ status: 'held', entries: 0, dueAt: at });
  ledger.apply(look(ledger.commission, ledger.books, { orderBack: minor(265_500), at }, false));
  expect(ledger.commission).toMatchObject({ status: 'held', back: 101_250, entries: 0 });
  expect(ledger.entries).toEqual([]);
  const verdict = { decision: 'release', by: 'fin', reason: 'Sisters.' } as const;
  const now = { orderBack: minor(265_500), at: at + DAY };
  const decide = (by: string, decision: 'release' | 'refuse' = 'release') =>
    review(ledger.commission, ledger.books, now, { ...verdict, by, decision });
  expect(reasonOf(() => decide('bob'))).toBe('own_request');
  expect(reasonOf(() => decide('ann'))).toBe('own_request');
  expect(decide('fin', 'refuse')).toMatchObject({
    commission: { status: 'refused', dueAt: null },
    posting: null,
  });
  ledger.apply(decide('fin'));
  expect(ledger.commission).toMatchObject({ status: 'pending', review: { by: 'fin' } });
  expect(ledger.held.pending).toBe(101_250);
  expect(ledger.entries[0]).toMatchObject({ entry: { by: 'fin', id: `commission:${commissionId(one)}:1` } });
  expect(decide('fin')).toBeNull();
  expect(reasonOf(() => decide('fin', 'refuse'))).toBe('wrong_status');
  expect(reasonOf(() => decide('other'))).toBe('wrong_status');
  // One that was refused follows nothing any more.
  const refused: Commission = { ...one, status: 'refused' };
  expect(look(refused, ledger.books, { orderBack: minor(1), at }, true)).toBeNull();
});

test('one whose order went back before it was seen gives what is left, or nothing until it comes again', () => {
  const one = made();
  const ledger = new Ledger(one);
  ledger.apply(begin(one, ledger.books, { orderBack: one.total, at }, false));
  expect(ledger.commission).toMatchObject({ status: 'reversed', entries: 0, back: one.amount });
  ledger.apply(look(ledger.commission, ledger.books, { orderBack: zero, at: at + 20 * DAY }, false));
  expect(ledger.commission).toMatchObject({ status: 'available', entries: 1, clears: false });
  expect(ledger.held.available).toBe(202_500);
});

test('I12 it is looked at until no bank asks any more, some sixty times', () => {
  const one = made();
  let [looks, now] = [0, at as number | null];
  for (; now !== null && looks < 1000; looks += 1) now = nextLook(one, now);
  expect(looks).toBeGreaterThan(40);
  expect(looks).toBeLessThan(80);
  expect(nextLook(one, one.clearAt - 1)).toBe(one.clearAt);
});
