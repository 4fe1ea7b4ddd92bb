import { minor, negate, zero } from '../shared/money.ts';
import type { Draft } from './due.ts';
import {
  invoiceId,
  partOf,
  type Amounts,
  type Invoice,
  type Invoiced,
  type Issuer,
  type Series,
} from './invoice.ts';

/** Gives out numbers: what is decided here is written in one commit, or none of it is. */

export type NumberingBooks = {
  readonly series: Series | null;
  /** Of the sources, and of what they correct; null where there is none yet. */
  readonly invoiced: Readonly<Record<string, Invoiced | null>>;
  /** What they correct, by id. */
  readonly bases: Readonly<Record<string, Invoice | null>>;
};

export type Numbered = {
  readonly series: Series;
  readonly invoices: readonly Invoice[];
  /** New markers, and those of corrected documents that changed. */
  readonly created: Readonly<Record<string, Invoiced>>;
  readonly changed: Readonly<Record<string, Invoiced>>;
};

/**
 * Numbers those drafts that have no document yet, in their order; null when all have one. Dates never run backwards
 * within a series, even where clocks do.
 * @throws Error when what a draft corrects has no document: it has to be numbered before.
 */
export function numberDrafts(
  drafts: readonly Draft[],
  books: NumberingBooks,
  issue: { readonly series: string; readonly issuer: Issuer; readonly at: number },
): Numbered | null {
  const marks: Record<string, Invoiced | null> = { ...books.invoiced };
  const issuedAt = Math.max(issue.at, books.series?.issuedAt ?? 0);
  const first = books.series?.last ?? 0;
  const invoices: Invoice[] = [];
  const created: Record<string, Invoiced> = {};
  const changed: Record<string, Invoiced> = {};
  for (const draft of drafts) {
    const { source, kind, uid, currency, occurredAt, reference } = draft;
    if (marks[source]) continue;
    const base = 'of' in draft ? mustHave(marks[draft.of], draft.of) : null;
    const amounts = amountsFor(draft, base && mustHave(books.bases[base.invoice], base.invoice), base);
    const invoice: Invoice = {
      ...{ kind, series: issue.series, number: first + invoices.length + 1, issuedAt, occurredAt, currency },
      ...{ ...amounts, issuer: issue.issuer, parties: [uid], reference, corrects: base?.invoice ?? null },
    };
    invoices.push(invoice);
    marks[source] = created[source] = { invoice: invoiceId(invoice), at: issuedAt, credited: zero };
    const touched =
      draft.kind === 'credit' ? draft.of : draft.kind === 'reinstatement' ? draft.receipt : null;
    if (touched === null) continue;
    const mark = mustHave(marks[touched], touched);
    const by = draft.kind === 'credit' ? amounts.total : negate(amounts.total);
    const after = { ...mark, credited: minor(mark.credited + by) };
    marks[touched] = after;
    // One that was created just now is written once, as it is at the end.
    if (created[touched]) created[touched] = after;
    else changed[touched] = after;
  }
  if (invoices.length === 0) return null;
  return { series: { last: first + invoices.length, issuedAt }, invoices, created, changed };
}

function amountsFor(draft: Draft, base: Invoice | null, mark: Invoiced | null): Amounts {
  if (draft.kind === 'receipt' || draft.kind === 'fee') return draft.amounts;
  if (!base || !mark) throw new Error(`${draft.source} corrects nothing`);
  if (draft.kind === 'credit') return partOf(base, mark.credited, draft.amount);
  const { lines, net, taxRate, tax, total } = base;
  return { lines, net, taxRate, tax, total };
}

function mustHave<T>(found: T | null | undefined, name: string): T {
  if (found == null) throw new Error(`${name} has no document yet`);
  return found;
}
