import { createHash } from 'node:crypto';
import { bookedOf, type Commission } from '../commissions/commission.ts';
import { joinId } from '../shared/ids.ts';
import { minor, zero, type Minor } from '../shared/money.ts';
import { boardOf, periods, type Period } from './board.ts';

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

export const standingId = (board: string, uid: string): string => `${board}~${joinId(uid)}`;

const newStanding = (uid: string, board: string, period: Period, at: number): Standing => ({
  ...{ uid, board, net: zero, count: 0, reachedAt: 0, hidden: false, changedAt: at },
  tie: createHash('sha256').update(`${board} ${uid}`).digest('hex').slice(0, 16),
  dueAt: period === 'all' ? null : at + KEPT,
});

export type Folded = { readonly tally: Tally; readonly standings: readonly (Standing | null)[] };

/**
 * The boards that a commission is on now: a week and a month that are over are shown no more. One that began since the
 * schedule took its time is not over.
 */
export const boardsOf = ({ at: earnedAt, currency }: Commission, at: number): (string | null)[] =>
  periods.map((period) => {
    const board = boardOf(period, currency, earnedAt);
    return board === boardOf(period, currency, Math.max(at, earnedAt)) ? board : null;
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
