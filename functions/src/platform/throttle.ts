import type { Rate } from '../shared/call.ts';
import { forgottenAt, refusedUntil, slotsAt, windowOf, type Window } from '../shared/rate.ts';
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

type Count = { readonly key: string; readonly window: Window };

/**
 * Counts one call of somebody, and of the address it comes from, in a store that all instances share: one
 * commit without a read.
 * @throws Refusal `too_many_calls` with `limit` and `retryAt`; it does not count
 */
export async function throttle(
  name: string,
  limit: Rate,
  who: { readonly uid: string | null; readonly address: string | null },
  at: number,
): Promise<void> {
  const factor = limitFactor.value();
  const counts: Count[] = [];
  if (who.uid !== null)
    counts.push({ key: hashInput([name, 'uid', who.uid]), window: windowOf(limit, factor) });
  if (who.address !== null)
    counts.push({
      key: hashInput([name, 'address', who.address]),
      window: windowOf(limit, factor * PER_ADDRESS),
    });
  const known = Math.max(0, ...counts.map(({ key }) => full.get(key) ?? 0));
  if (known > at) throw new Refusal('too_many_calls', { limit, retryAt: known });

  const found = await addAndTell(counts.map((count) => changeOf(count, at, 1)));
  const untils = counts.map(({ key, window }, i) => {
    const until = refusedUntil(
      window,
      slotsAt(window, at).map((slot) => found[i]![`n${slot}`] ?? 0),
      at,
    );
    if (until !== null) remember(key, until);
    return until ?? 0;
  });
  const retryAt = Math.max(0, ...untils);
  if (retryAt === 0) return;
  await addAndTell(counts.map((count) => changeOf(count, at, -1)));
  throw new Refusal('too_many_calls', { limit, retryAt });
}

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
    add: Object.fromEntries(slots.map((slot, i) => [`n${slot}`, i === slots.length - 1 ? by : 0])),
    drop: slots.map((slot) => `n${slot - slots.length}`),
  };
}
