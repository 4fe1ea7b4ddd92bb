import { minor, type Bps, type Currency } from '../shared/money.ts';
import { priceOf, type Price } from '../shared/price.ts';

/** The tiers in which access to courses is sold (F50): each includes what those below it do. */

/** `packages/{name}`: as a superadmin defined it; what is not there is as below. */
export type Package = {
  readonly name: string;
  readonly title: string;
  /** From 1; a higher one includes all that a lower one does. */
  readonly rank: number;
  readonly price: Price;
  readonly taxBps: Bps;
  readonly days: number;
  /** Whether it can be bought now. */
  readonly sold: boolean;
  /** Counts definitions; 0 as it comes. */
  readonly version: number;
};

export const MOST_RANKS = 9;

const inr = (name: string, title: string, rank: number, base: number): Package => {
  const rate = { base: minor(base), taxBps: 1800, currency: 'INR' as Currency };
  const price = priceOf(rate);
  return { name, title, rank, price, taxBps: rate.taxBps, days: 365, sold: true, version: 0 };
};

/** 2,950.00, 5,310.00 and 8,850.00 rupees, of which 18 of 118 parts are tax. */
export const packageDefaults: readonly Package[] = [
  inr('starter', 'Starter', 1, 250_000),
  inr('pro', 'Pro', 2, 450_000),
  inr('elite', 'Elite', 3, 750_000),
];

export const packageDefault = (name: string): Package | null =>
  packageDefaults.find((one) => one.name === name) ?? null;

/** All that there are, lowest first: as they were defined, else as they come. */
export function packagesOf(defined: readonly Package[]): Package[] {
  const names = new Set(defined.map(({ name }) => name));
  return [...defined, ...packageDefaults.filter(({ name }) => !names.has(name))].sort(
    (one, other) => one.rank - other.rank || (one.name < other.name ? -1 : 1),
  );
}
