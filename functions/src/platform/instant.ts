import { FieldPath, type Query as StoredQuery } from '@google-cloud/firestore';
import { fromStored } from '../shared/stored.ts';
import { build, database, readAsOf } from './firestore.ts';
import type { Query } from './store.ts';

/**
 * Reads of the whole store as it was at one instant, page by page, while money moves. Firestore keeps old versions for
 * an hour (https://cloud.google.com/firestore/docs/understand-reads-writes-scale#stale_reads).
 */

export type Item = Found<unknown>;

/** An instant that every commit until now is in. */
export async function instantNow(): Promise<number> {
  const { readTime } = await database().doc('audits/now').get();
  return readTime.toMillis();
}

/**
 * The next documents of a collection, or of all sub-collections of a name, by their paths.
 * @param after the path of the last one of the page before; '' for the first page
 */
export async function pageAt(
  source: { readonly collection: string } | { readonly group: string },
  instant: number,
  after: string,
  limit: number,
): Promise<Item[]> {
  const db = database();
  const from: StoredQuery =
    'group' in source ? db.collectionGroup(source.group) : db.collection(source.collection);
  const ordered = from.orderBy(FieldPath.documentId());
  const query = (after === '' ? ordered : ordered.startAfter(db.doc(after))).limit(limit);
  const { docs } = await readAsOf(instant, (reads) => reads.get(query));
  return docs.map((one) => ({ path: one.ref.path, id: one.id, doc: fromStored(one.data()) }));
}

/** Those of these documents that there were. */
export async function docsAt(paths: readonly string[], instant: number): Promise<Item[]> {
  if (paths.length === 0) return [];
  const db = database();
  const found = await readAsOf(instant, (reads) => reads.getAll(...paths.map((path) => db.doc(path))));
  return found
    .filter(({ exists }) => exists)
    .map((one) => ({ path: one.ref.path, id: one.id, doc: fromStored(one.data() ?? {}) }));
}

type Found<T> = { readonly path: string; readonly id: string; readonly doc: T };

/** What a query found at an instant. */
export async function findAsOf<T>(query: Query<T>, instant: number): Promise<Found<T>[]> {
  const built = await build(query);
  const { docs } = await readAsOf(instant, (reads) => reads.get(built));
  return docs.map((one) => ({ path: one.ref.path, id: one.id, doc: fromStored(one.data()) as T }));
}
