import type { Clearance } from '../clearance/clearance.ts';
import { escrowId, type Escrow } from '../escrow/escrow.ts';
import type { Wallet } from '../ledger/wallet.ts';
import {
  isPaid as isPaidByCard,
  moveTo as movePayment,
  paymentId,
  type CardPayment,
} from '../payments/funding.ts';
import type { Chargebacks } from '../psp/chargebacks.ts';
import { isPaid, moveTo as movePurchase, type Purchase } from '../purchases/purchase.ts';
import { minor, zero, type Minor } from '../shared/money.ts';

export type TargetName = { readonly kind: 'purchase' | 'payment'; readonly id: string };

/** What was paid for, with all that a move back may touch. */
export type Target =
  | {
      readonly kind: 'purchase';
      readonly id: string;
      readonly purchase: Purchase | null;
      readonly wallet: Wallet | null;
    }
  | ({ readonly kind: 'payment'; readonly id: string } & (FundedBooks | { readonly payment: null }));

export type FundedBooks = {
  readonly payment: CardPayment;
  readonly escrow: Escrow | null;
  readonly payer: Wallet | null;
  readonly payee: Wallet | null;
  readonly clearance: Clearance | null;
};

/** The documents that a move back changes beside the wallets; null for what stays as it is. */
export type After = {
  readonly purchase: Purchase | null;
  readonly payment: CardPayment | null;
  readonly escrow: Escrow | null;
  readonly clearance: Clearance | null;
};

export const unchanged: After = { purchase: null, payment: null, escrow: null, clearance: null };

/** The escrow that a payment filled; coins filled none. */
export const escrowIn = (target: Target): Escrow | null =>
  target.kind === 'payment' && target.payment ? (target as FundedBooks).escrow : null;

export const chargebacksOf = (target: Target): Chargebacks =>
  (target.kind === 'purchase' ? target.purchase : target.payment)?.chargebacks ?? {};

/** How much of one payment of the provider's, by its id of it, is here and has not gone back. */
export function remainingOf(target: Target, source: string): Minor {
  if (target.kind === 'purchase') {
    const { purchase } = target;
    return purchase && isPaid(purchase) ? minor(purchase.price - purchase.refunded) : zero;
  }
  const { payment } = target;
  if (!payment) return zero;
  return filledBy(payment, source)
    ? minor(payment.fromCard - payment.refunded)
    : (payment.misfits[source] ?? zero);
}

/** Whether this is what filled the escrow, and no money that came and did not fit. */
export const filledBy = (payment: CardPayment, intent: string): boolean =>
  isPaidByCard(payment) && payment.intent === intent;

/** What an entry about a target may touch, as it was read. */
export function booksOf(target: Target) {
  if (target.kind === 'purchase')
    return { wallets: target.purchase ? { [target.purchase.uid]: target.wallet } : {} };
  const { payment } = target;
  if (payment === null) return { wallets: {} };
  const { escrow, payer, payee } = target as FundedBooks;
  return {
    wallets: { [payment.payer]: payer, [payment.payee]: payee },
    escrows: escrow ? { [escrowId(escrow)]: escrow.balance } : {},
    payments: { [paymentId(payment)]: payment.balance },
  };
}

/** So much more has gone back, or less where it is below zero. */
export function refundedBy(purchase: Purchase, by: number, value: number, credits: number): Purchase {
  if (!isPaid(purchase)) return purchase;
  const { payment, paidAt, price, news } = purchase;
  const refunded = minor(purchase.refunded + by);
  const creditsBack = minor(purchase.creditsBack + credits);
  const more = { news, dueAt: null, refunded, valueBack: minor(purchase.valueBack + value), creditsBack };
  return movePurchase(purchase, { status: statusOf(refunded, price), payment, paidAt }, more);
}

export function cardRefundedBy(payment: CardPayment, by: number, returned: number): CardPayment {
  if (!isPaidByCard(payment)) return payment;
  const { intent, paidAt, fromCard, news } = payment;
  const refunded = minor(payment.refunded + by);
  const more = { news, dueAt: null, refunded, returned: minor(payment.returned + returned) };
  return movePayment(payment, { status: statusOf(refunded, fromCard), intent, paidAt }, more);
}

const statusOf = (refunded: Minor, whole: Minor) =>
  refunded === whole ? 'refunded' : refunded > 0 ? 'partially_refunded' : 'paid';
