import type { Rate } from '../shared/call.ts';
import { forgottenAt, refusedUntil, slotOf, slotsAt, windowOf, type Window } from '../shared/rate.ts';
import { Refusal } from '../shared/refusal.ts';
import { hashInput } from './derive.ts';
import { addAndTell } from './firestore.ts';
import { limitFactor } from './params.ts';
import { collection } from './store.ts';

/**
 * `throttles/{who and what, hashed}`: how often somebody made one call, by slots of time. README.md says what
 * it costs. Nobody reads it, and Firestore deletes it when `expiresAt` is over.
 */
export type Throttle = { readonly expiresAt: number; readonly [slot: `n${number}`]: number };

export const throttles = collection<Throttle>('throttles');

/** Behind one address are families, offices and whole towns. */
const PER_ADDRESS = 20;

/** Who is known to be refused until when, so that whoever goes on costs the store nothing. */
const full = new Map<string, number>();
const MOST_REMEMBERED = 10_000;
/**
 * An address is remembered but shortly: while a burst is under way, calls that will be taken back are counted
 * there too, and others who share it must not pay for them.
 */
const ADDRESS_MEMORY_MS = 1000;

type Count = { readonly key: string; readonly window: Window; readonly memoryMs: number };

type Who = { readonly uid: string | null; readonly address: string | null };

function countsOf(name: string, limit: Rate, { uid, address }: Who): Count[] {
  const factor = limitFactor.value();
  const own = { key: hashInput([name, 'uid', uid]), window: windowOf(limit, factor), memoryMs: Infinity };
  const shared = {
    key: hashInput([name, 'address', address]),
    window: windowOf(limit, factor * PER_ADDRESS),
    memoryMs: ADDRESS_MEMORY_MS,
  };
  return [...(uid === null ? [] : [own]), ...(address === null ? [] : [shared])];
}

/**
 * Refuses whom this instance has refused before and whose time has not come: asked first, it reads, writes
 * and locks nothing.
 * @throws Refusal `too_many_calls`
 */
export function mustNotBeFull(name: string, limit: Rate, who: Who, at: number): void {
  const retryAt = Math.max(0, ...countsOf(name, limit, who).map(({ key }) => full.get(key) ?? 0));
  if (retryAt > at) throw new Refusal('too_many_calls', { limit, retryAt });
}

/**
 * Counts one call of somebody, and of the address it comes from, in a store that all instances share: one
 * commit without a read.
 * @throws Refusal `too_many_calls` with `limit` and `retryAt`; it does not count
 */
export async function throttle(name: string, limit: Rate, who: Who, at: number): Promise<void> {
  const counts = countsOf(name, limit, who);
  const found = await count(counts, at, 1);
  const untils = counts.map(
    ({ window }, i) =>
      refusedUntil(
        window,
        slotsAt(window, at).map((slot) => found[i]![`n${slot}`] ?? 0),
        at,
      ) ?? 0,
  );
  const retryAt = Math.max(0, ...untils);
  if (retryAt === 0) return;
  for (const [i, { key, memoryMs }] of counts.entries())
    if (untils[i]! > at) remember(key, Math.min(untils[i]!, at + memoryMs));
  // Where this fails the person waits a little longer; the answer is the same.
  await count(counts, at, -1).catch(() => undefined);
  throw new Refusal('too_many_calls', { limit, retryAt });
}

/** gRPC's number for a commit that others were faster than. */
const ABORTED = 10;

/** @throws Refusal `busy` when too many others count the same person or address at this moment */
async function count(counts: readonly Count[], at: number, by: 1 | -1) {
  try {
    return await addAndTell(counts.map((one) => changeOf(one, at, by)));
  } catch (error) {
    throw (error as { code?: unknown } | null)?.code === ABORTED ? new Refusal('busy') : error;
  }
}

/** As an instance that has just begun: for the simulator, where many begin in one process. */
export const forgetFull = (): void => full.clear();

function remember(key: string, until: number): void {
  if (full.size >= MOST_REMEMBERED) full.clear();
  full.set(key, until);
}

/** Adds to the slot of the time, asks for the others by adding nothing, and drops as many that are past. */
function changeOf({ key, window }: Count, at: number, by: number) {
  const slots = slotsAt(window, at);
  return {
    ref: throttles.doc(key),
    set: { expiresAt: forgottenAt(window, at) },
    add: Object.fromEntries(slots.map((slot) => [`n${slot}`, slot === slotOf(window, at) ? by : 0])),
    drop: slots.map((slot) => `n${slot - slots.length}`),
  };
}
