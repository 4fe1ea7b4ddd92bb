import { setTimeout } from 'node:timers/promises';
import {
  AggregateField,
  FieldPath,
  FieldValue,
  Firestore,
  Timestamp,
  type DocumentSnapshot,
  type Query as StoredQuery,
  type Transaction,
} from '@google-cloud/firestore';
import { Refusal } from '../shared/refusal.ts';
import { read, toStored, written } from './convert.ts';
import { counted } from './observe.ts';
import type {
  Addition,
  After,
  Collection,
  Found,
  Item,
  Placed,
  Query,
  Reader,
  Ref,
  Store,
  Writer,
} from './store.ts';
import { takeTurn, wantedAlone } from './turns.ts';

/** Firestore itself, as the one store that is deployed. */

/** gRPC's numbers for the answers that are told apart. */
const ALREADY_EXISTS = 6;
const ABORTED = 10;

let opened: Firestore | undefined;
/** One client an instance, made when it is first needed. */
const database = (): Firestore => (opened ??= new Firestore());

const at = (ref: Ref<unknown>) => database().doc(ref.path);

/** Reads for one transaction; the first read takes its turn, `leave` gives it back. */
function readerOf(transaction: Transaction): Reader & { leave: () => void } {
  let leave: (() => void) | undefined;
  return {
    async get(wanted) {
      const names = Object.keys(wanted);
      leave ??= await takeTurn(wantedAlone(Object.values(wanted)));
      const snapshots = await transaction.getAll(...Object.values(wanted).map(at));
      return Object.fromEntries(names.map((name, i) => [name, read(snapshots[i]!)])) as Found<typeof wanted>;
    },
    leave: () => leave?.(),
  };
}

const writerOf = (transaction: Transaction): Writer => ({
  create: (ref, doc) => void transaction.create(at(ref), written(doc)),
  set: (ref, doc) => void transaction.set(at(ref), written(doc)),
  delete: (ref) => {
    counted('deletes');
    transaction.delete(at(ref));
  },
});

/** Reads alone, of the store as it was at an instant of the last hour. */
const readAsOf = <T>(instant: number, work: (reads: Transaction) => Promise<T>): Promise<T> =>
  database().runTransaction(work, { readOnly: true, readTime: Timestamp.fromMillis(instant) });

type Committed = { writeResults: { transformResults: { integerValue?: string | number }[] }[] };
type Requests = {
  readonly projectId: string;
  request(method: 'commit', message: object, tag: string, retryCodes: number[]): Promise<Committed>;
  initializeIfNeeded(tag: string): Promise<void>;
};

/** Times alone, as the wire has them. */
const wire = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const time = value as Timestamp;
      return [name, { timestampValue: { seconds: time.seconds, nanos: time.nanoseconds } }];
    }),
  );

async function build<T>(query: Query<T>): Promise<StoredQuery> {
  const { path } = query.collection;
  let built: StoredQuery = database().collection(path);
  if (query.everyones) built = database().collectionGroup(path.slice(path.lastIndexOf('/') + 1));
  for (const [field, operator, value] of query.where ?? [])
    built = built.where(field, operator, toStored({ [field]: value })[field]);
  const order = query.orderBy ?? [];
  for (const [field, direction] of order) built = built.orderBy(field, direction);
  if (query.after !== undefined) {
    // By id last, as Firestore does anyway: documents that are equal otherwise keep one order across pages.
    built = built.orderBy(FieldPath.documentId(), order.at(-1)?.[1] ?? 'asc');
    built = built.startAfter(...(await cursor(query.collection, order, query.after)));
  }
  return query.limit === undefined ? built : built.limit(query.limit);
}

/** The place after a document, by what it was sorted by: as it was when it was found, or as it is now. */
async function cursor<T>(
  from: Collection<T>,
  order: readonly (readonly [string, string])[],
  after: After<T>,
) {
  const { id, doc } =
    typeof after === 'string' ? { id: after, doc: (await google.load([from.doc(after)]))[0] ?? null } : after;
  if (!doc) throw new Refusal('not_found', { what: 'cursor' });
  const stored = toStored(doc);
  return [...order.map(([field]) => stored[field]), id];
}

const items = (docs: readonly DocumentSnapshot[]): Item[] =>
  docs.map((one) => ({ path: one.ref.path, id: one.id, doc: read(one) }));

/** What a query found. One that finds nothing is charged as one read. */
function found(docs: readonly DocumentSnapshot[]): Item[] {
  if (docs.length === 0) counted('reads');
  return items(docs);
}

/**
 * Firestore says in the answer to a write what its increments came to, so nothing is read and nobody waits for a lock.
 * The SDK keeps that part of the answer to itself, so this speaks to it one floor lower, by the method that its own
 * writes use.
 */
async function add(additions: readonly Addition[]): Promise<Record<string, number>[]> {
  const inner = database() as unknown as Requests;
  await inner.initializeIfNeeded('add');
  const root = `projects/${inner.projectId}/databases/${database().databaseId}`;
  const writes = additions.map(({ ref, add, set, drop }) => ({
    update: { name: `${root}/documents/${ref.path}`, fields: wire(written(set)) },
    updateMask: { fieldPaths: [...Object.keys(set), ...drop] },
    updateTransforms: Object.entries(add).map(([fieldPath, by]) => ({
      fieldPath,
      increment: { integerValue: String(by) },
    })),
  }));
  // As the SDK's own commits are: others were faster, which says nothing against trying again.
  const { writeResults } = await inner.request('commit', { database: root, writes }, 'add', [ABORTED]);
  return additions.map(({ add }, i) =>
    Object.fromEntries(
      Object.keys(add).map((field, j) => [
        field,
        Number(writeResults[i]!.transformResults[j]!.integerValue ?? 0),
      ]),
    ),
  );
}

export const google: Store = {
  async attempt(operation, mayCommit) {
    let leave: () => void = () => undefined;
    const work = async (transaction: Transaction) => {
      const reader = readerOf(transaction);
      leave = reader.leave;
      const decision = operation.decide(await operation.read(reader));
      await mayCommit();
      operation.write(writerOf(transaction), decision);
      return decision;
    };
    try {
      return await database().runTransaction(work, { maxAttempts: 1 });
    } finally {
      leave();
    }
  },
  load: async <T>(refs: readonly Ref<T>[]) =>
    (await database().getAll(...refs.map(at))).map(read) as (T | null)[],
  async create(ref, doc) {
    try {
      await at(ref).create(written(doc));
      return true;
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code === ALREADY_EXISTS) return false;
      throw error;
    }
  },
  async replace(copies) {
    const batch = database().batch();
    for (const { ref, doc } of copies) batch.set(at(ref), written(doc));
    await batch.commit();
  },
  async takeFromList(ref, field, items) {
    counted('writes');
    await at(ref).update({ [field]: FieldValue.arrayRemove(...items.map(toStored)) });
  },
  add,
  async find<T>(query: Query<T>, instant?: number) {
    const built = await build(query);
    const { docs } =
      instant === undefined ? await built.get() : await readAsOf(instant, (reads) => reads.get(built));
    return found(docs) as Placed<T>[];
  },
  // One read for up to a thousand entries of the index.
  async count(query) {
    counted('reads');
    return (await (await build(query)).count().get()).data().count;
  },
  async total(query, field) {
    counted('reads');
    const answer = await (await build(query)).aggregate({ total: AggregateField.sum(field) }).get();
    return answer.data().total;
  },
  async page(source, instant, after, limit) {
    const db = database();
    const from: StoredQuery =
      'group' in source ? db.collectionGroup(source.group) : db.collection(source.collection);
    const ordered = from.orderBy(FieldPath.documentId());
    const query = (after === '' ? ordered : ordered.startAfter(db.doc(after))).limit(limit);
    return found((await readAsOf(instant, (reads) => reads.get(query))).docs);
  },
  async loadAt(paths, instant) {
    const docs = paths.map((path) => database().doc(path));
    const all = await readAsOf(instant, (reads) => reads.getAll(...docs));
    // What is not there is charged, too.
    counted('reads', all.filter(({ exists }) => !exists).length);
    return items(all.filter(({ exists }) => exists));
  },
  async instant() {
    counted('reads');
    const { readTime } = await database().doc('audits/now').get();
    // An instant is a whole millisecond, and others may have been committed earlier in that of this read: so it is the
    // next one, as soon as it is over.
    await setTimeout(2);
    return readTime.toMillis() + 1;
  },
  async close() {
    await opened?.terminate();
    opened = undefined;
  },
};
