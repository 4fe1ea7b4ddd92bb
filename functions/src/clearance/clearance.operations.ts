import { logger } from 'firebase-functions/logger';
import { atomically, find } from '../platform/firestore.ts';
import type { After } from '../platform/store.ts';
import type { Swept } from '../platform/sweep.ts';
import { clear, type Clearance, type Cleared } from './clearance.ts';
import { dueClearances, readForClearing, writeCleared } from './clearance.store.ts';

/** Far below what one commit may hold, and few enough that a person's own call does not wait long. */
const AT_ONCE = 100;

/** Clears some of one person's money in one commit, however many pieces it is. */
export const clearOf = (uid: string, ids: readonly string[], at: number): Promise<Cleared> =>
  atomically({
    read: (reader) => readForClearing(reader, uid, ids),
    decide: ({ wallet, found }) => clear(uid, found, wallet, at),
    write: (writer, cleared) => {
      writeCleared(writer, cleared);
    },
  });

/**
 * Makes everything available that has cleared, person by person. A failure of one stops no other, and running
 * it twice clears once.
 */
export async function sweepClearances(at: number): Promise<Swept> {
  const counts = { done: 0, refused: 0, failed: 0 };
  const query = dueClearances(at);
  for (let after: After<Clearance> | undefined; ;) {
    const page: { id: string; doc: Clearance }[] = await find({ ...query, ...(after && { after }) });
    for (const [uid, own] of Map.groupBy(page, ({ doc }) => doc.uid))
      for (let from = 0; from < own.length; from += AT_ONCE) {
        const ids = own.slice(from, from + AT_ONCE).map(({ id }) => id);
        try {
          counts.done += Object.keys((await clearOf(uid, ids, at)).clearances).length;
        } catch (error) {
          counts.failed += ids.length;
          logger.error('money was not cleared', error, { uid, clearances: ids.length });
        }
      }
    if (page.length < (query.limit ?? 0)) return counts;
    after = page.at(-1)!;
  }
}
