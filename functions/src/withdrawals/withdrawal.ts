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
  /**
   * When somebody should have acted, or the provider is asked next; null in terminal states, but for what the
   * provider paid: that may be on its way back, and is asked about again days later.
   */
  readonly dueAt: number | null;
} & WithdrawalState;

export type Snapshot = { readonly id: string; readonly mask: string; readonly sealed: Sealed } & (
  | { readonly kind: Exclude<DestinationKind, 'connected'> }
  /** The provider's account that it goes to. */
  | { readonly kind: 'connected'; readonly account: string }
);

/** Who let it pass. */
export type Approval = { readonly approvedBy: string; readonly approvedAt: number };

/** Each state with the fields that only it has. `overdue` counts missed targets. */
export type OpenState =
  | { readonly status: 'requested'; readonly overdue: number }
  | ({ readonly status: 'approved'; readonly overdue: number } & Approval)
  | ({ readonly status: 'processing'; readonly overdue: number; readonly payout: Payout } & Approval &
      SecondApproval);

/** The admin whose approval started the payout, where one was not enough (D13). */
export type SecondApproval = { readonly secondBy: string | null };

export const payoutSteps = ['transfer', 'payout', 'sent', 'reversal'] as const;

/**
 * The way through the provider: a transfer to the payee's account there, and from it a payout to their bank. `sent`:
 * both are made, and the bank has it or not. `reversal`: the transfer is taken back.
 */
export type Payout = {
  readonly step: (typeof payoutSteps)[number];
  /** The provider's ids, once they are known. */
  readonly transfer: string | null;
  readonly payout: string | null;
  /** How often the provider was asked for this step; recorded before each. */
  readonly asked: number;
  /** Why it comes back, in the provider's word, once it does. */
  readonly why: string | null;
  /** What a person has to look at: no money moves while it is so. */
  readonly problem: string | null;
  /** When this step began. */
  readonly sinceAt: number;
  /** When a person hears of it. */
  readonly escalateAt: number;
};

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
  /** By the provider. */
  | ({ readonly status: 'paid'; readonly payout: Payout } & Approval & SecondApproval)
  | { readonly status: 'rejected' | 'failed'; readonly reason: string }
  /** At the provider; `paidAt` where it had been paid before, and came back. */
  | {
      readonly status: 'failed';
      readonly reason: string;
      readonly payout: Payout;
      readonly paidAt: number | null;
    }
  | { readonly status: 'cancelled' }
);

export type WithdrawalState = OpenState | ClosedState;
export type OpenWithdrawal = Withdrawal & OpenState;
export type Processing = Withdrawal & Extract<OpenState, { readonly status: 'processing' }>;
export type PaidByProvider = Withdrawal &
  Extract<ClosedState, { readonly status: 'paid'; readonly payout: Payout }>;

export const withdrawalStatuses = [
  'requested',
  'approved',
  'processing',
  'paid',
  'rejected',
  'failed',
  'cancelled',
] as const satisfies readonly WithdrawalState['status'][];

export const isOpen = (withdrawal: Withdrawal): withdrawal is OpenWithdrawal =>
  withdrawal.status === 'requested' || withdrawal.status === 'approved' || withdrawal.status === 'processing';

export const isProcessing = (withdrawal: Withdrawal): withdrawal is Processing =>
  withdrawal.status === 'processing';
export const isPaidByProvider = (withdrawal: Withdrawal): withdrawal is PaidByProvider =>
  withdrawal.status === 'paid' && 'payout' in withdrawal;
type QuietlyPaid = PaidByProvider & {
  readonly payout: { readonly step: Exclude<Payout['step'], 'reversal'> };
};
export type UnderWay = Processing | PaidByProvider;
/** Whether the provider has something left to do or to say: of what it paid, that it came back. */
export const isUnderWay = (withdrawal: Withdrawal): withdrawal is UnderWay =>
  isProcessing(withdrawal) ||
  (isPaidByProvider(withdrawal) && (withdrawal.payout.step === 'reversal' || withdrawal.dueAt !== null));
/** It was paid, and nothing says that it comes back: only asked about again, days later. */
export const isQuietlyPaid = (withdrawal: Withdrawal): withdrawal is QuietlyPaid =>
  isPaidByProvider(withdrawal) && withdrawal.payout.step !== 'reversal';

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
