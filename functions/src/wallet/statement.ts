import { buckets, type Bucket } from '../ledger/chart.ts';
import type { Balance, WalletEntry } from '../ledger/wallet.ts';
import { exponents, format, negate, type Currency } from '../shared/money.ts';
import { customer, type Paper } from '../shared/paper.ts';
import { causes } from './explain.ts';
import { addsUp, changeOf, spanOf } from './history.ts';

/** One page of a month: what of it is in one answer. */
export type StatementPage = {
  readonly uid: string;
  readonly month: string;
  /** The end of the month, or now when that is to come. */
  readonly until: number;
  readonly currency: Currency;
  /** Oldest first, each of this currency. */
  readonly entries: readonly WalletEntry[];
  readonly opening: Balance;
  readonly closing: Balance;
  /** Whether it begins and ends the month. */
  readonly first: boolean;
  readonly last: boolean;
};

/** When a month is told of that is not over, and so does not close: then that it is until now; else null. */
export const openUntil = ({ month, until }: StatementPage): number | null =>
  until < spanOf(month).to - 1 ? until : null;

export const fits = ({ opening, entries, closing, currency }: StatementPage): boolean =>
  addsUp(opening, entries, closing, currency);

/** For machines: `-302.50`, no thousands, no currency. */
export function decimal(amount: number, currency: Currency): string {
  const digits = exponents[currency];
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return `${amount < 0 ? '-' : ''}${whole}${digits ? `.${text.slice(-digits)}` : ''}`;
}

/** What a page changed, line by line: one for each bucket that an entry changed. */
const linesOf = ({ entries, currency }: StatementPage) =>
  entries.flatMap((entry) =>
    buckets
      .map((bucket) => ({ entry, bucket, change: changeOf(entry, currency, bucket) }))
      .filter(({ change }) => change !== 0)
      .map((line) => ({ ...line, balance: line.entry.after[currency]![line.bucket] })),
  );

export const columns = [
  'time',
  'entry',
  'what',
  'bucket',
  'currency',
  'in',
  'out',
  'balance',
  'reference',
  'journal',
] as const;

type Cell = string | number;
const timeOf = (at: number): string => new Date(at).toISOString();

/**
 * The rows of a page. What comes and what goes have a column each, so no amount begins with a sign that a sheet would
 * take for a formula. Pages in their order make one file: names and opening first, closing last.
 */
export function rowsOf(page: StatementPage): readonly (readonly Cell[])[] {
  const { currency, month, until, opening, closing, first, last } = page;
  const { from } = spanOf(month);
  const edge = (at: number, what: string, held: Balance): Cell[][] =>
    buckets.map((bucket) => [
      ...[timeOf(at), '', what, bucket, currency, '', ''],
      ...[decimal(held[bucket], currency), '', ''],
    ]);
  const lines = linesOf(page).map(({ entry, bucket, change, balance }): Cell[] => [
    ...[timeOf(entry.at), entry.n, causes[entry.kind], bucket, currency],
    change > 0 ? decimal(change, currency) : '',
    change < 0 ? decimal(negate(change), currency) : '',
    ...[decimal(balance, currency), entry.reference, entry.journal],
  ]);
  return [
    ...(first ? [[...columns], ...edge(from, 'Opening balance', opening)] : []),
    ...lines,
    ...(last ? edge(until, endOf(page), closing) : []),
  ];
}

const endOf = (page: StatementPage): string =>
  openUntil(page) === null ? 'Closing balance' : 'Balance so far';

const labels: Readonly<Record<Bucket, string>> = {
  available: 'Available',
  pending: 'Clearing',
  reserved: 'Set aside',
  debt: 'Owed',
};

/** The same page for people. */
export function paperOfPage(page: StatementPage, issuer: readonly string[]): Paper {
  const { uid, month, until, currency, entries, opening, closing } = page;
  const money = (amount: number) => format(amount, currency);
  const balances = (held: Balance) => buckets.map((one) => `${labels[one]} ${money(held[one])}`).join('\n');
  const [from, to] = [entries[0], entries.at(-1)];
  return {
    title: `Statement ${month}`,
    issuer: issuer.filter((line) => line !== ''),
    head: [
      ['For', customer(uid)],
      ['Currency', currency],
      ['Until', timeOf(until).slice(0, 10)],
      ['Entries', from && to ? `${from.n} to ${to.n}` : 'none'],
      ['Opening balance', balances(opening)],
    ],
    lines: linesOf(page).map(({ entry, bucket, change, balance }) => [
      `${timeOf(entry.at).slice(0, 10)} ${causes[entry.kind]}`,
      `${change > 0 ? '+ ' : ''}${money(change)}\n${labels[bucket]} ${money(balance)}`,
    ]),
    sums: [[endOf(page), balances(closing)]],
  };
}
