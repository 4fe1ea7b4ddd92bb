import { collections } from '../collections.ts';
import { entryKinds, type JournalEntry } from '../ledger/journal.ts';
import type { WalletEntry } from '../ledger/wallet.ts';
import type { After, Query } from '../platform/store.ts';
import type { Audit } from './audit.ts';

/** Audits that a run left behind. */
export const dueAudits = (at: number): Query<Audit> => ({
  collection: collections.audits,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});

/** The last one of the page before, as far as its place in the order goes. */
type Last = { readonly id: string; readonly doc: { readonly at: number } } | null;

/** Entries of the journal since a time, oldest first. Index: kind, at. */
export const journalSince = (from: number, after: Last, limit: number): Query<JournalEntry> => ({
  collection: collections.journal,
  where: [
    ['kind', 'in', entryKinds],
    ['at', '>=', from],
  ],
  orderBy: [['at', 'asc']],
  limit,
  ...(after && { after: after as After<JournalEntry> }),
});

/**
 * All wallets' entries since a time, oldest first; `after` by its path. Index: kind, at, of everyone's. It rises with the
 * time within each kind alone, as the journal's does, so it caps the writes no more than that one.
 */
export const walletEntriesSince = (from: number, after: Last, limit: number): Query<WalletEntry> => ({
  collection: collections.entries('anyone'),
  everyones: true,
  where: [
    ['kind', 'in', entryKinds],
    ['at', '>=', from],
  ],
  orderBy: [['at', 'asc']],
  limit,
  ...(after && { after: after as After<WalletEntry> }),
});
