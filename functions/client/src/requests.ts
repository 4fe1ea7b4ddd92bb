import type { Reason } from '../../src/shared/refusal.ts';
import { refusalOf } from './refusals.ts';

/** What keeps text over a restart: localStorage and AsyncStorage are such. */
export type Storage = {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
};

/** After a quarter of an hour nobody retries; the same wish is a new one. */
const KEPT_MS = 15 * 60_000;

/**
 * Refusals that say nothing about what an earlier attempt under the same id did: the next one needs that id.
 * After any other the thing was not made, and never will be under it.
 */
const undecided: readonly Reason[] = [
  ...(['busy', 'provider_unavailable', 'too_many_calls', 'signed_out', 'account_gone'] as const),
  ...(['app_unverified', 'app_check_replayed'] as const),
];

type Kept = { readonly id: string; readonly at: number };

/**
 * Mints request ids and keeps each while the outcome of its call is unknown, so that a retry after a lost
 * answer is the same request. The server scopes ids by who is signed in, so a device that two people use in
 * turn mixes nothing up.
 * @param storage keeps them over a restart; one that fails is done without
 */
export function keepRequests(storage: Storage | undefined, now: () => number = Date.now) {
  const kept = new Map<string, Promise<Kept>>();
  const underWay = new Map<string, Promise<unknown>>();

  async function found(key: string): Promise<Kept> {
    const text = await attempt(() => storage?.getItem(key));
    const old = typeof text === 'string' ? readKept(text) : null;
    if (old && isFresh(old)) return old;
    const made = { id: mint(), at: now() };
    await attempt(() => storage?.setItem(key, JSON.stringify(made)));
    return made;
  }

  const isFresh = ({ at }: Kept): boolean => at <= now() && now() - at < KEPT_MS;

  async function idOf(key: string): Promise<string> {
    const known = await kept.get(key);
    if (known && isFresh(known)) return known.id;
    // Nobody else asks for this key meanwhile: equal calls are one call.
    const asked = found(key);
    kept.set(key, asked);
    return (await asked).id;
  }

  async function forget(key: string): Promise<void> {
    kept.delete(key);
    await attempt(() => storage?.removeItem(key));
  }

  async function make<T>(key: string, call: (requestId: string) => Promise<T>): Promise<T> {
    const id = await idOf(key);
    try {
      const answer = await call(id);
      await forget(key);
      return answer;
    } catch (error) {
      const reason = refusalOf(error)?.reason;
      if (reason !== undefined && !undecided.includes(reason)) await forget(key);
      throw error;
    }
  }

  /** Makes the call under its id. The same call while it is under way is that one: two taps are one order. */
  return function once<T>(name: string, input: object, call: (requestId: string) => Promise<T>): Promise<T> {
    const key = `coffer ${name} ${canonical(input)}`;
    const same = underWay.get(key) as Promise<T> | undefined;
    if (same) return same;
    const made = make(key, call).finally(() => underWay.delete(key));
    underWay.set(key, made);
    return made;
  };
}

/** Storage may be full, locked or broken; no call fails for it. */
async function attempt<T>(work: () => T | Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}

function readKept(text: string): Kept | null {
  try {
    const { id, at } = JSON.parse(text) as Partial<Record<keyof Kept, unknown>>;
    return typeof id === 'string' && typeof at === 'number' ? { id, at } : null;
  } catch {
    return null;
  }
}

/** The same text for the same input, in whatever order its fields were written. */
const canonical = (input: object): string =>
  JSON.stringify(input, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );

/**
 * 128 random bits. React Native may have no `crypto`; since an id counts only for who is signed in, guessing
 * one gains nothing, and any randomness that does not repeat will do.
 */
function mint(): string {
  const crypto = (globalThis as { crypto?: { getRandomValues?: (into: Uint8Array) => Uint8Array } }).crypto;
  const bytes = new Uint8Array(16);
  if (crypto?.getRandomValues) crypto.getRandomValues(bytes);
  else for (const i of bytes.keys()) bytes[i] = Math.random() * 256;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
