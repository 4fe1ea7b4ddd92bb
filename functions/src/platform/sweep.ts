import { logger } from 'firebase-functions/logger';
import { Refusal } from '../shared/refusal.ts';
import { find } from './firestore.ts';
import type { Query } from './store.ts';

export type Swept = { readonly done: number; readonly refused: number; readonly failed: number };

/**
 * Works through everything a query finds, page by page. A refusal means that somebody else was faster; any
 * other failure is logged and stops nobody else. What it does must be safe to repeat.
 */
export async function sweep<T>(query: Query<T>, work: (id: string) => Promise<unknown>): Promise<Swept> {
  const counts = { done: 0, refused: 0, failed: 0 };
  const size = query.limit ?? 100;
  let after: { id: string; doc: T } | undefined;
  for (;;) {
    const page = await find({ ...query, limit: size, ...(after !== undefined && { after }) });
    for (const { id } of page) {
      try {
        await work(id);
        counts.done += 1;
      } catch (error) {
        if (error instanceof Refusal) counts.refused += 1;
        else {
          counts.failed += 1;
          logger.error('a sweep left something behind', error, { collection: query.collection.path, id });
        }
      }
    }
    // As it was found: what was done to it has moved it elsewhere.
    after = page.at(-1);
    if (after === undefined || page.length < size) return counts;
  }
}
