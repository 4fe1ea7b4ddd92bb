import type { Newsworthy } from '../notifications/notice.ts';
import type { Currency, Minor } from '../shared/money.ts';

/**
 * `adjustments/{id}`: what finance puts right by hand in one wallet. Always a new entry of the journal, which names
 * the one that it corrects or takes back; nothing that was booked is ever changed. Minor units.
 */
export type Adjustment = {
  /** `reversal`: the whole of an earlier adjustment is taken back. */
  readonly kind: 'correction' | 'reversal';
  readonly uid: string;
  readonly currency: Currency;
  readonly amount: Minor;
  /** What happens to the wallet: it is given the amount, or it is taken from it. */
  readonly direction: Direction;
  /** The journal entry that was wrong. */
  readonly corrects: string;
  readonly reason: string;
  readonly by: string;
  readonly requestHash: string;
  readonly requestedAt: number;
  /** Which version of the caps it was judged by. */
  readonly policyVersion: number;
  /** Counts transitions, so that each has its own cause. */
  readonly version: number;
  /** When finance is told that it still waits; null once they were, and when it is over. */
  readonly dueAt: number | null;
} & AdjustmentState &
  Newsworthy;

export const directions = ['credit', 'debit'] as const;
export type Direction = (typeof directions)[number];

export type AdjustmentState =
  /** Above the cap: for another admin to decide. */
  | { readonly status: 'waiting' }
  /** `entry` is in the journal; `owed` is what was not there to be taken. */
  | {
      readonly status: 'posted';
      readonly entry: string;
      readonly owed: Minor;
      readonly closedAt: number;
      readonly closedBy: string;
    }
  | {
      readonly status: 'rejected';
      readonly why: string;
      readonly closedAt: number;
      readonly closedBy: string;
    };

export const adjustmentStatuses = [
  'waiting',
  'posted',
  'rejected',
] as const satisfies readonly AdjustmentState['status'][];

/** Moves to another state: what all states share is kept, the fields of the old state are left behind. */
export function moveTo(adjustment: Adjustment, state: AdjustmentState, dueAt: number | null): Adjustment {
  const { kind, uid, currency, amount, direction, corrects, reason, by } = adjustment;
  const { requestHash, requestedAt, policyVersion, news } = adjustment;
  const kept = { kind, uid, currency, amount, direction, corrects, reason, by };
  return {
    ...kept,
    ...{ requestHash, requestedAt, policyVersion, news },
    version: adjustment.version + 1,
    dueAt,
    ...state,
  };
}

/**
 * `adjustedBy/to~{uid}`: what was done lately to one person, whoever did it; `adjustedBy/by~{admin}`: what one admin did
 * lately, to whomever. So many small parts count as one.
 */
export type AdjustedBy = { readonly recent: readonly RecentAdjustment[] };

export type RecentAdjustment = {
  readonly adjustment: string;
  readonly amount: Minor;
  readonly currency: Currency;
  readonly at: number;
};
