import { brakeRef } from '../brake/brake.store.ts';
import { collections } from '../collections.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { AdminAction } from '../oversight/action.ts';
import type { Operator, Query, Reader, Writer } from '../platform/store.ts';
import { joinId } from '../shared/ids.ts';
import type { Books, Moved } from './adjust.ts';
import type { Adjustment } from './adjustment.ts';

/** What never changes about an adjustment, and says which documents it needs. */
export type About = Pick<Adjustment, 'uid' | 'by' | 'corrects'>;

const toPersonOf = ({ uid }: About) => collections.adjustedBy.doc(joinId('to', uid));
const byAdminOf = ({ by }: About) => collections.adjustedBy.doc(joinId('by', by));

/** All of it in one batch. */
export async function readAdjustment(reader: Reader, id: string, about: About): Promise<Books> {
  const found = await reader.get({
    adjustment: collections.adjustments.doc(id),
    wallet: collections.wallets.doc(about.uid),
    wrong: collections.journal.doc(about.corrects),
    undone: collections.journal.doc(`reversal:${about.corrects}`),
    toPerson: toPersonOf(about),
    byAdmin: byAdminOf(about),
    brake: brakeRef,
  });
  return { id, ...found };
}

export type Written = Moved & {
  readonly before: Pick<Books, 'adjustment' | 'toPerson' | 'byAdmin'>;
  readonly action: AdminAction;
};

/** The adjustment as it is now, what moved, and who used power: one commit. */
export function writeAdjustment(writer: Writer, id: string, written: Written): void {
  const { adjustment, posting, recent, action, before } = written;
  if (before.adjustment) writer.set(collections.adjustments.doc(id), adjustment);
  else writer.create(collections.adjustments.doc(id), adjustment);
  if (posting) writePosting(writer, posting);
  if (recent) {
    writer.set(toPersonOf(adjustment), { recent: recent.toPerson });
    writer.set(byAdminOf(adjustment), { recent: recent.byAdmin });
  }
  writeAction(writer, action);
}

/** A step in which no money moves and nobody used power. */
export function writeReminder(writer: Writer, id: string, adjustment: Adjustment): void {
  writer.set(collections.adjustments.doc(id), adjustment);
}

export type AdjustmentFilter = {
  readonly status?: Adjustment['status'] | undefined;
  readonly uid?: string | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
};

/** Newest first. Index: requestedAt desc; status; uid; uid, status, each with requestedAt desc. */
export function adjustmentsIn({ status, uid, limit, after }: AdjustmentFilter): Query<Adjustment> {
  const where: [string, Operator, unknown][] = [];
  if (uid !== undefined) where.push(['uid', '==', uid]);
  if (status !== undefined) where.push(['status', '==', status]);
  return {
    collection: collections.adjustments,
    where,
    orderBy: [['requestedAt', 'desc']],
    limit,
    ...(after !== undefined && { after }),
  };
}

/** Those that wait for longer than they should. */
export const dueAdjustments = (at: number): Query<Adjustment> => ({
  collection: collections.adjustments,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});
