import { feeOf, minor, type Bps, type Currency, type Minor } from './money.ts';
import { Refusal } from './refusal.ts';

/** What something costs: without tax, the tax on top, and both together, in minor units of `currency`. */
export type Price = {
  readonly base: Minor;
  readonly tax: Minor;
  readonly total: Minor;
  readonly currency: Currency;
};

/** What is asked for by the base and the rate of the tax: 250000 and 1800 are 250000 + 45000 = 295000. */
export type Rate = { readonly base: Minor; readonly taxBps: Bps; readonly currency: Currency };

/** The tax is rounded down (D2), and the parts always re-add. */
export function priceOf({ base, taxBps, currency }: Rate): Price {
  const tax = feeOf(base, taxBps);
  return { base, tax, total: minor(base + tax), currency };
}

/** @throws Refusal `amount_mismatch` where tax or total are not those that follow from the rate. */
export function mustReAdd(
  rate: Rate,
  { tax, total }: { readonly tax: number; readonly total: number },
): Price {
  const price = priceOf(rate);
  if (tax !== price.tax) throw new Refusal('amount_mismatch', { expected: price.tax, found: tax });
  if (total !== price.total) throw new Refusal('amount_mismatch', { expected: price.total, found: total });
  return price;
}

/**
 * What is left to pay of one price where another was paid: part by part, so that both together are the dearer one. A
 * tax that has become lower since gives nothing back.
 */
export function lessPrice(price: Price, paid: Price): Price {
  const base = minor(price.base - paid.base);
  const tax = minor(Math.max(0, price.tax - paid.tax));
  return { base, tax, total: minor(base + tax), currency: price.currency };
}
