import { feeOf, type Bps, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';

/**
 * `commissionTables/{version}`, and the one that holds as `commissionTables/current`: what of an order’s base, net of tax,
 * goes to who brought the buyer, and to who brought them (F53). By the package of whoever earns, and by what was bought:
 * two levels, three packages each way, which are 18 cells; a single course is one more row. Each commission keeps the
 * version and the cell that it came from.
 */
export type CommissionTable = {
  readonly version: number;
  readonly level1: Rates;
  readonly level2: Rates;
  /** Tax that is due on a commission and that we bear, on top of it. */
  readonly taxBps: Bps;
  /** The most that both levels and their tax may come to, of the price net of tax (W4-19). */
  readonly mostBps: Bps;
  readonly at: number;
  readonly by: string;
};

/** By rank of package; one above the third is as the third. */
export const tiers = ['rank1', 'rank2', 'rank3'] as const;
export type Tier = (typeof tiers)[number];
export const items = [...tiers, 'course'] as const;
export type Item = (typeof items)[number];

/** By the package of whoever earns, then by what was bought. */
export type Rates = Readonly<Record<Tier, Readonly<Record<Item, Bps>>>>;

export const levels = [1, 2] as const;
export type Level = (typeof levels)[number];

const row = (rank1: Bps, rank2: Bps, rank3: Bps, course: Bps) => ({ rank1, rank2, rank3, course });

/** What holds until an admin says otherwise. */
export const firstTable: CommissionTable = {
  version: 1,
  level1: {
    rank1: row(4000, 3000, 2000, 2000),
    rank2: row(4500, 4500, 3000, 2500),
    rank3: row(5000, 5000, 5000, 3000),
  },
  level2: {
    rank1: row(500, 400, 300, 300),
    rank2: row(750, 750, 500, 400),
    rank3: row(1000, 1000, 1000, 500),
  },
  ...{ taxBps: 0, mostBps: 7000, at: 0, by: 'system' },
};

export type Wanted = Omit<CommissionTable, 'version' | 'at' | 'by'>;

export const nextTable = (
  before: CommissionTable | null,
  wanted: Wanted,
  by: { readonly uid: string; readonly at: number },
): CommissionTable => ({
  ...wanted,
  version: (before ?? firstTable).version + 1,
  // Tables hold one after the other, even where a clock runs behind.
  at: Math.max(by.at, (before ?? firstTable).at + 1),
  by: by.uid,
});

const same = (one: Rates, other: Rates): boolean =>
  tiers.every((tier) => items.every((item) => one[tier][item] === other[tier][item]));

export const sameTable = (one: CommissionTable, other: Wanted): boolean =>
  same(one.level1, other.level1) &&
  same(one.level2, other.level2) &&
  one.taxBps === other.taxBps &&
  one.mostBps === other.mostBps;

/** The most that one purchase of each kind gives away: whichever packages the two have who earn. */
const mostOf = (rates: Rates, item: Item): Bps => Math.max(...tiers.map((tier) => rates[tier][item]));

/**
 * Both levels and their tax stay within the share, whatever is bought and whoever earns.
 * @throws Refusal `invalid_input` with the column, and with what it comes to.
 */
export function mustFit({ level1, level2, taxBps, mostBps }: Wanted): void {
  for (const item of items) {
    const both = mostOf(level1, item) + mostOf(level2, item);
    // In hundred-millionths, so that nothing is rounded.
    if (both * (10_000 + taxBps) <= mostBps * 10_000) continue;
    const comes = Math.ceil((both * (10_000 + taxBps)) / 10_000);
    throw new Refusal('invalid_input', {
      path: `level1.*.${item}`,
      problem: `with level 2 and tax it comes to ${comes} of at most ${mostBps} basis points`,
    });
  }
}

export const tierOf = (rank: number): Tier => tiers[Math.min(rank, tiers.length) - 1] ?? 'rank1';

/** One cell of a table, as a commission keeps it. */
export type Cell = {
  readonly version: number;
  readonly tier: Tier;
  readonly item: Item;
  readonly bps: Bps;
  readonly taxBps: Bps;
};

export const cellOf = (table: CommissionTable, level: Level, tier: Tier, item: Item): Cell => {
  const bps = (level === 1 ? table.level1 : table.level2)[tier][item];
  return { version: table.version, tier, item, bps, taxBps: table.taxBps };
};

/** Minor units; both rounded down (D2), so that the share is never passed. */
export const earnedBy = ({ bps, taxBps }: Cell, base: Minor): { amount: Minor; tax: Minor } => {
  const amount = feeOf(base, bps);
  return { amount, tax: feeOf(amount, taxBps) };
};
