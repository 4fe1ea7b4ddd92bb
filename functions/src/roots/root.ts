import { dayOf } from '../shared/day.ts';
import { joinId } from '../shared/ids.ts';
import { hashMarked } from './merkle.ts';

/** `roots/{day}`: one hash that stands for every wallet entry of a UTC day. Created once, never changed. */
export type Root = {
  /** `2026-01-31` */
  readonly day: string;
  /** The root of the day before; empty on the first day of all. */
  readonly previous: string;
  /** The Merkle tree over the heads of the wallets that moved that day, by uid. */
  readonly tree: string;
  /** How many leaves those are, with what else was sealed: 0 for a day on which nothing moved. */
  readonly wallets: number;
  /** The hash of all of the above. */
  readonly root: string;
  readonly builtAt: number;
};

/**
 * `rootHeads/{day}~{uid}`: the last entry that a wallet had of that day. A leaf is the hash of the last three. Other
 * features may seal a thing of theirs on a day, by a head under a name with a `/` in it, which is nobody’s wallet:
 * written in the commit that makes the thing, with the time of its call.
 */
export type Head = {
  readonly day: string;
  readonly uid: string;
  readonly n: number;
  readonly head: string;
};

/** `rootNodes/{day}~{tier}~{chunk}`: up to 512 hashes of a tree beside each other, nine levels above those of the tier below. */
export type Nodes = {
  readonly day: string;
  readonly tier: number;
  readonly chunk: number;
  /** Whose the first leaf is; null above the leaves. */
  readonly first: string | null;
  readonly hashes: readonly string[];
};

/** `rootRuns/{day}`: how far the building of a day has come, for whoever goes on with it. */
export type RootRun = {
  readonly version: number;
  readonly phase: 'heads' | 'leaves' | 'tree';
  /** The entry of the journal, or the head, that was dealt with last. */
  readonly cursor: string | null;
  /** How many chunks of leaves are written, and how many leaves are in them. */
  readonly chunks: number;
  readonly wallets: number;
};

/** A power of two, so that the tree over the chunks' own trees is the tree over everything in them. */
export const CHUNK = 512;

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;

/** Longer than a function may run: an entry's time is taken when its call begins, and it may commit later. */
export const LATE = 20 * MINUTE;

export const spanOf = (day: string) => {
  const from = Date.parse(`${day}T00:00:00Z`);
  return { from, to: from + DAY };
};

export const dayAfter = (day: string): string => dayOf(spanOf(day).to);

/** When all of a day has been committed, and it can be built. */
export const readyAt = (day: string): number => spanOf(day).to + 30 * MINUTE;

export const headId = (day: string, uid: string): string => joinId(day, uid);
export const nodesId = (day: string, tier: number, chunk: number): string => `${day}~${tier}~${chunk}`;

export const leafOf = ({ uid, n, head }: Head) => ({ uid, n, head });

/** The day before is in it by `previous`: who changes a day has to change every day since. */
export const sealRoot = (about: Pick<Root, 'day' | 'previous' | 'tree' | 'wallets'>): string => {
  const { day, previous, tree, wallets } = about;
  return hashMarked(2, { day, previous, tree, wallets });
};

export const newRun: RootRun = { version: 0, phase: 'heads', cursor: null, chunks: 0, wallets: 0 };

/** What a page did, unless somebody else was faster: then it goes on from there. */
export const advanceRun = (found: RootRun | null, seen: RootRun, step: Partial<RootRun>): RootRun =>
  (found?.version ?? 0) === seen.version ? { ...seen, ...step, version: seen.version + 1 } : (found ?? seen);

/** In which chunk of each tier the way up from a leaf lies, and where in it; the leaves' own chunk is first. */
export function placesOf(index: number, wallets: number): { tier: number; chunk: number; place: number }[] {
  const places = [];
  let [at, count] = [index, wallets];
  for (let tier = 0; ; tier += 1) {
    const chunk = Math.floor(at / CHUNK);
    places.push({ tier, chunk, place: at % CHUNK });
    if (count <= CHUNK) return places;
    [at, count] = [chunk, Math.ceil(count / CHUNK)];
  }
}
