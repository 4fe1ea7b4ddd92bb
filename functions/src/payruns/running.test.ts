import fc from 'fast-check';
import { minor, sum, zero } from '../shared/money.ts';
import { runIdOf, type Payrun, type PayrunLine } from './payrun.ts';
import { advance, begin, minimumOf } from './running.ts';

const AT = Date.parse('2026-02-02T05:00:00Z');
const MINUTES = 60_000;
const new1 = begin(null, { currency: 'INR', minimum: minor(50_000), by: 'system', at: AT });

test('F35 one run a week: from Monday at five until the next', () => {
  const of = (text: string) => runIdOf(Date.parse(text), 'INR');
  expect(of('2026-02-02T05:00:00.000Z')).toBe('2026-W06-INR');
  expect(of('2026-02-02T04:59:59.999Z')).toBe('2026-W05-INR');
  expect(of('2026-02-09T04:59:59.999Z')).toBe('2026-W06-INR');
});

test('F35 a run is begun once, with the minimum of then', () => {
  expect(new1).toMatchObject({
    phase: 'people',
    cursor: null,
    version: 1,
    dueAt: AT + 10 * MINUTES,
    doneAt: null,
  });
  expect(begin(new1, { currency: 'INR', minimum: minor(1), by: 'fay', at: AT + 1 })).toBe(new1);
});

test('D9 the minimum is the operator’s, and never below what anybody may withdraw', () => {
  expect([0, 49_999, 50_000, 70_000].map((wished) => minimumOf('INR', wished))).toEqual([
    ...[50_000, 50_000, 50_000, 70_000],
  ]);
});

test('F35 page by page and phase by phase; a page that was added already changes nothing', () => {
  const second = advance(new1, new1, { cursor: 'm' }, AT + 1);
  expect(second).toMatchObject({ phase: 'people', cursor: 'm', version: 2, dueAt: AT + 1 + 10 * MINUTES });
  expect(advance(second, new1, { cursor: 'm' }, AT + 2)).toBe(second);
  const retry = advance(second, second, { cursor: null }, AT);
  expect(retry).toMatchObject({ phase: 'retry', cursor: null });
  const waits = advance(retry, retry, { cursor: null, waitsUntil: AT + 5 }, AT);
  expect(waits).toMatchObject({ phase: 'retry', dueAt: AT + 5, doneAt: null });
  const fold = advance(waits, waits, { cursor: null, waitsUntil: null }, AT);
  expect(fold.phase).toBe('fold');
  const done = advance(fold, fold, { cursor: null, lines: [] }, AT + 9);
  expect(done).toMatchObject({ phase: 'done', dueAt: null, doneAt: AT + 9 });
  expect(advance(done, done, { cursor: null }, AT + 10)).toBe(done);
});

const lineOf = (state: object): PayrunLine =>
  ({ run: 'r', uid: 'u', at: AT, attempts: 0, retryAt: null, ...state }) as PayrunLine;
const anyLine = fc.oneof(
  fc.nat(1_000_000).map((amount) => lineOf({ outcome: 'requested', withdrawal: 'w', amount })),
  fc
    .constantFrom('left', 'below_minimum', 'kyc_required')
    .map((reason) => lineOf({ outcome: 'skipped', reason })),
  fc.constant(lineOf({ outcome: 'failed' })),
);

test('F35 the sums are those of all lines, however they lie on pages', () => {
  const fold: Payrun = { ...new1, phase: 'fold' };
  const addUp = (pages: readonly (readonly PayrunLine[])[]) =>
    pages.reduce((run, lines, i) => advance(run, run, { cursor: `c${i}`, lines }, AT), fold).totals;
  fc.assert(
    fc.property(fc.array(anyLine), fc.integer({ min: 1, max: 5 }), (lines, size) => {
      const pages = Array.from({ length: Math.ceil(lines.length / size) }, (_, i) =>
        lines.slice(i * size, (i + 1) * size),
      );
      const totals = addUp(pages);
      expect(totals).toEqual(addUp([lines]));
      const skipped = Object.values(totals.skipped).reduce((all, one) => all + one, 0);
      expect(totals.people).toBe(lines.length);
      expect(totals.requested + totals.failed + skipped).toBe(lines.length);
      const amounts = lines.map((one) => (one.outcome === 'requested' ? one.amount : zero));
      expect(totals.amount).toBe(sum(amounts));
    }),
  );
});
