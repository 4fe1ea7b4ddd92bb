import { buckets, policyOf, type Account } from '../ledger/chart.ts';
import type { JournalEntry } from '../ledger/journal.ts';
import { minor, type Currency, type Minor } from '../shared/money.ts';

/**
 * `totals/{until}`: what all accounts held by a time: fees, costs, clearing, taxes and losses, and what is in wallets, in
 * escrow, in payments and in generations in all. Folded off the money path, so that nothing that moves money writes it (I9); no entry is
 * ever added before its time again.
 */
export type Totals = {
  /** Entries with a time before this are in it, and all of them. */
  readonly until: number;
  readonly sums: Sums;
  /** How many entries are in it. */
  readonly entries: number;
};

/** Credits less debits, minor units, under `class currency` (see `classOf`): each currency adds up to zero (I1). */
export type Sums = Readonly<Record<string, Minor>>;

/**
 * How long an entry's time may lie before its commit: it is taken when its call begins, and a function runs for nine
 * minutes at most.
 */
export const SETTLED = 20 * 60 * 1000;

export const none: Totals = { until: 0, sums: {}, entries: 0 };

/**
 * What an account is added up under: `wallet:available` and the other buckets, `escrow`, `payment`, `generation` and
 * `chargeback` are everybody's together; an account of the platform is itself.
 */
export function classOf(account: Account): string {
  const { place } = policyOf(account);
  if (place.kept === 'wallet') return `wallet:${place.bucket}`;
  if (place.kept === 'document') return place.of;
  return account.startsWith('chargeback:') ? 'chargeback' : account;
}

const ofPeople: readonly string[] = [
  ...['escrow', 'payment', 'generation'],
  ...buckets.map((bucket) => `wallet:${bucket}`),
];

/** Adds entries. */
export function fold(sums: Sums, entries: readonly JournalEntry[]): Sums {
  const all: Record<string, Minor> = { ...sums };
  for (const { legs } of entries)
    for (const { account, currency, amount } of legs) {
      const name = `${classOf(account)} ${currency}`;
      all[name] = minor((all[name] ?? 0) + amount);
    }
  return all;
}

/**
 * The next checkpoint, from what was read since the last one, oldest first. Where not all of it was read, the last
 * moment is left for the next one: more of it may follow.
 * @returns null when nothing can be added yet
 */
export function nextTotals(
  before: Totals,
  read: readonly JournalEntry[],
  until: number,
  wasAll: boolean,
): Totals | null {
  const upTo = wasAll ? until : (read.at(-1)?.at ?? before.until);
  if (upTo <= before.until) return null;
  const settled = read.filter(({ at }) => at < upTo);
  return { until: upTo, sums: fold(before.sums, settled), entries: before.entries + settled.length };
}

export type Balance = { readonly account: string; readonly currency: Currency; readonly amount: Minor };

export const balancesIn = (sums: Sums): Balance[] =>
  Object.entries(sums)
    .map(([name, amount]) => {
      const [account = '', currency = ''] = name.split(' ');
      return { account, currency: currency as Currency, amount };
    })
    .toSorted((one, other) => (one.account + one.currency < other.account + other.currency ? -1 : 1));

/** What is the platform's own. */
export const platformIn = (sums: Sums): Balance[] =>
  balancesIn(sums).filter(({ account }) => !ofPeople.includes(account));
