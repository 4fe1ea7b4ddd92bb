import { collections } from '../collections.ts';
import { entryKinds, type JournalEntry } from '../ledger/journal.ts';
import type { Query } from '../platform/store.ts';
import type { Totals } from './totals.ts';

/** The last checkpoint at or before a time. */
export const totalsBy = (at: number): Query<Totals> => ({
  collection: collections.totals,
  where: [['until', '<=', at]],
  orderBy: [['until', 'desc']],
  limit: 1,
});

export const PAGE = 500;

/** All entries of a span of time, oldest first. Index: kind, at. */
export const entriesIn = (
  { from, to }: { readonly from: number; readonly to: number },
  after: { readonly id: string; readonly doc: JournalEntry } | null,
  limit = PAGE,
): Query<JournalEntry> => ({
  collection: collections.journal,
  where: [
    ['kind', 'in', entryKinds],
    ['at', '>=', from],
    ['at', '<', to],
  ],
  orderBy: [['at', 'asc']],
  limit,
  ...(after && { after }),
});
