import { joinId } from '../shared/ids.ts';
import type { Currency, Minor } from '../shared/money.ts';
import type { Newsworthy } from '../notifications/notice.ts';
import type { FeePolicy, Outcome } from './fees.ts';

/** What the parties may complain about. */
export const disputeReasons = [
  'not_delivered',
  'poor_quality',
  'not_as_agreed',
  'no_answer',
  'other',
] as const;
export type DisputeReason = (typeof disputeReasons)[number];

/**
 * `escrows/{job}~{payer}~{payee}`: money that has left the payer and not reached the payee. One a job, ever.
 * Amounts are in minor units of `currency`.
 */
export type Escrow = Newsworthy & {
  readonly job: string;
  readonly title: string;
  readonly payer: string;
  readonly payee: string;
  /** Both parties, for the one query that lists either's escrows. */
  readonly parties: readonly string[];
  readonly currency: Currency;
  /** What the work costs; the payer's fee comes on top of it. */
  readonly price: Minor;
  readonly payerFee: Minor;
  /** What was locked: price + payer's fee. */
  readonly held: Minor;
  /** What is still inside: `held`, then 0. */
  readonly balance: Minor;
  /** What went back to the payer's card while it was open: price, fee and `held` are less by that. */
  readonly refunded: Minor;
  /** What was taken back of each part of the outcome since it was closed. */
  readonly takenBack: Outcome;
  /** The chargebacks that stand against its money; while there is one, nothing moves. */
  readonly contested: readonly string[];
  /** As it was when the money was locked; later changes of policy do not touch it (W0-14). */
  readonly policy: FeePolicy;
  readonly lockedAt: number;
  /** The document that leads it, where it is a part of something larger: every step and deadline is there. */
  readonly keeper?: string;
  /** Counts transitions, so that each has its own cause. */
  readonly version: number;
  /** When a timer or the sweep looks at it next; null in terminal states. */
  readonly dueAt: number | null;
} & EscrowState;

/** Each state with the fields that only it has. */
export type EscrowState = OpenState | ClosedState;

export type WorkingState =
  | { readonly status: 'held' }
  | {
      readonly status: 'submitted';
      readonly submittedAt: number;
      readonly note: string;
      /** When the timer pays the payee. */
      readonly releaseAt: number;
      readonly reminded: boolean;
    }
  | { readonly status: 'revision'; readonly askedAt: number; readonly wish: string };

export type OpenState =
  | WorkingState
  | {
      readonly status: 'disputed';
      readonly openedAt: number;
      readonly openedBy: string;
      readonly reason: DisputeReason;
      readonly statement: string;
      /** What it goes back to when the dispute ends without moving money. */
      readonly beforeDispute: WorkingState;
      /** How often the 48-hour target has passed. */
      readonly overdue: number;
    };

export type Closing = 'payer' | 'payee' | 'admin' | 'timer';

export type ClosedState = {
  readonly status: 'released' | 'refunded' | 'split';
  readonly outcome: Outcome;
  readonly closedAt: number;
  readonly closedBy: Closing;
};

export type OpenEscrow = Escrow & OpenState;
export type ClosedEscrow = Escrow & ClosedState;

export const isClosed = (escrow: Escrow): escrow is ClosedEscrow =>
  escrow.status === 'released' || escrow.status === 'refunded' || escrow.status === 'split';

/** Its id says whose money it is, so that one batched read fetches the escrow and both wallets. */
export const escrowId = ({ job, payer, payee }: Pick<Escrow, 'job' | 'payer' | 'payee'>): string =>
  joinId(job, payer, payee);

/** Moves to another state: what all states share is kept, the fields of the old state are left behind. */
export function moveTo(
  escrow: Escrow,
  state: EscrowState,
  more: Newsworthy & { readonly dueAt: number | null; readonly balance?: Minor },
): Escrow {
  const { job, title, payer, payee, parties, currency, price, payerFee, held, policy, lockedAt } = escrow;
  const kept = { job, title, payer, payee, parties, currency, price, payerFee, held, policy, lockedAt };
  const { balance, refunded, takenBack, contested, keeper } = escrow;
  const money = { balance, refunded, takenBack, contested, ...(keeper !== undefined && { keeper }) };
  return { ...kept, ...money, version: escrow.version + 1, ...more, ...state };
}
