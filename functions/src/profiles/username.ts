import { rectifyConfusion } from 'unicode-confusables';
import { Refusal } from '../shared/refusal.ts';
import { reserved } from './reserved.ts';

const DAY = 24 * 3600 * 1000;
/** How long a name that was given up belongs to nobody else: links and habits still lead to it (F63). */
export const HELD_DAYS = 30;
export const HELD = HELD_DAYS * DAY;

/** `usernames/{key}`: whose a name is. The key is the same for all names that look alike. */
export type Username = {
  readonly uid: string;
  /** As its owner writes it. */
  readonly name: string;
  readonly claimedAt: number;
  /** When others may have it, once it was given up; null while it is in use. */
  readonly freeAt: number | null;
};

/**
 * What names are compared by: whatever looks alike by Unicode's list of confusables, in either case, has one key.
 * Upper case first, where `I` is an `l`; then lower case, where `m` is an `rn`.
 */
export function keyOf(name: string): string {
  const folded = rectifyConfusion(rectifyConfusion(name.toUpperCase()).toLowerCase());
  return `name.${folded.toLowerCase().replace(/_+/g, '_')}`;
}

const reservedKeys = new Set(reserved.map(keyOf));

const words = [...reservedKeys].map((key) => key.slice('name.'.length));

/** Whether nothing is in it but such words: `coffer_support`, `teamcoffer`. */
const isAllReserved = (bare: string): boolean =>
  bare === '' || words.some((word) => bare.startsWith(word) && isAllReserved(bare.slice(word.length)));

/** @throws Refusal `username_reserved`: nobody passes for the house. */
export function mustNotBeReserved(name: string): void {
  const bare = keyOf(name.replaceAll('_', '')).slice('name.'.length);
  if (reservedKeys.has(keyOf(name)) || isAllReserved(bare)) throw new Refusal('username_reserved');
}

export type Claim = { readonly uid: string; readonly name: string; readonly at: number };

export type Claimed = {
  /** Null where nothing changes. */
  readonly taken: Username | null;
  /** The name that was given up, under its key; null for none. */
  readonly freed: { readonly key: string; readonly doc: Username } | null;
};

/**
 * Takes a name, and gives up the one before, which stays nobody's for a while. The same name again changes nothing;
 * the same in another spelling changes how it is written.
 * @throws Refusal `username_reserved`, `username_taken`.
 */
export function claim(found: Username | null, before: Username | null, { uid, name, at }: Claim): Claimed {
  mustNotBeReserved(name);
  const free = found === null || found.uid === uid || (found.freeAt !== null && found.freeAt <= at);
  if (!free) throw new Refusal('username_taken');
  if (found?.uid === uid && found.freeAt === null && found.name === name) return { taken: null, freed: null };
  const moved = before !== null && before.uid === uid && keyOf(before.name) !== keyOf(name);
  return {
    taken: { uid, name, claimedAt: at, freeAt: null },
    freed: moved ? { key: keyOf(before.name), doc: { ...before, freeAt: at + HELD } } : null,
  };
}
