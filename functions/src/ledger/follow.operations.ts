import { collections } from '../collections.ts';
import { atomically, find, load } from '../platform/firestore.ts';
import type { Query } from '../platform/store.ts';
import type { EntryKind, JournalEntry } from './journal.ts';

/** As many entries as are read at once. */
export const PAGE = 100;

/** Longer than a function may run: an entry's time is taken when its call begins, and it may commit later. */
const OVERLAP = 20 * 60 * 1000;

type Found = { readonly id: string; readonly doc: JournalEntry };

/**
 * Entries since a time, oldest first. Index: kind, at. It rises with the time within each kind, so a kind may be
 * written 500 times a second (https://cloud.google.com/firestore/docs/best-practices#hotspots).
 */
export const entriesSince = (
  kinds: readonly EntryKind[],
  from: number,
  after: Found | null,
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

/**
 * Shows a reader of the journal every entry of some kinds at least once, off the money path, from where it last
 * ended. What it does with them must be safe to repeat.
 * @param reader names its place in the journal
 * @param work whether all of the page is dealt with; if not, the next run begins there again, and this one goes on
 */
export const followJournal = (
  reader: string,
  kinds: readonly EntryKind[],
  work: (page: readonly Found[]) => Promise<boolean>,
): Promise<void> =>
  follow(
    reader,
    (from, after) => entriesSince(kinds, from, after),
    ({ at }) => at,
    work,
  );

/** The same for any documents with a time that is taken when their call begins, by the query that finds them in its order. */
export async function follow<T>(
  reader: string,
  since: (from: number, after: { readonly id: string; readonly doc: T } | null) => Query<T>,
  timeOf: (doc: T) => number,
  work: (page: readonly { readonly id: string; readonly doc: T }[]) => Promise<boolean>,
): Promise<void> {
  const from = Math.max(0, ((await load(collections.journalCursors.doc(reader)))?.at ?? 0) - OVERLAP);
  let after: { readonly id: string; readonly doc: T } | null = null;
  let clean = true;
  for (;;) {
    const query: Query<T> = since(from, after);
    const page = await find(query);
    clean = (await work(page)) && clean;
    after = page.at(-1) ?? null;
    if (after && clean) await advance(reader, timeOf(after.doc));
    if (!after || page.length < (query.limit ?? PAGE)) return;
  }
}

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
