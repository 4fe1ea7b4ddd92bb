import { collections } from '../collections.ts';
import { entriesSince, PAGE } from '../ledger/follow.operations.ts';
import { entryKinds, walletsIn } from '../ledger/journal.ts';
import { entryId, type WalletEntry } from '../ledger/wallet.ts';
import { atomically, copyAll, createOnce, find, load } from '../platform/firestore.ts';
import { dayOf } from '../shared/day.ts';
import { pageOfEntries } from '../wallet/wallet.store.ts';
import { hashLeaf, treeOver } from './merkle.ts';
import {
  advanceRun,
  CHUNK,
  dayAfter,
  headId,
  LATE,
  leafOf,
  newRun,
  nodesId,
  readyAt,
  sealRoot,
  spanOf,
  type Head,
  type Nodes,
  type RootRun,
} from './root.ts';
import { headsFrom, headsOf, lastRoot } from './roots.store.ts';

/** How many documents are asked for at once. */
const AT_ONCE = 50;

/** What one run does at most, in pages of a hundred journal entries or 512 heads; the next goes on. */
const PAGES = 1200;

type Day = { readonly day: string; readonly previous: string };

/** What one run has learned on its way, to ask nothing twice. */
type Known = {
  /** Whose heads of the day are kept. */
  readonly uids: Set<string>;
  /** Nothing moved, and nothing was sealed, from the day it is at until then. */
  quietUntil: number;
};

/**
 * Builds the root of every day that is over and has none, oldest first, off the money path. Every page can be done
 * twice and is written the same, so a run may die anywhere, and two may run at once.
 * Costs one read for each entry of the day, and two reads and a write for each wallet that moved.
 */
export async function buildRoots(at: number, pages = PAGES): Promise<void> {
  const last = (await find(lastRoot()))[0]?.doc;
  let day = last ? dayAfter(last.day) : await firstDay();
  let previous = last?.root ?? '';
  const known: Known = { uids: new Set(), quietUntil: 0 };
  for (let left = pages; day !== null && readyAt(day) <= at && left > 0;) {
    const built = await buildDay({ day, previous }, known, { at, most: left });
    if (built.root === null) return;
    [day, previous, left] = [dayAfter(day), built.root, left - built.pages];
  }
}

/** The day of the first entry of all. */
async function firstDay(): Promise<string | null> {
  const [first] = await find({ ...entriesSince(entryKinds, 0, null), limit: 1 });
  return first ? dayOf(first.doc.at) : null;
}

/** @returns no root when the pages were not enough */
async function buildDay(
  { day, previous }: Day,
  known: Known,
  { at, most }: { readonly at: number; readonly most: number },
) {
  known.uids.clear();
  let run =
    spanOf(day).to <= known.quietUntil
      ? { ...newRun, phase: 'tree' as const }
      : ((await load(collections.rootRuns.doc(day))) ?? newRun);
  let pages = 1;
  for (; run.phase !== 'tree'; pages += 1) {
    if (pages > most) return { root: null, pages };
    const step = run.phase === 'heads' ? await keepHeads(day, run, known) : await keepLeaves(day, run);
    run = await advance(day, run, step);
  }
  const { wallets } = run;
  const about = { day, previous, wallets, tree: await keepTree(day, run.chunks) };
  const root = sealRoot(about);
  const ref = collections.roots.doc(day);
  if (!(await createOnce(ref, { ...about, root, builtAt: at })) && (await load(ref))?.root !== root)
    throw new Error(`the root of ${day} is another one`);
  return { root, pages };
}

/** A day that nothing has happened on so far is not worth a document. */
async function advance(day: string, seen: RootRun, step: Partial<RootRun>): Promise<RootRun> {
  if (seen.version === 0 && step.phase === 'tree') return { ...seen, ...step };
  const ref = collections.rootRuns.doc(day);
  const { after } = await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => ({ before, after: advanceRun(before, seen, step) }),
    write: (writer, { before, after: now }) => {
      if (before === null) writer.create(ref, now);
      else if (now !== before) writer.set(ref, now);
    },
  });
  return after;
}

/** A page of the day's journal: the head of each wallet in it. */
async function keepHeads(day: string, { cursor }: RootRun, known: Known): Promise<Partial<RootRun>> {
  const { from, to } = spanOf(day);
  const since = entriesSince(entryKinds, from, null);
  const page = await find({ ...since, ...(cursor !== null && { after: cursor }) });
  const own = page.filter(({ doc }) => doc.at < to);
  const uids = [...new Set(own.flatMap(({ doc }) => walletsIn(doc)))].filter((uid) => !known.uids.has(uid));
  for (let i = 0; i < uids.length; i += AT_ONCE) {
    const heads = await Promise.all(uids.slice(i, i + AT_ONCE).map((uid) => headOf(day, uid)));
    await copyAll(heads.map((doc) => ({ ref: collections.rootHeads.doc(headId(day, doc.uid)), doc })));
  }
  for (const uid of uids) known.uids.add(uid);
  const next = own.length < PAGE ? null : own.at(-1)!.id;
  if (next !== null) return { cursor: next };
  if (cursor !== null || own.length > 0) return { phase: 'leaves', cursor: null };
  // No money moved, but something else may have been sealed on it, or on a day to come.
  const sealed = (await find(headsFrom(day)))[0]?.doc.day ?? null;
  if (sealed === day) return { phase: 'leaves', cursor: null };
  known.quietUntil = Math.min(page[0]?.doc.at ?? Infinity, sealed === null ? Infinity : spanOf(sealed).from);
  return { phase: 'tree' };
}

/**
 * The last entry that a wallet had of a day. Its entries are in the order of their commits, and the times in them
 * may be late by as long as a call may run: so from the one with the latest time it looks on a little further.
 */
async function headOf(day: string, uid: string): Promise<Head> {
  const { to } = spanOf(day);
  const of = ({ n, hash }: WalletEntry): Head => ({ day, uid, n, head: hash });
  const [newest] = await find(pageOfEntries(uid, { limit: 1 }));
  if (newest && newest.doc.at < to) return of(newest.doc);
  const [latest] = await find(pageOfEntries(uid, { to, limit: 1 }));
  if (!latest) throw new Error(`wallet ${uid} has no entry of ${day}`);
  let last = latest.doc;
  for (let n = last.n + 1; ; n += 1) {
    const one = await load(collections.entries(uid).doc(entryId(n)));
    if (one === null || one.at >= to + LATE) return of(last);
    if (one.at < to) last = one;
  }
}

/** A chunk of the heads, in the order of the tree. */
async function keepLeaves(day: string, { cursor, chunks, wallets }: RootRun): Promise<Partial<RootRun>> {
  const page = await find(headsOf(day, cursor));
  const hashes = page.map(({ doc }) => hashLeaf(leafOf(doc)));
  const [first] = page;
  if (first) await keepNodes([{ day, tier: 0, chunk: chunks, first: first.doc.uid, hashes }]);
  const counts = { chunks: chunks + (first ? 1 : 0), wallets: wallets + page.length };
  return page.length < CHUNK ? { ...counts, phase: 'tree' } : { ...counts, cursor: page.at(-1)!.id };
}

/** The tiers above the leaves, from the chunks of the one below. @returns the hash at the top */
async function keepTree(day: string, chunks: number): Promise<string> {
  let count = chunks;
  for (let tier = 0; ; tier += 1) {
    const tops: string[] = [];
    for (let i = 0; i < count; i += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, count - i) }, (_, k) => nodesId(day, tier, i + k));
      const found = await Promise.all(some.map((id) => load(collections.rootNodes.doc(id))));
      tops.push(...found.map((nodes, k) => treeOver(must(nodes, some[k]!).hashes)));
    }
    if (tops.length <= 1) return treeOver(tops);
    count = Math.ceil(tops.length / CHUNK);
    const above = Array.from({ length: count }, (_, chunk): Nodes => {
      const hashes = tops.slice(chunk * CHUNK, (chunk + 1) * CHUNK);
      return { day, tier: tier + 1, chunk, first: null, hashes };
    });
    await keepNodes(above);
  }
}

const must = <T>(found: T | null, id: string): T => {
  if (found === null) throw new Error(`rootNodes/${id} is missing`);
  return found;
};

/** A chunk may be 33 kB, and a commit 10 MB. */
async function keepNodes(all: readonly Nodes[]): Promise<void> {
  for (let i = 0; i < all.length; i += AT_ONCE)
    await copyAll(
      all.slice(i, i + AT_ONCE).map((doc) => {
        return { ref: collections.rootNodes.doc(nodesId(doc.day, doc.tier, doc.chunk)), doc };
      }),
    );
}
