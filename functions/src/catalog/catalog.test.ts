import fc from 'fast-check';
import { minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import {
  coins,
  coinsFor,
  faces,
  packIds,
  priceOf,
  quoteItem,
  valueOf,
  nearestAmounts,
  type CoinCounts,
} from './catalog.ts';

const count = (counts: CoinCounts) => Object.values(counts).reduce((sum, n) => sum + n, 0);

/** The fewest coins for each multiple of the smallest, by trying everything. */
function fewest(upTo: number): number[] {
  const best = [0];
  for (let units = 1; units <= upTo; units += 1)
    best[units] = 1 + Math.min(...coins.map((coin) => best[units - faces[coin] / 500] ?? Infinity));
  return best;
}

test('F01 six coins, each sold at its face value and 10%', () => {
  expect(coins.map((coin) => faces[coin])).toEqual([500, 1000, 5000, 10_000, 20_000, 50_000]);
  expect(coins.map((coin) => priceOf(minor(faces[coin])))).toEqual([550, 1100, 5500, 11_000, 22_000, 55_000]);
});

test('F02 six packs, worth their coins', () => {
  expect(packIds.map((pack) => quoteItem({ kind: 'pack', pack, quantity: 1 }).value)).toEqual([
    2500, 5000, 10_000, 25_000, 50_000, 100_000,
  ]);
  expect(quoteItem({ kind: 'pack', pack: 'business', quantity: 3 })).toMatchObject({
    value: 150_000,
    price: 165_000,
  });
});

test('F03 275 buys exactly 275 of value at 302.50', () => {
  expect(quoteItem({ kind: 'amount', amount: minor(27_500) })).toMatchObject({
    value: 27_500,
    price: 30_250,
  });
});

test.each([
  [400, [500, 1000]],
  [500_100, [499_500, 500_000]],
  [700, [500, 1000]],
  [27_501, [27_500, 28_000]],
])('D10 W2-20 %i cannot be bought; the nearest are named', (amount, nearest) => {
  expect(() => quoteItem({ kind: 'amount', amount: minor(amount) })).toThrow(Refusal);
  expect(nearestAmounts(amount)).toEqual(nearest);
});

test('W2-19 the coins of any amount are worth it, and no fewer would do', () => {
  const best = fewest(2000);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }).map(minor), (amount) => {
      const { coins: counts, rest } = coinsFor(amount);
      expect(valueOf(counts) + rest).toBe(amount);
      expect(rest).toBeLessThan(500);
      expect(count(counts)).toBe(best[(amount - rest) / 500]);
    }),
  );
});

test('a bought amount is charged as it was quoted, whatever is asked for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (steps) => {
      const quote = quoteItem({ kind: 'amount', amount: minor(steps * 500) });
      expect(quote.value).toBe(steps * 500);
      expect(quote.price).toBe(steps * 550);
      expect(valueOf(quote.coins)).toBe(quote.value);
    }),
  );
});
