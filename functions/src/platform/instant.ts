import { stored } from './firestore.ts';
import type { Item, Placed, Query, Source } from './store.ts';

/**
 * Reads of the whole store as it was at one instant, page by page, while money moves. Firestore keeps old versions for
 * an hour (https://cloud.google.com/firestore/docs/understand-reads-writes-scale#stale_reads).
 */

export type { Item };

/** An instant that every commit until now is in. */
export const instantNow = (): Promise<number> => stored().instant();

/**
 * The next documents of a collection, or of all sub-collections of a name, by their paths.
 * @param after the path of the last one of the page before; '' for the first page
 */
export const pageAt = (source: Source, instant: number, after: string, limit: number): Promise<Item[]> =>
  stored().page(source, instant, after, limit);

/** Those of these documents that there were. */
export async function docsAt(paths: readonly string[], instant: number): Promise<Item[]> {
  return paths.length === 0 ? [] : await stored().loadAt(paths, instant);
}

/** What a query found at an instant. */
export const findAsOf = <T>(query: Query<T>, instant: number): Promise<Placed<T>[]> =>
  stored().find(query, instant);
