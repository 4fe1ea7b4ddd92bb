import { collections } from '../collections.ts';
import type { JournalEntry } from '../ledger/journal.ts';
import { find, load } from '../platform/firestore.ts';
import { Refusal } from '../shared/refusal.ts';
import { totalsAt, type Asked } from '../totals/totals.operations.ts';
import { entriesIn } from '../totals/totals.store.ts';
import { textOf } from './exports.gateway.ts';
import type { Format } from './formats.ts';
import { movementsBetween, mustBeSettled, type Movement, type Span } from './rows.ts';

/** They read what no longer changes, so pages of one export may lie days apart. */

type Wish = Span & {
  readonly format: Format;
  /** The last entry of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
};

const same: Asked = (query) => query;

export type ExportPage = {
  readonly text: string;
  readonly entries: readonly JournalEntry[];
  readonly next: string | null;
};

/** The next entries, in the order of time and id. @throws Refusal `not_due`, `not_found` */
export async function pageOfJournal(wish: Wish, now: number, asked: Asked = same): Promise<ExportPage> {
  mustBeSettled(wish, now);
  const { format, after, limit } = wish;
  const place = after === undefined ? null : await placeOf(after, wish);
  // One more than is told says whether there are more.
  const found = await find(asked(entriesIn(wish, place, limit + 1)));
  const entries = found.slice(0, limit).map(({ doc }) => doc);
  const next = found.length > limit ? (found[limit - 1]?.id ?? null) : null;
  return { text: await textOf(entries, format, place === null), entries, next };
}

async function placeOf(after: string, { from, to }: Span): Promise<{ id: string; doc: JournalEntry }> {
  const doc = await load(collections.journal.doc(after));
  // With an entry of another time this would be a part of the export without being told to.
  if (!doc || doc.at < from || doc.at >= to) throw new Refusal('not_found', { what: 'cursor' });
  return { id: after, doc };
}

/** What everything held before and after a span. Costs two checkpoints and the entries since them. @throws Refusal `not_due` */
export async function balancesOver(span: Span, now: number, asked: Asked = same): Promise<Movement[]> {
  mustBeSettled(span, now);
  const [opening, closing] = await Promise.all(
    [span.from, span.to].map((at) => totalsAt(at, undefined, asked)),
  );
  return movementsBetween(opening!.sums, closing!.sums);
}
