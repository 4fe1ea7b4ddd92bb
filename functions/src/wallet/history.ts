import { buckets, type Bucket } from '../ledger/chart.ts';
import { nothing, type Balance, type WalletEntry } from '../ledger/wallet.ts';
import { minor, type Currency, type Minor } from '../shared/money.ts';

/**
 * A wallet's past. An entry's time is taken when its call begins, and one that began earlier may come later in the
 * chain; so a wallet as of a time is what the chain says up to the last of its entries that is not later. By this
 * every entry is in one month, and the months add up.
 */

/** The last in the chain among some entries, of those that are not later than a time. */
export const lastOf = (entries: readonly WalletEntry[], at: number): WalletEntry | null =>
  entries
    .filter((entry) => entry.at <= at)
    .reduce<WalletEntry | null>((last, one) => (last && last.n > one.n ? last : one), null);

/** A calendar month in UTC: from its first millisecond to before the next month’s. */
export function spanOf(month: string): { readonly from: number; readonly to: number } {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return { from: Date.UTC(year, number - 1, 1), to: Date.UTC(year, number, 1) };
}

/** By how much an entry changed a bucket; zero where it did not. */
export const changeOf = (entry: WalletEntry, currency: Currency, bucket: Bucket): Minor =>
  entry.changes[currency]?.[bucket] ?? minor(0);

/**
 * Whether entries that follow each other in a currency lead from one balance to the other, each from where the one
 * before it ended.
 * @param entries oldest first, each of this currency
 */
export function addsUp(
  opening: Balance,
  entries: readonly WalletEntry[],
  closing: Balance,
  currency: Currency,
): boolean {
  let held = opening;
  for (const entry of entries) {
    const { before = nothing, after = nothing } = {
      before: entry.before[currency],
      after: entry.after[currency],
    };
    for (const bucket of buckets) {
      if (held[bucket] !== before[bucket]) return false;
      if (before[bucket] + changeOf(entry, currency, bucket) !== after[bucket]) return false;
    }
    held = after;
  }
  return buckets.every((bucket) => held[bucket] === closing[bucket]);
}
