import fc from 'fast-check';
import { cash, minor, sum } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { countOrder, forgetOrder, limits } from './limits.ts';
import type { Buyer, RecentOrder } from './purchase.ts';

const order = (n: number, at: number, amount: number, currency: RecentOrder['currency'] = 'QAR') => ({
  ...{ purchase: `p${n}`, at, amount: minor(amount), currency },
});
const { windowMs, most } = limits;

test('D10 F36 the tenth order in a day passes and the eleventh does not, until exactly a day after the first', () => {
  let buyer: Buyer | null = null;
  for (let n = 0; n < 10; n += 1) buyer = countOrder(buyer, order(n, n, 100));
  const eleventh = (at: number) => () => countOrder(buyer, order(10, at, 100));
  expect(eleventh(windowMs - 1)).toThrow(`"retryAt":${windowMs}`);
  expect(eleventh(windowMs)).not.toThrow();
  expect(() => countOrder(forgetOrder(buyer!, 'p3'), order(10, 20, 100))).not.toThrow();
});

test.each(cash)(
  'D10 F36 %s: all that a day allows passes, one unit more does not; other currencies do not count',
  (currency) => {
    const half = Math.floor(most[currency] / 2);
    const other = cash.find((one) => one !== currency)!;
    const buyer = countOrder(countOrder(null, order(1, 0, half, currency)), order(2, 1, most[other], other));
    expect(() => countOrder(buyer, order(3, 2, most[currency] - half, currency))).not.toThrow();
    expect(() => countOrder(buyer, order(3, 2, most[currency] - half + 1, currency))).toThrow(
      'limit_reached',
    );
  },
);

test('F36 whatever is ordered in whatever order, no day holds more than is allowed, and retryAt is true', () => {
  const wishes = fc.array(
    fc.record({
      gap: fc.integer({ min: 0, max: 8 * 3_600_000 }),
      amount: fc.integer({ min: 1, max: 3_000_000 }),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(wishes, (all) => {
      let buyer: Buyer | null = null;
      let at = 0;
      const passed: RecentOrder[] = [];
      for (const [n, { gap, amount }] of all.entries()) {
        at += gap;
        const one = order(n, at, amount);
        try {
          buyer = countOrder(buyer, one);
          passed.push(one);
        } catch (error) {
          const { retryAt } = (error as Refusal).facts as { retryAt: number };
          expect(retryAt).toBeGreaterThan(at);
          const before = buyer;
          expect(() => countOrder(before, { ...one, at: retryAt })).not.toThrow();
        }
      }
      for (const { at: start } of passed) {
        const inside = passed.filter((one) => one.at >= start && one.at < start + windowMs);
        expect(inside.length).toBeLessThanOrEqual(limits.count);
        expect(sum(inside.map(({ amount }) => amount))).toBeLessThanOrEqual(most.QAR);
      }
    }),
  );
});

test('D10 what is kept of a buyer: who they are, what they ordered, without what came to nothing', () => {
  const [first, second] = [order(1, 5, 100), order(2, 6, 200)];
  expect(countOrder(null, first)).toStrictEqual({ customer: null, recent: [first] });
  const known: Buyer = { customer: 'cus_1', recent: [first] };
  const both = { customer: 'cus_1', recent: [first, second] };
  expect(countOrder(known, second)).toStrictEqual(both);
  expect(forgetOrder(both, 'p1')).toStrictEqual({ customer: 'cus_1', recent: [second] });
});
