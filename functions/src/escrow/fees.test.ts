import fc from 'fast-check';
import { minor } from '../shared/money.ts';
import { divide, presets, quote, taxIn } from './fees.ts';

const policy = fc.record({
  payeeFeeBps: fc.integer({ min: 0, max: 10_000 }),
  payerFeeBps: fc.integer({ min: 0, max: 10_000 }),
  releaseHours: fc.constant(72),
  clearanceHours: fc.constant(0),
  feeTaxBps: fc.constant(0),
});
const price = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2 ** 50 })).map(minor);

const lock = (amount: number, bps: { payeeFeeBps: number; payerFeeBps: number }) => {
  const of = { price: minor(amount), policy: { ...bps, releaseHours: 72, clearanceHours: 0, feeTaxBps: 0 } };
  return { ...of, ...quote(of.price, of.policy) };
};

test('W0-18 W2-17 whatever the price, fees and percent, the parts re-add to what was held', () => {
  fc.assert(
    fc.property(price, policy, fc.integer({ min: 0, max: 100 }), (amount, bps, percent) => {
      const held = lock(amount, bps);
      const { toPayee, toPlatform, toPayer } = divide(held, percent);
      expect(toPayee + toPlatform + toPayer).toBe(held.held);
      expect(Math.min(toPayee, toPlatform, toPayer)).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 2000 },
  );
});

test('a refund gives everything back, a release leaves the payer nothing', () => {
  fc.assert(
    fc.property(price, policy, (amount, bps) => {
      const held = lock(amount, bps);
      expect(divide(held, 0)).toEqual({ toPayee: 0, toPlatform: 0, toPayer: held.held });
      expect(divide(held, 100).toPayer).toBe(0);
    }),
  );
});

test.each([
  // price, preset, held, payee, platform
  [20_000, presets.standard, 20_000, 18_000, 2_000],
  [100_000, presets.shared, 105_000, 90_000, 15_000],
  [5_000, presets.higher, 5_500, 4_250, 1_250],
  [1, presets.standard, 1, 1, 0],
  [3, presets.standard, 3, 3, 0],
  [99, presets.standard, 99, 90, 9],
  [101, presets.standard, 101, 91, 10],
])('D1 D2 F16 %i under %j: held %i, payee %i, platform %i', (amount, preset, total, payee, platform) => {
  const held = lock(amount, preset);
  expect(held.held).toBe(total);
  expect(divide(held, 100)).toEqual({ toPayee: payee, toPlatform: platform, toPayer: 0 });
});

test('D8 W2-49 a split takes the fee on the payee’s part, so a dispute is no way around it', () => {
  expect(divide(lock(10_000, presets.standard), 60)).toEqual({
    toPayee: 5_400,
    toPlatform: 600,
    toPayer: 4_000,
  });
  expect(divide(lock(10_000, presets.standard), 1)).toEqual({ toPayee: 90, toPlatform: 10, toPayer: 9_900 });
  expect(divide(lock(10_000, presets.standard), 99)).toEqual({
    toPayee: 8_910,
    toPlatform: 990,
    toPayer: 100,
  });
});

test.each([
  // fee, tax on top of the rest of it, tax
  [105, 500, 5],
  [104, 500, 4],
  [115, 1500, 15],
  [200, 10_000, 100],
  [105, 0, 0],
  [0, 500, 0],
])('a fee of %i with %i bps of tax on top has %i of tax in it', (fee, feeTaxBps, tax) => {
  expect(taxIn(minor(fee), { feeTaxBps })).toBe(tax);
});
