import { collections } from '../collections.ts';
import type { EntryKind, JournalEntry } from '../ledger/journal.ts';
import type { Query, Reader, Writer } from '../platform/store.ts';
import { basesOf, type Draft } from './due.ts';
import { invoiceId, type Invoice, type InvoiceKind } from './invoice.ts';
import type { Numbered, NumberingBooks } from './numbering.ts';

/** The kinds of entries that a document may be due for. */
export const invoicedKinds = [
  'purchase',
  'escrow-lock',
  'escrow-release',
  'escrow-split',
  'refund',
  'refund-return',
  'order-refund',
] as const satisfies readonly EntryKind[];
type InvoicedKind = (typeof invoicedKinds)[number];

export const isInvoiced = (entry: JournalEntry): entry is JournalEntry & { readonly kind: InvoicedKind } =>
  (invoicedKinds as readonly EntryKind[]).includes(entry.kind);

export type InvoiceFilter = {
  readonly kind?: InvoiceKind | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
};

/** Somebody's own, newest first. Index: parties, issuedAt desc; parties, kind, issuedAt desc. */
export const invoicesOf = (uid: string, { kind, after, limit }: InvoiceFilter): Query<Invoice> => ({
  collection: collections.invoices,
  where: [['parties', 'array-contains', uid], ...(kind ? [['kind', '==', kind] as const] : [])],
  orderBy: [['issuedAt', 'desc']],
  limit,
  ...(after !== undefined && { after }),
});

/** The series, whether the sources have theirs, and what they correct. None of it is a document of the money. */
export async function readNumbering(
  reader: Reader,
  series: string,
  drafts: readonly Draft[],
): Promise<NumberingBooks> {
  const sources = [...new Set(drafts.flatMap((draft) => [draft.source, ...basesOf(draft)]))];
  const { [SERIES]: found, ...marks } = await reader.get({
    ...Object.fromEntries(sources.map((source) => [source, collections.invoiced.doc(source)])),
    [SERIES]: collections.series.doc(series),
  });
  const invoiced = marks as NumberingBooks['invoiced'];
  const corrected = drafts.flatMap((draft) => ('of' in draft ? (invoiced[draft.of]?.invoice ?? []) : []));
  const bases = corrected.length
    ? await reader.get(Object.fromEntries(corrected.map((id) => [id, collections.invoices.doc(id)])))
    : {};
  return { series: found, invoiced, bases };
}
/** No source is called that: each begins with its kind and a colon. */
const SERIES = 'series';

export function writeNumbered(writer: Writer, name: string, numbered: Numbered): void {
  const { series, invoices, created, changed } = numbered;
  const ref = collections.series.doc(name);
  if (series.last === invoices.length) writer.create(ref, series);
  else writer.set(ref, series);
  for (const invoice of invoices) writer.create(collections.invoices.doc(invoiceId(invoice)), invoice);
  for (const [source, mark] of Object.entries(created)) writer.create(collections.invoiced.doc(source), mark);
  for (const [source, mark] of Object.entries(changed)) writer.set(collections.invoiced.doc(source), mark);
}
