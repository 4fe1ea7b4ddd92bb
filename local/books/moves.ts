/** What one entry moved, and how a problem is told. */
import { walletOf } from '../../functions/src/ledger/chart.ts';
import type { JournalEntry } from '../../functions/src/ledger/journal.ts';
import { movedOn } from '../../functions/src/ledger/ledger.ts';
import type { Books } from '../books.ts';

export type Journal = Books['journal'];
export type Check = readonly [problem: string, holds: boolean];
export const failed = (checks: readonly Check[]): string[] =>
  checks.filter(([, holds]) => !holds).map(([problem]) => problem);

/** What a move brought somebody: to spend, to clear, or to repay what they owed. */
export const broughtTo = (entry: JournalEntry | undefined, uid: string): number =>
  (['available', 'pending', 'debt'] as const)
    .map((bucket) => onAccount(entry, walletOf(uid, bucket)))
    .reduce((all, one) => all + one, 0);

export const onAccount = (entry: JournalEntry | undefined, account: string): number =>
  entry ? movedOn(entry, account) : 0;
