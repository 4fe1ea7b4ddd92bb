import { escrowId, type Escrow } from '../escrow/escrow.ts';
import type { Clearance } from '../clearance/clearance.ts';
import { leg, type JournalEntry, type Leg } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import type { Wallet } from '../ledger/wallet.ts';
import {
  attemptOf as cardAttempt,
  isPaid as isPaidByCard,
  moveTo as movePayment,
  paymentId,
  type CardPayment,
} from '../payments/funding.ts';
import type { Provider } from '../psp/gateway.ts';
import { isPaid, moveTo as movePurchase, type Purchase } from '../purchases/purchase.ts';
import { minor, type Currency, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { takeFromBuyer, takeFromJob, type FundedBooks, type TakenBack } from './takeback.ts';

/** What a refund would do, decided without doing it: a preview shows it, and a refund does exactly that. */

export type Target =
  | {
      readonly kind: 'purchase';
      readonly id: string;
      readonly purchase: Purchase | null;
      readonly wallet: Wallet | null;
    }
  | ({ readonly kind: 'payment'; readonly id: string } & (FundedBooks | Missing));
type Missing = { readonly payment: null };

export type Plan = TakenBack & {
  readonly target: string;
  readonly uid: string;
  readonly provider: Provider;
  readonly payment: string;
  readonly attempt: string;
  readonly amount: Minor;
  readonly currency: Currency;
  /** What may still be refunded, before this. */
  readonly remaining: Minor;
  readonly whole: boolean;
  readonly after: {
    readonly purchase: Purchase | null;
    readonly payment: CardPayment | null;
    readonly escrow: Escrow | null;
    readonly clearance: Clearance | null;
  };
};

const unchanged = { purchase: null, payment: null, escrow: null, clearance: null } as const;

/**
 * Plans a refund of `amount`, or of all that remains.
 * @throws Refusal `not_found`, `wrong_status` when it is not paid, `refund_too_large` with what remains,
 *   `chargeback_open`.
 */
export function planRefund(target: Target, wanted: Minor | null, at: number): Plan {
  return target.kind === 'purchase' ? planPurchase(target, wanted) : planPayment(target, wanted, at);
}

function planPurchase(
  { id, purchase, wallet }: Extract<Target, { kind: 'purchase' }>,
  wanted: Minor | null,
): Plan {
  if (!purchase) throw new Refusal('not_found', { what: 'purchase', id });
  if (!isPaid(purchase)) throw new Refusal('wrong_status', { status: purchase.status });
  const { uid, provider, currency, price, refunded, payment, paidAt } = purchase;
  const { amount, remaining } = mustRemain(price, refunded, wanted, currency);
  const taken = takeFromBuyer(purchase, wallet, amount);
  const status = refunded + amount === price ? 'refunded' : 'partially_refunded';
  const more = { news: purchase.news, dueAt: null, refunded: minor(refunded + amount) };
  return {
    ...taken,
    ...{ target: `purchases/${id}`, uid, provider, amount, currency, remaining },
    ...{ payment: payment.payment, attempt: payment.attempt, whole: amount === price },
    after: { ...unchanged, purchase: movePurchase(purchase, { status, payment, paidAt }, more) },
  };
}

function planPayment(books: Extract<Target, { kind: 'payment' }>, wanted: Minor | null, at: number): Plan {
  const { id, payment } = books;
  if (!payment) throw new Refusal('not_found', { what: 'payment', id });
  const { payer, currency, refunded, attempt, fromCard } = payment;
  const named = { target: `payments/${id}`, uid: payer, provider: 'stripe' as const, currency };
  if (payment.status === 'review') {
    const { amount, remaining } = mustRemain(payment.collected, refunded, wanted, currency);
    const taken = takeFromJob({ ...books, escrow: null }, amount, { at });
    return {
      ...taken,
      ...{ ...named, amount, remaining, payment: payment.intent, whole: amount === payment.collected },
      attempt: cardAttempt(id, attempt),
      after: { ...unchanged, payment: refundReview(payment, amount, at) },
    };
  }
  if (!isPaidByCard(payment)) throw new Refusal('wrong_status', { status: payment.status });
  const { amount, remaining } = mustRemain(fromCard, refunded, wanted, currency);
  const taken = takeFromJob(books, amount, { at });
  const { intent, paidAt } = payment;
  const status = refunded + amount === fromCard ? 'refunded' : 'partially_refunded';
  const more = { news: payment.news, dueAt: null, refunded: minor(refunded + amount) };
  return {
    ...taken,
    ...{ ...named, amount, remaining, payment: intent, whole: amount === fromCard },
    attempt: cardAttempt(id, attempt),
    after: {
      purchase: null,
      payment: movePayment(payment, { status, intent, paidAt }, more),
      escrow: taken.escrow,
      clearance: taken.clearance,
    },
  };
}

/** Money that did not fit and goes back: when all of it has, the payment is over and another try may begin. */
function refundReview(
  payment: Extract<CardPayment, { status: 'review' }>,
  amount: Minor,
  at: number,
): CardPayment {
  const balance = minor(payment.balance - amount);
  if (balance > 0)
    return { ...payment, balance, refunded: minor(payment.refunded + amount), version: payment.version + 1 };
  const state = { status: 'failed', why: 'refunded', closedAt: at } as const;
  return movePayment(payment, state, { news: payment.news, dueAt: null, balance, refunded: minor(0) });
}

/** @throws Refusal `refund_too_large`, `wrong_status` when nothing is left. */
function mustRemain(paid: Minor, refunded: Minor, wanted: Minor | null, currency: Currency) {
  const remaining = minor(paid - refunded);
  const amount = wanted ?? remaining;
  if (remaining === 0) throw new Refusal('wrong_status', { status: 'refunded' });
  if (amount > remaining) throw new Refusal('refund_too_large', { amount, remaining, currency });
  return { amount, remaining };
}

/** All that the refund's entry will hold, the card's leg among them. */
export const legsOf = ({ legs, provider, currency, amount }: Plan): Leg[] => [
  ...legs,
  leg(`psp:${provider}:clearing`, currency, amount),
];

/** Posts a plan. @param id of the refund, which is the cause */
export function postPlan(
  id: string,
  plan: Plan,
  target: Target,
  by: { readonly uid: string; readonly at: number },
): Posting {
  const entry: JournalEntry = {
    id: `refund:${id}`,
    kind: 'refund',
    legs: legsOf(plan),
    at: by.at,
    by: by.uid,
    reference: `refunds/${id}`,
    // The provider has not been asked yet, so it is under our own name.
    psp: { provider: plan.provider, source: `refund:${id}` },
  };
  return post(entry, booksOf(target));
}

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
