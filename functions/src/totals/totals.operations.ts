import { collections } from '../collections.ts';
import type { JournalEntry } from '../ledger/journal.ts';
import { createOnce, find } from '../platform/firestore.ts';
import { findAsOf, instantNow } from '../platform/instant.ts';
import type { Query } from '../platform/store.ts';
import { fold, nextTotals, none, SETTLED, type Sums, type Totals } from './totals.ts';
import { entriesIn, PAGE, totalsBy } from './totals.store.ts';

/** Later than any time that Firestore knows to be. */
const END = Date.UTC(9999, 0, 1);

const lastBy = async (at: number): Promise<Totals> => (await find(totalsBy(at)))[0]?.doc ?? none;

/** So many pages become a checkpoint; a run that dies has lost no more than that. */
const PAGES = 20;

/** Folds what has settled since the last checkpoint. Two at once make the same one, under one id. */
export async function foldTotals(at: number): Promise<void> {
  const until = at - SETTLED;
  for (;;) {
    const before = await lastBy(until);
    const read: JournalEntry[] = [];
    let after: { id: string; doc: JournalEntry } | null = null;
    let wasAll = false;
    for (let i = 0; i < PAGES && !wasAll; i += 1) {
      const page: { id: string; doc: JournalEntry }[] = await find(
        entriesIn({ from: before.until, to: until }, after),
      );
      read.push(...page.map(({ doc }) => doc));
      after = page.at(-1) ?? after;
      wasAll = page.length < PAGE;
    }
    const next = nextTotals(before, read, until, wasAll);
    if (next) await createOnce(collections.totals.doc(String(next.until).padStart(16, '0')), next);
    if (wasAll || !next) return;
  }
}

type Placed = { readonly id: string; readonly doc: JournalEntry };
/** The same entries, by another query. */
export type Asked = (query: Query<JournalEntry>) => Query<JournalEntry>;

export type TotalsAt = { readonly sums: Sums; readonly asOf: number };

/**
 * What the platform's accounts hold, and wallets, escrows and payments in all: by a time of the past, or now, to the last
 * entry that is committed. Costs one checkpoint and the entries since it.
 * @param at entries before this; null for all that there are
 * @param asked how entries are asked for, where that is not as in Firestore
 */
export async function totalsAt(
  at: number | null,
  instant?: number,
  asked: Asked = (query) => query,
): Promise<TotalsAt> {
  const asOf = instant ?? (await instantNow());
  const [found] = await findAsOf(totalsBy(at ?? END), asOf);
  const { until, sums: before } = found?.doc ?? none;
  const span = { from: until, to: at ?? END };
  let sums = before;
  let after: Placed | null = null;
  for (;;) {
    const page: Placed[] = await findAsOf(asked(entriesIn(span, after)), asOf);
    sums = fold(
      sums,
      page.map(({ doc }) => doc),
    );
    after = page.at(-1) ?? null;
    if (page.length < PAGE) return { sums, asOf };
  }
}
