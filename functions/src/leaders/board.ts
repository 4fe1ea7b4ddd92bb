import { joinId } from '../shared/ids.ts';
import type { Currency, Minor } from '../shared/money.ts';
import { weekOf } from '../shared/week.ts';

export const periods = ['week', 'month', 'all'] as const;
export type Period = (typeof periods)[number];

/** The week by ISO 8601, the month, both in UTC: `2026-W03`, `2026-01`; `all`. */
export function keyOf(period: Period, at: number): string {
  if (period === 'all') return 'all';
  if (period === 'month') return new Date(at).toISOString().slice(0, 7);
  return weekOf(at);
}

export const boardOf = (period: Period, currency: Currency, at: number): string =>
  joinId(keyOf(period, at), currency);

/** One row of a board. */
export type Row = {
  readonly uid: string;
  readonly rank: number;
  readonly net: Minor;
  readonly count: number;
};

/** `boards/{period}~{currency}~{n}`: a page of a board, as the schedule wrote all of them at once. */
export type Page = {
  /** Of which week or month. */
  readonly board: string;
  readonly asOfAt: number;
  /** How many pages have rows. */
  readonly pages: number;
  readonly rows: readonly Row[];
};

export const PAGE = 20;
/** The most rows of a board; everybody else asks for their own rank. */
export const MOST_ROWS = 500;

export const pageId = (period: Period, currency: Currency, n: number): string =>
  joinId(period, currency, String(n));

/**
 * The pages of a board, best first; those that had rows before and have none now are written empty.
 * @param before how many pages there were
 */
export function pagesOf(
  board: string,
  best: readonly Omit<Row, 'rank'>[],
  { before, at }: { readonly before: number; readonly at: number },
): Page[] {
  const rows = best.map(({ uid, net, count }, i): Row => ({ uid, rank: i + 1, net, count }));
  const pages = Math.ceil(rows.length / PAGE);
  return Array.from({ length: Math.max(pages, before, 1) }, (_, n) => ({
    ...{ board, asOfAt: at, pages },
    rows: rows.slice(n * PAGE, (n + 1) * PAGE),
  }));
}
