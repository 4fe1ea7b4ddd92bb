import { createHash } from 'node:crypto';
import { bookedOf, type Commission } from '../commissions/commission.ts';
import { joinId } from '../shared/ids.ts';
import { minor, zero, type Currency, type Minor } from '../shared/money.ts';

export const periods = ['week', 'month', 'all'] as const;
export type Period = (typeof periods)[number];

/**
 * `standings/{board}~{uid}`: what somebody earned in a week, a month or ever, net of all that went back (F58). Only what
 * they earn themselves writes it. Whatever state a commission is in, it counts once and for what it is worth now (W4-26).
 */
export type Standing = {
  readonly uid: string;
  readonly board: string;
  /** Minor units. */
  readonly net: Minor;
  /** Commissions of which anything is left. */
  readonly count: number;
  /** When the last that counts was earned: of two with the same, who had it first is before. */
  readonly reachedAt: number;
  /** Of two with the same at the same time: another order on every board, and always the same one. */
  readonly tie: string;
  readonly hidden: boolean;
  readonly changedAt: number;
  /** When it may go; null for what is for ever. */
  readonly dueAt: number | null;
};

/** `tallies/{commission}`: what of a commission the standings hold. */
export type Tally = { readonly uid: string; readonly net: Minor };

/** `unlisted/{uid}`: somebody who does not want to be on a board. */
export type Unlisted = { readonly at: number };

const DAY = 24 * 3600 * 1000;
/** Long enough that nothing of a period that is over is looked at any more. */
const KEPT = 70 * DAY;

/** The week by ISO 8601, the month, both in UTC: `2026-W03`, `2026-01`; `all`. */
export function keyOf(period: Period, at: number): string {
  const date = new Date(at);
  if (period === 'all') return 'all';
  if (period === 'month') return date.toISOString().slice(0, 7);
  // A week is of the year that its Thursday is in.
  const thursday = new Date(at + (4 - (date.getUTCDay() || 7)) * DAY);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

export const boardOf = (period: Period, currency: Currency, at: number): string =>
  joinId(keyOf(period, at), currency);

export const standingId = (board: string, uid: string): string => `${board}~${joinId(uid)}`;

const newStanding = (uid: string, board: string, period: Period, at: number): Standing => ({
  ...{ uid, board, net: zero, count: 0, reachedAt: 0, hidden: false, changedAt: at },
  tie: createHash('sha256').update(`${board} ${uid}`).digest('hex').slice(0, 16),
  dueAt: period === 'all' ? null : at + KEPT,
});

export type Folded = { readonly tally: Tally; readonly standings: readonly (Standing | null)[] };

/** The boards that a commission is on now: a week and a month that are over are shown no more. */
export const boardsOf = ({ at: earnedAt, currency }: Commission, at: number): (string | null)[] =>
  periods.map((period) => {
    const board = boardOf(period, currency, earnedAt);
    return board === boardOf(period, currency, at) ? board : null;
  });

/**
 * Brings the standings of whoever earns it to what a commission is worth now. In whatever order and however often
 * commissions are folded, the standings come to the same.
 * @param standings one for each period; null for none yet
 * @returns null where they hold it already
 */
export function fold(
  commission: Commission,
  found: {
    readonly tally: Tally | null;
    readonly standings: readonly (Standing | null)[];
    readonly hidden: boolean;
  },
  at: number,
): Folded | null {
  const { uid } = commission;
  const [was, net] = [found.tally?.net ?? zero, bookedOf(commission)];
  if (was === net && found.tally !== null) return null;
  const more = Number(net > 0) - Number(was > 0);
  const boards = boardsOf(commission, at);
  const standings = periods.map((period, i) => {
    const board = boards[i] ?? null;
    if (board === null) return null;
    const before = found.standings[i] ?? newStanding(uid, board, period, at);
    return {
      ...before,
      net: minor(before.net + net - was),
      count: before.count + more,
      reachedAt: Math.max(before.reachedAt, commission.at),
      hidden: found.hidden,
      changedAt: Math.max(before.changedAt, at),
    };
  });
  return { tally: { uid, net }, standings };
}

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
  best: readonly Standing[],
  { before, at }: { readonly before: number; readonly at: number },
): Page[] {
  const rows = best.map(({ uid, net, count }, i): Row => ({ uid, rank: i + 1, net, count }));
  const pages = Math.ceil(rows.length / PAGE);
  return Array.from({ length: Math.max(pages, before, 1) }, (_, n) => ({
    ...{ board, asOfAt: at, pages },
    rows: rows.slice(n * PAGE, (n + 1) * PAGE),
  }));
}
