import { collections } from '../collections.ts';
import { atomically, find, load } from '../platform/firestore.ts';
import type { Query } from '../platform/store.ts';
import type { EntryKind, JournalEntry } from './journal.ts';

/** As many entries as are read at once. */
export const PAGE = 100;

/** Longer than a function may run: an entry's time is taken when its call begins, and it may commit later. */
const OVERLAP = 20 * 60 * 1000;

export type Found<T> = { readonly id: string; readonly doc: T };

/**
 * Entries since a time, oldest first. Index: kind, at. It rises with the time within each kind, so a kind may be
 * written 500 times a second (https://cloud.google.com/firestore/docs/best-practices#hotspots).
 */
export const entriesSince = (
  kinds: readonly EntryKind[],
  from: number,
  after: Found<JournalEntry> | null,
): Query<JournalEntry> => ({
  collection: collections.journal,
  where: [
    ['kind', 'in', kinds],
    ['at', '>=', from],
  ],
  orderBy: [['at', 'asc']],
  limit: PAGE,
  ...(after && { after }),
});

/** What a reader follows: in the order of a time that is set once. */
export type Followed<T> = {
  /** Oldest first, `PAGE` at most, so that its end is known. */
  readonly since: (from: number, after: Found<T> | null) => Query<T>;
  readonly timeOf: (doc: T) => number;
};

/**
 * Shows a reader everything that it follows at least once, off the money path, from where it last ended. What it does
 * with it must be safe to repeat.
 * @param reader names its place
 * @param work whether all of the page is dealt with; if not, the next run begins there again, and this one goes on
 */
export async function follow<T>(
  reader: string,
  { since, timeOf }: Followed<T>,
  work: (page: readonly Found<T>[]) => Promise<boolean>,
): Promise<void> {
  const from = Math.max(0, ((await load(collections.journalCursors.doc(reader)))?.at ?? 0) - OVERLAP);
  let after: Found<T> | null = null;
  let clean = true;
  for (;;) {
    const page: Found<T>[] = await find(since(from, after));
    clean = (await work(page)) && clean;
    after = page.at(-1) ?? null;
    if (after && clean) await advance(reader, timeOf(after.doc));
    if (!after || page.length < PAGE) return;
  }
}

/** The same of the journal: every entry of some kinds. */
export const followJournal = (
  reader: string,
  kinds: readonly EntryKind[],
  work: (page: readonly Found<JournalEntry>[]) => Promise<boolean>,
): Promise<void> =>
  follow(reader, { since: (from, after) => entriesSince(kinds, from, after), timeOf: ({ at }) => at }, work);

/** Only ever forwards, though two runs are at it at once. */
async function advance(reader: string, to: number): Promise<void> {
  const ref = collections.journalCursors.doc(reader);
  await atomically({
    read: (r) => r.get({ before: ref }),
    decide: ({ before }) => ({ before, move: to > (before?.at ?? -1) }),
    write: (writer, { before, move }) => {
      if (move && before) writer.set(ref, { at: to });
      else if (move) writer.create(ref, { at: to });
    },
  });
}
