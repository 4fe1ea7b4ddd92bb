import { collections } from '../collections.ts';
import type { EntryKind } from '../ledger/journal.ts';
import type { WalletEntry } from '../ledger/wallet.ts';
import type { Escrow } from '../escrow/escrow.ts';
import type { Operator, Query } from '../platform/store.ts';
import type { Currency } from '../shared/money.ts';

export type EntryFilter = {
  readonly kind?: EntryKind | undefined;
  readonly reference?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
};

type Where = readonly [string, Operator, unknown];

/** A page of a wallet's entries, newest first: by number, or by time where a span of time is asked for. */
export function pageOfEntries(uid: string, filter: EntryFilter): Query<WalletEntry> {
  const where: Where[] = [];
  if (filter.kind !== undefined) where.push(['kind', '==', filter.kind]);
  if (filter.reference !== undefined) where.push(['reference', '==', filter.reference]);
  if (filter.from !== undefined) where.push(['at', '>=', filter.from]);
  if (filter.to !== undefined) where.push(['at', '<', filter.to]);
  const byTime = filter.from !== undefined || filter.to !== undefined;
  return {
    collection: collections.entries(uid),
    where,
    orderBy: byTime
      ? [
          ['at', 'desc'],
          ['n', 'desc'],
        ]
      : [['n', 'desc']],
    limit: filter.limit,
    ...(filter.after !== undefined && { after: filter.after }),
  };
}

/** The open escrows that somebody paid into: their `balance` adds up to what they have in escrow. */
export const openEscrowsOf = (uid: string, currency: Currency): Query<Escrow> => ({
  collection: collections.escrows,
  where: [
    ['payer', '==', uid],
    ['currency', '==', currency],
    ['balance', '>', 0],
  ],
});
