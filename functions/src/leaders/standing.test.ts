import fc from 'fast-check';
import { keptOf, type Commission } from '../commissions/commission.ts';
import { minor, type Minor } from '../shared/money.ts';
import { keyOf, PAGE, pagesOf, periods } from './board.ts';
import { fold, type Standing, type Tally } from './standing.ts';

const at = Date.UTC(2026, 0, 15, 12);
const DAY = 24 * 3_600_000;

const commission = (order: string, amount: number, more: Partial<Commission> = {}): Commission => ({
  ...{ order, level: 1, uid: 'ann', buyer: 'bob', base: minor(amount * 2), total: minor(amount * 2) },
  ...{ currency: 'INR', amount: minor(amount), tax: minor(0), back: minor(0), orderBack: minor(0) },
  ...{ cell: { version: 1, tier: 'rank1', item: 'rank1', bps: 5000, taxBps: 0 }, entries: 1, clears: true },
  ...{ at, clearAt: at + DAY, changedAt: at, dueAt: null, version: 1, review: null, news: [] },
  ...{ status: 'pending' },
  ...more,
});

/** What is stored of one person's standings. */
function stored() {
  const tallies = new Map<string, Tally>();
  let standings: readonly (Standing | null)[] = [null, null, null];
  return {
    see(one: Commission, now = at) {
      const found = { tally: tallies.get(one.order) ?? null, standings, hidden: false };
      const next = fold(one, found, now);
      if (!next) return;
      tallies.set(one.order, next.tally);
      standings = next.standings.map((standing, i) => standing ?? standings[i] ?? null);
    },
    of: (period: (typeof periods)[number]) => standings[periods.indexOf(period)] ?? null,
  };
}

test.each([
  ['2026-01-01', '2026-W01'],
  ['2025-12-29', '2026-W01'],
  ['2025-12-28', '2025-W52'],
  ['2027-01-03', '2026-W53'],
  ['2027-01-04', '2027-W01'],
])('F58 %s is in the week %s', (day, week) => {
  expect(keyOf('week', Date.parse(`${day}T00:00:00Z`))).toBe(week);
  expect(keyOf('week', Date.parse(`${day}T23:59:59.999Z`))).toBe(week);
  expect(keyOf('month', Date.parse(`${day}T12:00:00Z`))).toBe(day.slice(0, 7));
});

test('F58 W4-26 every commission counts once for what it is worth, in whatever state, order and however often it is seen', () => {
  const steps = fc.array(
    fc.record({ order: fc.nat(4), back: fc.nat(100), status: fc.constantFrom('pending', 'available') }),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(steps, (all) => {
      const seen = stored();
      const last = new Map<number, Minor>();
      for (const { order, back, status } of all) {
        const made = commission(`o${order}`, 1000 + order, { at: at + order });
        const gone = minor(Math.floor((made.total * back) / 100));
        const kept = keptOf(made, gone);
        last.set(order, kept);
        const now = { ...made, back: minor(made.amount - kept), status } as Commission;
        seen.see(now);
        seen.see(now);
      }
      const worth = [...last.values()];
      for (const period of periods)
        expect(seen.of(period)).toMatchObject({
          net: worth.reduce((sum, one) => sum + one, 0),
          count: worth.filter((one) => one > 0).length,
          reachedAt: at + Math.max(...last.keys()),
        });
    }),
  );
});

test('F58 what is held or refused is nothing; what went back lowers the rank and comes again when it is won', () => {
  const seen = stored();
  seen.see(commission('o1', 1000, { status: 'held' } as never));
  expect(seen.of('all')).toMatchObject({ net: 0, count: 0 });
  seen.see(commission('o1', 1000));
  expect(seen.of('all')).toMatchObject({ net: 1000, count: 1 });
  seen.see(commission('o1', 1000, { back: minor(1000), status: 'reversed' } as never));
  expect(seen.of('week')).toMatchObject({ net: 0, count: 0 });
  seen.see(commission('o1', 1000));
  expect(seen.of('month')).toMatchObject({ net: 1000, count: 1 });
});

test('F58 a week that is over is left alone; the board of ever is not', () => {
  const seen = stored();
  seen.see(commission('o1', 1000));
  const week = seen.of('week');
  seen.see(commission('o1', 1000, { back: minor(400) }), at + 10 * DAY);
  expect(seen.of('week')).toBe(week);
  expect(seen.of('month')).toMatchObject({ net: 600 });
  seen.see(commission('o1', 1000, { back: minor(900) }), at + 40 * DAY);
  expect([seen.of('month')?.net, seen.of('all')?.net]).toEqual([600, 100]);
});

test('F58 a board is pages of rows, and pages that have none any more are emptied', () => {
  const one = stored();
  one.see(commission('o1', 1000));
  const best = Array.from({ length: PAGE * 2 + 1 }, () => one.of('all')!);
  const pages = pagesOf('all~INR', best, { before: 0, at });
  expect(pages.map(({ rows }) => rows.length)).toEqual([PAGE, PAGE, 1]);
  expect(pages[2]!.rows[0]!.rank).toBe(PAGE * 2 + 1);
  const fewer = pagesOf('all~INR', best.slice(0, 1), { before: 3, at });
  expect(fewer.map(({ rows, pages: most }) => [rows.length, most])).toEqual([
    [1, 1],
    [0, 1],
    [0, 1],
  ]);
  expect(pagesOf('all~INR', [], { before: 0, at })).toMatchObject([{ rows: [], pages: 0 }]);
});

test('F58 what is earned in a week that began while the schedule ran is on that week’s board', () => {
  const monday = Date.UTC(2026, 0, 19);
  const seen = stored();
  seen.see(commission('a', 500, { at: monday + 1 }), monday - 1);
  expect(seen.of('week')).toMatchObject({ board: '2026-W04~INR', net: 500 });
  const late = stored();
  late.see(commission('a', 500, { at: monday - 1 }), monday + 1);
  expect(late.of('week')).toBeNull();
});
