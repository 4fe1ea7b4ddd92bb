import type { Reason } from '../../src/shared/refusal.ts';
import { refusalOf } from './refusals.ts';

/** What keeps text over a restart: localStorage and AsyncStorage are such. */
export type Storage = {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
};

/** A quarter of an hour after the last try nobody retries; the same wish is a new one. */
const KEPT_MS = 15 * 60_000;

/**
 * Refusals that say nothing about what an earlier attempt under the same id did: the next one needs that id.
 * After any other the thing was not made, and never will be under it, unless an answer was lost before.
 */
const undecided: readonly Reason[] = [
  ...(['busy', 'provider_unavailable', 'too_many_calls', 'signed_out', 'account_gone'] as const),
  ...(['app_unverified', 'app_check_replayed'] as const),
];

type Kept = {
  readonly id: string;
  /** When it was last tried. */
  readonly at: number;
  /** An answer was lost: whatever a later attempt is told, that one may still be made. */
  readonly lost: boolean;
};

/** In memory; `stored` when the storage has taken it too. */
type Known = Kept & { readonly stored: boolean };

export type Keeping = {
  /** Who is signed in: what one person asks for is never another's, on whatever device. */
  readonly who: () => string | null;
  /** Keeps ids over a restart; one that fails or hangs is done without. */
  readonly storage?: Storage | undefined;
  /** Calls whose input nobody else may find in a storage: their ids live in memory alone. */
  readonly personal?: readonly string[];
  readonly now?: () => number;
};

/** How long a storage may take before it is done without. */
const PATIENCE_MS = 1000;

/**
 * Mints request ids and keeps each while the outcome of its call is unknown, so that a retry after a lost
 * answer is the same request.
 */
export function keepRequests({ who, storage, personal = [], now = Date.now }: Keeping) {
  const known = new Map<string, Known>();
  /** Whose outcome is known here, even if a storage will not forget them. */
  const finished = new Set<string>();
  const underWay = new Map<string, Promise<unknown>>();
  /** One thing after the other, so that what is forgotten late takes nothing newer along. */
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => T | Promise<T>): Promise<{ readonly value: T } | null> => {
    const done = turn.then(() => attempt(work));
    turn = done;
    return done;
  };
  const isFresh = ({ id, at }: Kept): boolean => !finished.has(id) && Math.abs(now() - at) < KEPT_MS;

  /** The id that this wish has already, here or in another tab; null when it is a new one. */
  async function found(key: string, keeps: Storage | undefined): Promise<Known | null> {
    const mine = known.get(key);
    const read = keeps && (await inTurn(() => keeps.getItem(key)));
    const theirs = typeof read?.value === 'string' ? readKept(read.value) : null;
    if (theirs && isFresh(theirs)) return { ...theirs, stored: true };
    // Another tab was told what became of it, and forgot it for both.
    if (mine?.stored && read?.value === null) return null;
    return mine && isFresh(mine) ? mine : null;
  }

  async function keep(key: string, kept: Kept, keeps: Storage | undefined): Promise<void> {
    const text = JSON.stringify({ id: kept.id, at: kept.at, lost: kept.lost });
    const stored = keeps !== undefined && (await inTurn(() => keeps.setItem(key, text))) !== null;
    known.set(key, { ...kept, stored });
  }

  function forget(key: string, id: string, keeps: Storage | undefined): void {
    known.delete(key);
    finished.add(id);
    // Nobody waits for this: the answer is there.
    if (keeps) void inTurn(() => keeps.removeItem(key));
  }

  async function make<T>(name: string, key: string, call: (requestId: string) => Promise<T>): Promise<T> {
    const keeps = personal.includes(name) ? undefined : storage;
    const before = await found(key, keeps);
    const tried: Kept = { id: before?.id ?? mint(), at: now(), lost: before?.lost ?? false };
    await keep(key, tried, keeps);
    try {
      const answer = await call(tried.id);
      forget(key, tried.id, keeps);
      return answer;
    } catch (error) {
      const reason = refusalOf(error)?.reason;
      if (reason === undefined) await keep(key, { ...tried, lost: true }, keeps);
      else if (!undecided.includes(reason) && !tried.lost) forget(key, tried.id, keeps);
      throw error;
    }
  }

  /** Makes the call under its id. The same call while it is under way is that one: two taps are one order. */
  return function once<T>(name: string, input: object, call: (requestId: string) => Promise<T>): Promise<T> {
    const uid = who();
    // Nobody is signed in, and the server will say so: there is nothing to keep, and nobody to keep it for.
    if (uid === null) return call(mint());
    const key = `coffer ${name} ${uid} ${canonical(input)}`;
    const same = underWay.get(key) as Promise<T> | undefined;
    if (same) return same;
    const made = make(name, key, call).finally(() => underWay.delete(key));
    underWay.set(key, made);
    return made;
  };
}

/** Storage may be full, locked, broken or hang; no call fails for it. Null when it did. */
async function attempt<T>(work: () => T | Promise<T>): Promise<{ readonly value: T } | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  try {
    return await Promise.race([Promise.resolve(work()).then((value) => ({ value })), late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function readKept(text: string): Kept | null {
  try {
    const { id, at, lost } = JSON.parse(text) as Partial<Record<keyof Kept, unknown>>;
    return typeof id === 'string' && typeof at === 'number' ? { id, at, lost: lost === true } : null;
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
