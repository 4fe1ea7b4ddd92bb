import type { Newsworthy } from '../notifications/notice.ts';
import type { Currency, Minor } from '../shared/money.ts';
import type { Taken } from '../refunds/portions.ts';

/**
 * `chargebacks/{provider's id}`: a payer's bank took a payment back, and the platform may contest that. While it is
 * open the money is frozen: in the escrow if it is still there, else taken back from those who got it. Minor units.
 */
export type Chargeback = Newsworthy & {
  /** `purchases/<id>`, `payments/<id>`, or `lots/<id>` for a month of credits. */
  readonly target: string;
  readonly payer: string;
  /** They, and everybody it was taken from: the banks' decision is about their money as well. */
  readonly parties: readonly string[];
  readonly payment: string;
  readonly reason: string;
  readonly amount: Minor;
  readonly currency: Currency;
  /** What the provider keeps for the trouble, won or lost. */
  readonly fee: Minor;
  /** What was taken back when it was opened, or when it was lost. */
  readonly taken: Taken;
  /** False for a payment that never came into the books: only the fee did. */
  readonly booked: boolean;
  /** What nobody could be asked for: more than what was left of the payment. */
  readonly loss: Minor;
  /** Whether the escrow still has the money, and is frozen. */
  readonly frozen: string | null;
  readonly openedAt: number;
  readonly version: number;
  /** When the sweep asks the provider; null once it is decided. */
  readonly dueAt: number | null;
} & ({ readonly status: 'open' } | { readonly status: 'won' | 'lost'; readonly closedAt: number });

export const chargebackStatuses = ['open', 'won', 'lost'] as const satisfies readonly Chargeback['status'][];

const DAY = 24 * 3600 * 1000;
/** Banks take weeks to months; the provider is asked every day. */
export const ASK_EVERY = DAY;
