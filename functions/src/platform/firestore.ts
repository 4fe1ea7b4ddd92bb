import { setTimeout } from 'node:timers/promises';
import {
  FieldPath,
  FieldValue,
  AggregateField,
  Firestore,
  Timestamp,
  type Query as StoredQuery,
  type Transaction,
} from '@google-cloud/firestore';
import { Refusal } from '../shared/refusal.ts';
import { admitted } from './admission.ts';
import { pauseAfter } from './contention.ts';
import { takeTurn } from './turns.ts';
import { read, toStored, written } from './convert.ts';
import type { After, Collection, Found, Operation, Query, Reader, Ref, Writer } from './store.ts';

/** gRPC's numbers for the answers that are told apart. */
const ALREADY_EXISTS = 6;
const ABORTED = 10;

let opened: Firestore | undefined;
/** One client an instance, made when it is first needed. */
export const database = (): Firestore => (opened ??= new Firestore());

/** Closes the connection; for tests and the local stack. */
export async function closeStore(): Promise<void> {
  await opened?.terminate();
  opened = undefined;
}

const at = (ref: Ref<unknown>) => database().doc(ref.path);
const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

/** Reads for one transaction; the first read takes its turn, `leave` gives it back. */
function readerOf(transaction: Transaction): Reader & { leave: () => void } {
  let leave: (() => void) | undefined;
  return {
    async get(wanted) {
      const names = Object.keys(wanted);
      leave ??= await takeTurn(Object.values(wanted).map(({ path }) => path));
      const snapshots = await transaction.getAll(...Object.values(wanted).map(at));
      return Object.fromEntries(names.map((name, i) => [name, read(snapshots[i]!)])) as Found<typeof wanted>;
    },
    leave: () => leave?.(),
  };
}

const writerOf = (transaction: Transaction): Writer => ({
  create: (ref, doc) => void transaction.create(at(ref), written(doc)),
  set: (ref, doc) => void transaction.set(at(ref), written(doc)),
  delete: (ref) => void transaction.delete(at(ref)),
});

/**
 * Read everything, decide, write everything, in one transaction: the only place that opens one.
 * May run its parts more than once. Nothing is written when `decide` throws.
 * @throws Refusal `busy` when others kept changing the same documents: nothing happened.
 */
export async function atomically<Data, Decision>(operation: Operation<Data, Decision>): Promise<Decision> {
  for (let run = 1; ; run += 1) {
    try {
      return await runOnce(operation);
    } catch (error) {
      if (error instanceof NotAdmitted) throw error.cause;
      const wait = pauseAfter(error, run);
      if (wait === null) throw codeOf(error) === ABORTED ? new Refusal('busy') : error;
      await setTimeout(wait);
    }
  }
}

/** What the call's own checks say is no trouble of this transaction: running it again would change nothing. */
class NotAdmitted extends Error {}

const mustBeAdmitted = (): Promise<void> =>
  admitted().catch((cause: unknown) => Promise.reject(new NotAdmitted('not admitted', { cause })));

async function runOnce<Data, Decision>(operation: Operation<Data, Decision>): Promise<Decision> {
  let leave: () => void = () => undefined;
  const work = async (transaction: Transaction): Promise<Decision> => {
    const reader = readerOf(transaction);
    leave = reader.leave;
    const decision: Decision = operation.decide(await operation.read(reader));
    await mustBeAdmitted();
    operation.write(writerOf(transaction), decision);
    return decision;
  };
  try {
    return await database().runTransaction(work, { maxAttempts: 1 });
  } finally {
    leave();
  }
}

/** Reads alone, of the store as it was at an instant of the last hour. */
export const readAsOf = <T>(instant: number, work: (reads: Transaction) => Promise<T>): Promise<T> =>
  database().runTransaction(work, { readOnly: true, readTime: Timestamp.fromMillis(instant) });

/** One document as it is now, outside any transaction: for answers, never for decisions about money. */
export async function load<T>(ref: Ref<T>): Promise<T | null> {
  return read(await at(ref).get()) as T | null;
}

/** Several documents as they are now, in one round trip; null where there is none. */
export async function loadAll<T>(refs: readonly Ref<T>[]): Promise<(T | null)[]> {
  if (refs.length === 0) return [];
  return (await database().getAll(...refs.map(at))).map(read) as (T | null)[];
}

/** Creates a document unless it exists already; says which it was. */
export async function createOnce<T extends object>(ref: Ref<T>, doc: T): Promise<boolean> {
  await admitted();
  try {
    await at(ref).create(written(doc));
    return true;
  } catch (error) {
    if (codeOf(error) === ALREADY_EXISTS) return false;
    throw error;
  }
}

/**
 * Writes copies of what somebody else keeps, whatever was there: all or none, in one commit.
 * @param copies at most 500
 */
export async function copyAll<T extends object>(
  copies: readonly { readonly ref: Ref<T>; readonly doc: T }[],
): Promise<void> {
  await admitted();
  const batch = database().batch();
  for (const { ref, doc } of copies) batch.set(at(ref), written(doc));
  await batch.commit();
}

/**
 * Takes items out of a list field, whatever else is written to the document meanwhile; items that are not
 * there are no matter. One write without a read: it waits for nobody's transaction and makes none run again.
 */
export async function takeFromList<T, K extends keyof T & string>(
  ref: Ref<T>,
  field: K,
  items: T[K] & readonly object[],
): Promise<void> {
  await admitted();
  await at(ref).update({ [field]: FieldValue.arrayRemove(...items.map(toStored)) });
}

/** Adds to integer fields, sets others, and drops others, whatever was there. */
export type Addition = {
  readonly ref: Ref<unknown>;
  readonly add: Readonly<Record<string, number>>;
  readonly set: object;
  readonly drop: readonly string[];
};

type Committed = { writeResults: { transformResults: { integerValue?: string | number }[] }[] };
type Requests = {
  readonly projectId: string;
  request(method: 'commit', message: object, tag: string, retryCodes: number[]): Promise<Committed>;
  initializeIfNeeded(tag: string): Promise<void>;
};

/**
 * Makes additions in one commit and answers what the fields then hold: Firestore says it in the answer to the
 * write, so nothing is read and nobody waits for a lock. The SDK keeps that part of the answer to itself, so
 * this speaks to it one floor lower, by the method that its own writes use.
 */
export async function addAndTell(additions: readonly Addition[]): Promise<Record<string, number>[]> {
  if (additions.length === 0) return [];
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

/** Times alone, as the wire has them. */
const wire = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const time = value as Timestamp;
      return [name, { timestampValue: { seconds: time.seconds, nanos: time.nanoseconds } }];
    }),
  );

export async function build<T>(query: Query<T>): Promise<StoredQuery> {
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
  const { id, doc } = typeof after === 'string' ? { id: after, doc: await load(from.doc(after)) } : after;
  if (!doc) throw new Refusal('not_found', { what: 'cursor' });
  const stored = toStored(doc);
  return [...order.map(([field]) => stored[field]), id];
}

/** The documents that a query finds, each with its id. */
export async function find<T>(query: Query<T>): Promise<{ id: string; doc: T }[]> {
  const { docs } = await (await build(query)).get();
  return docs.map((snapshot) => ({ id: snapshot.id, doc: read(snapshot) as T }));
}

/** How many documents a query finds, counted in the store. */
export async function count(query: Query<unknown>): Promise<number> {
  return (await (await build(query)).count().get()).data().count;
}

/** Adds up one integer field over what a query finds, in the store (Firestore's own `sum()`). */
export async function total(query: Query<unknown>, field: string): Promise<number> {
  return (await (await build(query)).aggregate({ total: AggregateField.sum(field) }).get()).data().total;
}
