import type { Escrow } from '../escrow/escrow.ts';
import type { Job } from '../jobs/job.ts';
import { paymentOf } from '../ledger/chart.ts';
import { incoming } from '../ledger/debt.ts';
import { leg, type JournalEntry, type Leg } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import type { Wallet } from '../ledger/wallet.ts';
import type { EventResult } from '../psp/event.ts';
import { forgetOrder } from '../purchases/limits.ts';
import { PSP_FEE_BPS } from '../purchases/payment.ts';
import type { Buyer } from '../purchases/purchase.ts';
import { feeOf, minor, negate, zero, type Minor } from '../shared/money.ts';
import { isOpen, moveTo, paymentId, type CardPayment, type OpenPayment } from './funding.ts';
import { told } from './funding.texts.ts';

/** How a try ends that filled no escrow, and the legs that every end of one is made of. */

export type CollectBooks = {
  readonly payment: CardPayment | null;
  readonly job: Job | null;
  /** The payer's. */
  readonly wallet: Wallet | null;
  readonly buyer: Buyer | null;
};

export type Collected = {
  readonly payment: CardPayment;
  readonly result: EventResult;
  readonly posting: Posting | null;
  readonly escrow: Escrow | null;
  /** Only those that changed. */
  readonly job: Job | null;
  readonly buyer: Buyer | null;
};

export const unchanged = (payment: CardPayment, result: EventResult = 'nothing'): Collected => ({
  payment,
  result,
  posting: null,
  escrow: null,
  job: null,
  buyer: null,
});

/** What a card gave: the provider owes it less its fee, which the platform bears (D11). */
export function cardLegs({ currency }: CardPayment, amount: Minor): Leg[] {
  const cost = feeOf(amount, PSP_FEE_BPS);
  return [
    leg('psp:stripe:clearing', currency, minor(cost - amount)),
    leg('psp:stripe:costs', currency, negate(cost)),
  ];
}

export const withoutNothing = (legs: readonly Leg[]): Leg[] => legs.filter(({ amount }) => amount !== 0);

/**
 * Nobody can pay this try any more: the wallet's part goes back, the job is free, and the limits forget it.
 * @param why the provider's word, or ours
 */
export function endUnpaid(
  { wallet, job, buyer }: CollectBooks,
  payment: OpenPayment,
  status: 'failed' | 'expired' | 'cancelled',
  why: string,
  at: number,
): Collected {
  const posting = giveBack(payment, wallet, { cause: String(payment.attempt), legs: [] }, at);
  const news = told(payment, status, at);
  const balance = posting?.payments[paymentId(payment)] ?? payment.balance;
  return {
    ...unchanged(moveTo(payment, { status, why, closedAt: at }, { ...news, dueAt: null, balance }), 'closed'),
    posting,
    job: released(job, payment),
    buyer: buyer && forgetOrder(buyer, `${paymentId(payment)}:${payment.attempt}`),
  };
}

export const released = (job: Job | null, payment: CardPayment): Job | null =>
  job?.funding === paymentId(payment) ? { ...job, funding: null } : null;

/** The end of a try that fills no escrow. `collected` is what the card gave all the same. */
export function giveBack(
  payment: CardPayment,
  wallet: Wallet | null,
  collected: { readonly cause: string; readonly legs: readonly Leg[] },
  at: number,
): Posting | null {
  const id = paymentId(payment);
  const { payer, currency } = payment;
  // What lies there while a try is open is the wallet's part, and nothing else.
  const back = isOpen(payment) ? payment.balance : zero;
  const legs = withoutNothing([
    ...collected.legs,
    leg(paymentOf(id), currency, negate(back)),
    ...incoming({ uid: payer, wallet }, currency, back, 'spent'),
  ]);
  if (legs.length === 0) return null;
  const entry: JournalEntry = {
    id: `payment:${id}:${collected.cause}:end`,
    kind: 'payment-return',
    legs,
    at,
    by: 'psp:stripe',
    reference: `payments/${id}`,
    // The cause of what came is the intent that brought it; without it nothing moved at the provider.
    ...(collected.legs.length > 0 && { psp: { provider: 'stripe', source: collected.cause } }),
  };
  return post(entry, {
    wallets: back > 0 ? { [payer]: wallet } : {},
    payments: { [id]: payment.balance },
  });
}
