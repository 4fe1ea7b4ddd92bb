import fc from 'fast-check';
import { refused } from '../../test/refused.ts';
import { taxIn } from '../escrow/fees.ts';
import { minor } from '../shared/money.ts';
import { lessPrice, mustReAdd, priceOf } from '../shared/price.ts';
import { packageDefaults, packagesOf } from './package.ts';

const currency = 'INR' as const;

test('F50 2,500 + 450 = 2,950; 4,500 + 810 = 5,310; 7,500 + 1,350 = 8,850', () => {
  expect(packageDefaults.map(({ price }) => [price.base, price.tax, price.total])).toEqual([
    [250_000, 45_000, 295_000],
    [450_000, 81_000, 531_000],
    [750_000, 135_000, 885_000],
  ]);
});

test('F50 whatever the base and the rate: the tax is rounded down, the parts re-add, and what says otherwise is refused', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000_000_000_000 }).map(minor),
      fc.integer({ min: 0, max: 10_000 }),
      fc.constantFrom(-1, 1),
      (base, taxBps, off) => {
        const rate = { base, taxBps, currency };
        const { tax, total } = priceOf(rate);
        expect(base + tax).toBe(total);
        expect(BigInt(tax)).toBe((BigInt(base) * BigInt(taxBps)) / 10_000n);
        expect(mustReAdd(rate, { tax, total })).toEqual(priceOf(rate));
        const otherTax = refused(() => mustReAdd(rate, { tax: tax + off, total: total + off }));
        expect(otherTax).toEqual({ reason: 'amount_mismatch', expected: tax, found: tax + off });
        const otherTotal = refused(() => mustReAdd(rate, { tax, total: total + off }));
        expect(otherTotal).toEqual({ reason: 'amount_mismatch', expected: total, found: total + off });
      },
    ),
  );
});

test('W4-15 the lower and the difference make the dearer, part by part; a tax that sank gives nothing back', () => {
  const base = fc.integer({ min: 1, max: 1_000_000_000 }).map(minor);
  const taxBps = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(base, base, taxBps, taxBps, (one, other, before, now) => {
      const paid = priceOf({ base: one, taxBps: before, currency });
      const full = priceOf({ base: other, taxBps: now, currency });
      const rest = lessPrice(full, paid);
      expect(rest.base + paid.base).toBe(full.base);
      expect(rest.tax).toBe(Math.max(0, full.tax - paid.tax));
      expect(rest.total).toBe(rest.base + rest.tax);
    }),
  );
});

test('F50 the tax of a fee that was agreed as an amount is that amount, and of parts what re-adds', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000_000 }),
      fc.integer({ min: 0, max: 1_000_000_000 }),
      fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 6 }),
      (base, tax, parts) => {
        const of = minor(base + tax);
        const policy = { feeTaxBps: 1800, taxed: { tax: minor(tax), of } };
        expect(taxIn(of, policy)).toBe(tax);
        let [taken, taxTaken] = [0, 0];
        for (const part of [...parts, of]) {
          const next = Math.min(of, taken + part);
          taxTaken += taxIn(minor(next), policy) - taxIn(minor(taken), policy);
          taken = next;
        }
        expect([taken, taxTaken]).toEqual([of, tax]);
      },
    ),
  );
});

test('packages are as they were defined, else as they come, lowest first', () => {
  const [starter] = packageDefaults;
  const defined = { ...starter!, title: 'First', version: 1 };
  const extra = { ...starter!, name: 'basic', version: 1 };
  expect(packagesOf([defined, extra]).map(({ name, title }) => [name, title])).toEqual([
    ['basic', 'Starter'],
    ['starter', 'First'],
    ['pro', 'Pro'],
    ['elite', 'Elite'],
  ]);
});
