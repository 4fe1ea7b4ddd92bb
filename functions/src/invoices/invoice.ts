import { minor, portion, sum, type Bps, type Currency, type Minor } from '../shared/money.ts';

/**
 * Receipts, fee invoices and credit notes. They follow the journal: an entry that was written gets its documents
 * afterwards, numbered without a gap, and none of them is ever changed.
 */

export const invoiceKinds = ['receipt', 'fee', 'credit', 'reinstatement'] as const;
/** `reinstatement`: a refund did not go through, so what its credit note took back was paid after all. */
export type InvoiceKind = (typeof invoiceKinds)[number];

export type Line = { readonly text: string; readonly amount: Minor };

/** In minor units: the lines make `net`, and `net` and `tax` make `total`. */
export type Amounts = {
  readonly lines: readonly Line[];
  readonly net: Minor;
  /** What the tax was computed with. */
  readonly taxRate: Bps;
  readonly tax: Minor;
  readonly total: Minor;
};

/** Who issues it, as it was configured then; '' for what was not. */
export type Issuer = { readonly name: string; readonly address: string; readonly taxId: string };

/** `invoices/{series}-{number}`: as it was issued. People are uids and nothing else (I14). */
export type Invoice = Amounts & {
  readonly kind: InvoiceKind;
  readonly series: string;
  readonly number: number;
  readonly issuedAt: number;
  /** When the money moved. */
  readonly occurredAt: number;
  readonly currency: Currency;
  readonly issuer: Issuer;
  /** Whom it is for, and so who may read it. */
  readonly parties: readonly string[];
  /** What it is about, e.g. `purchases/<id>`. */
  readonly reference: string;
  /** The invoice whose amounts it takes back. */
  readonly corrects: string | null;
};

/** `series/{name}`: the last number that was given out, and when; never below it. */
export type Series = { readonly last: number; readonly issuedAt: number };

/** `invoiced/{source}`: that a source has its document. Created with it, so no source gets two. */
export type Invoiced = {
  readonly invoice: string;
  readonly at: number;
  /** How much of its total later documents took back. */
  readonly credited: Minor;
};

const letters = { receipt: 'R', reinstatement: 'R', fee: 'F', credit: 'C' } as const satisfies Record<
  InvoiceKind,
  string
>;

/** `R2026`: a series for each kind and calendar year (UTC) of issue. */
export const seriesOf = (kind: InvoiceKind, at: number): string =>
  `${letters[kind]}${new Date(at).getUTCFullYear()}`;

export const invoiceId = ({ series, number }: Pick<Invoice, 'series' | 'number'>): string =>
  `${series}-${String(number).padStart(6, '0')}`;

const withoutNothing = (lines: readonly Line[]): Line[] => lines.filter(({ amount }) => amount !== 0);

/** Amounts of which `tax` is tax, and the rest the lines. */
export function amountsOf(lines: readonly Line[], taxRate: Bps, tax: Minor): Amounts {
  const net = sum(lines.map(({ amount }) => amount));
  return { lines: withoutNothing(lines), net, taxRate, tax, total: minor(net + tax) };
}

/**
 * The part of an invoice that `amount` takes back, when `credited` went before it. Parts are differences of running
 * sums, so that however many there are, they make the invoice again; the first line bears the roundings.
 */
export function partOf(whole: Amounts, credited: Minor, amount: Minor): Amounts {
  const part = (of: Minor): Minor =>
    minor(portion(of, credited + amount, whole.total) - portion(of, credited, whole.total));
  const [first, ...others] = whole.lines;
  if (!first) throw new Error('an invoice without lines');
  const tax = part(whole.tax);
  const rest = others.map(({ text, amount: of }) => ({ text, amount: part(of) }));
  const most = minor(amount - tax - sum(rest.map((line) => line.amount)));
  return amountsOf([{ text: first.text, amount: most }, ...rest], whole.taxRate, tax);
}
