import { collections } from '../collections.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import type { Query, Reader, Writer } from '../platform/store.ts';
import type { Clearance, Cleared } from './clearance.ts';

/** One person's wallet and some of their clearances, in one batch. */
export async function readForClearing(reader: Reader, uid: string, ids: readonly string[]) {
  const { wallet, ...found } = await reader.get({
    wallet: collections.wallets.doc(uid),
    ...Object.fromEntries(ids.map((id) => [`clearance ${id}`, collections.clearances.doc(id)])),
  });
  const all = found as Readonly<Record<string, Clearance | null>>;
  return { wallet, found: Object.fromEntries(ids.map((id) => [id, all[`clearance ${id}`] ?? null])) };
}

export function writeCleared(writer: Writer, { clearances, posting }: Cleared): void {
  for (const [id, clearance] of Object.entries(clearances))
    writer.set(collections.clearances.doc(id), clearance);
  if (posting) writePosting(writer, posting);
}

/** What the sweep looks for: everything that has cleared, oldest first. */
export const dueClearances = (at: number): Query<Clearance> => ({
  collection: collections.clearances,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
  limit: 500,
});
