import { instantNow } from '../platform/instant.ts';
import { Account, nothingRead, type Target } from './account.ts';
import { startingAt, type Verdict } from './audit.ts';
import { conservation } from './fold.ts';
import { unnamed, violationsOf } from './naming.ts';
import { foldPage, pagesFrom, readWallet } from './reading.operations.ts';
import { differs, everything, Search, Tally, type Differing } from './tally.ts';
import { and, none, type Found, type Violation } from './violation.ts';

/**
 * As many documents as are read at once. On Firestore the size of a page is of no matter; the emulator goes through the
 * whole collection for each one, so that small pages would cost it the square of the journal.
 */
const PAGE = 10_000;
/** Of one wallet's entries: each page asks for its journal entries by name, in one request. */
const WALLET_PAGE = 500;

export type Progress = (documents: number) => void;

/**
 * Looks at the whole store as it is now, in constant memory: first only whether both sides of each comparison agree, and
 * where they do not, a second time at what differs, to name it.
 */
export async function auditAll(progress: Progress = () => undefined): Promise<Verdict> {
  const instant = await instantNow();
  const account = new Account({ untilAt: 0, settled: nothingRead(), rest: nothingRead(), found: none });
  let documents = 0;
  await readAll(instant, account, (read) => {
    documents += read;
    progress(documents);
  });
  const { named: violations, count: violationCount } = await resultOf(differencesIn(account), instant);
  return {
    ok: violationCount === 0,
    entries: account.whole().entries,
    documents,
    violations,
    violationCount,
  };
}

/** Where each of those begins that are read side by side, and what it ends before. */
const lanes = [
  ['journal', 'entries'],
  ['entries', 'wallets'],
  ['wallets', 'done'],
] as const;

/** Everything, in an order that is of no matter. */
async function readAll(instant: number, to: Target, told: (read: number) => void = () => undefined) {
  const readOne = async ([phase, before]: (typeof lanes)[number]) => {
    for await (const page of pagesFrom({ ...startingAt(null), phase }, instant, { size: PAGE, before })) {
      await foldPage(page, instant, to);
      told(page.items.length);
    }
  };
  await Promise.all(lanes.map(readOne));
}

/** Whether both sides agree, as far as that can be told without looking again. */
export function differencesIn(account: Account): Differences {
  const { tally, classes } = account.whole();
  conservation(classes, tally);
  return { found: tally.found, differing: tally.differing() };
}

export type Differences = { readonly found: Found; readonly differing: Differing };
export const isWell = ({ found, differing }: Differences): boolean =>
  found.count === 0 && !differs(differing);

/** All that is wrong, by its names, once everything was read. */
export async function resultOf({ found, differing }: Differences, instant: number): Promise<Found> {
  return differs(differing) ? and(found, await nameAll(differing, instant)) : found;
}

/** What differs, by its names: a second look at those buckets alone. */
async function nameAll(differing: Differing, instant: number): Promise<Violation[]> {
  const search = new Search(differing);
  const to: Target = { journal: () => ({ sink: search, classes: {} }), entries: () => search, state: search };
  await readAll(instant, to);
  const named = violationsOf(search.differing());
  return named.length > 0 ? named : [unnamed];
}

/** One wallet alone: its history, how it stands, and that each of its entries is what the journal says. */
export async function auditWallet(uid: string): Promise<Verdict> {
  const instant = await instantNow();
  const search = new Search(everything);
  const tally = new Tally();
  const sink = { tell: search.tell, violation: tally.violation };
  const [entries, journal] = await readWallet(uid, instant, WALLET_PAGE, sink);
  const named = violationsOf(search.differing());
  const { named: violations, count: violationCount } = and(tally.found, named);
  return { ok: violationCount === 0, entries, documents: entries + journal, violations, violationCount };
}
