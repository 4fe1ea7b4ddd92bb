import { Refusal } from '../shared/refusal.ts';
import { admitted } from './admission.ts';
import { fraction } from './chance.ts';
import { sleep } from './clock.ts';
import { pauseAfter } from './contention.ts';
import { google } from './google.ts';
import type { Addition, Operation, Query, Ref, Store } from './store.ts';

/** The store as all that is deployed uses it; what it is made of can be exchanged. */
let store: Store = google;

/** For the simulator alone: an architecture test keeps every deployed file from calling it. */
export function useStore(other: Store): void {
  store = other;
}

/** The store itself, for the reads of an instant beside this file. */
export const stored = (): Store => store;

/** Closes the connection; for tests and the local stack. */
export const closeStore = (): Promise<void> => store.close();

/** gRPC's number for a transaction that others were in the way of. */
const ABORTED = 10;

/**
 * Read everything, decide, write everything, in one transaction: the only place that opens one.
 * May run its parts more than once. Nothing is written when `decide` throws.
 * @throws Refusal `busy` when others kept changing the same documents: nothing happened.
 */
export async function atomically<Data, Decision>(operation: Operation<Data, Decision>): Promise<Decision> {
  for (let run = 1; ; run += 1) {
    try {
      return await store.attempt(operation, mustBeAdmitted);
    } catch (error) {
      if (error instanceof NotAdmitted) throw error.cause;
      const wait = pauseAfter(error, run, fraction);
      if (wait === null)
        throw (error as { code?: unknown } | null)?.code === ABORTED ? new Refusal('busy') : error;
      await sleep(wait);
    }
  }
}

/** What the call's own checks say is no trouble of this transaction: running it again would change nothing. */
class NotAdmitted extends Error {}

const mustBeAdmitted = (): Promise<void> =>
  admitted().catch((cause: unknown) => Promise.reject(new NotAdmitted('not admitted', { cause })));

/** One document as it is now, outside any transaction: for answers, never for decisions about money. */
export async function load<T>(ref: Ref<T>): Promise<T | null> {
  return (await store.load([ref]))[0] ?? null;
}

/** Several documents as they are now, in one round trip; null where there is none. */
export async function loadAll<T>(refs: readonly Ref<T>[]): Promise<(T | null)[]> {
  return refs.length === 0 ? [] : await store.load(refs);
}

/** Creates a document unless it exists already; says which it was. */
export async function createOnce<T extends object>(ref: Ref<T>, doc: T): Promise<boolean> {
  await admitted();
  return await store.create(ref, doc);
}

/**
 * Writes copies of what somebody else keeps, whatever was there: all or none, in one commit.
 * @param copies at most 500
 */
export async function copyAll<T extends object>(
  copies: readonly { readonly ref: Ref<T>; readonly doc: T }[],
): Promise<void> {
  await admitted();
  await store.replace(copies);
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
  await store.takeFromList(ref, field, items);
}

/** Makes additions in one commit, without a read or a lock, and answers what the fields then hold. */
export async function addAndTell(additions: readonly Addition[]): Promise<Record<string, number>[]> {
  return additions.length === 0 ? [] : await store.add(additions);
}

/** The documents that a query finds, each with its id. */
export async function find<T>(query: Query<T>): Promise<{ id: string; doc: T }[]> {
  return (await store.find(query)).map(({ id, doc }) => ({ id, doc }));
}

/** How many documents a query finds, counted in the store. */
export const count = (query: Query<unknown>): Promise<number> => store.count(query);

/** Adds up one integer field over what a query finds, in the store (Firestore's own `sum()`). */
export const total = (query: Query<unknown>, field: string): Promise<number> => store.total(query, field);
