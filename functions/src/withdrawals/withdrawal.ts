import type { Newsworthy } from '../notifications/notice.ts';
import type { Sealed } from '../shared/sealed.ts';
import type { DestinationKind } from '../payees/payee.ts';
import type { Currency, Minor } from '../shared/money.ts';

/**
 * `withdrawals/{request}~{uid}`: money on its way out of a wallet. While it is open the money is reserved in
 * the wallet; `amount` is in minor units of `currency`.
 */
export type Withdrawal = Newsworthy & {
  readonly uid: string;
  readonly amount: Minor;
  readonly currency: Currency;
  /** As it was at the request: what happens to the destination later does not touch this (F38, W4-29). */
  readonly destination: Snapshot;
  readonly requestHash: string;
  readonly requestedAt: number;
  /** Which version of the limits it was judged by. */
  readonly policyVersion: number;
  /** Counts transitions, so that each has its own cause. */
  readonly version: number;
  /** When somebody should have acted; null in terminal states. */
  readonly dueAt: number | null;
} & WithdrawalState;

export type Snapshot = { readonly id: string; readonly mask: string; readonly sealed: Sealed } & (
  | { readonly kind: Exclude<DestinationKind, 'connected'> }
  /** The provider's account that it goes to. */
  | { readonly kind: 'connected'; readonly account: string | null }
);

/** Who let it pass. */
export type Approval = { readonly approvedBy: string; readonly approvedAt: number };

/** Each state with the fields that only it has. `overdue` counts missed targets. */
export type OpenState =
  | { readonly status: 'requested'; readonly overdue: number }
  | ({ readonly status: 'approved'; readonly overdue: number } & Approval);

/** How it was paid, as finance can show it. */
export type Proof = {
  readonly method: PayMethod;
  readonly reference: string;
  /** When the bank says that it was paid. */
  readonly paidAt: number;
};

export const payMethods = [
  'bank_transfer',
  'instant_transfer',
  'cheque',
  'e_wallet',
  'mobile_money',
  'cash',
] as const;
export type PayMethod = (typeof payMethods)[number];

export type ClosedState = { readonly closedAt: number; readonly closedBy: string } & (
  | ({ readonly status: 'paid'; readonly proof: Proof } & Approval)
  | { readonly status: 'rejected' | 'failed'; readonly reason: string }
  | { readonly status: 'cancelled' }
);

export type WithdrawalState = OpenState | ClosedState;
export type OpenWithdrawal = Withdrawal & OpenState;

export const withdrawalStatuses = [
  'requested',
  'approved',
  'paid',
  'rejected',
  'failed',
  'cancelled',
] as const satisfies readonly WithdrawalState['status'][];

export const isOpen = (withdrawal: Withdrawal): withdrawal is OpenWithdrawal =>
  withdrawal.status === 'requested' || withdrawal.status === 'approved';

/** `paymentReferences/{method and reference, hashed}`: one payment pays one withdrawal. */
export type PaymentReference = { readonly withdrawal: string; readonly at: number };

/** Banks print spaces and dashes as they like; the same payment must not pass for two. */
export const normalReference = (reference: string): string =>
  reference
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** Moves to another state: what all states share is kept, the fields of the old state are left behind. */
export function moveTo(
  withdrawal: Withdrawal,
  state: WithdrawalState,
  more: Newsworthy & { readonly dueAt: number | null },
): Withdrawal {
  const { uid, amount, currency, destination, requestHash, requestedAt, policyVersion } = withdrawal;
  const kept = { uid, amount, currency, destination, requestHash, requestedAt, policyVersion };
  return { ...kept, version: withdrawal.version + 1, ...more, ...state };
}
