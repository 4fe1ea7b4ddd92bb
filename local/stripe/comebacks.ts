/** Money that goes back: refunds, and disputes of a payer's bank. https://docs.stripe.com/disputes/how-disputes-work */
import type Stripe from 'stripe';
import { Complaint, missing } from './complaint.ts';
import type { Told } from './cards.ts';
import { checkedAmount, readForm } from './form.ts';
import { newId } from './session.ts';
import { book, type Dispute, type Refund, type Vault } from './vault.ts';

/** What was paid under an intent: by card, or in a checkout. */
export type Paid = { id: string; amount: number; currency: string };

/** What Stripe takes for a dispute, in minor units, whatever the currency is here. */
export const DISPUTE_FEE = 1500;

const refundsOf = (vault: Vault, intent: string): Refund[] =>
  Object.values(vault.refunds).filter((one) => one.payment_intent === intent && one.status !== 'failed');

export function createRefund(
  vault: Vault,
  body: string,
  paid: (intent: string) => Paid,
  { now, status }: { now: number; status: 'pending' | 'succeeded' },
  events: Told[],
): Refund {
  const form = readForm(body, ['payment_intent', 'amount']);
  const { id, amount: all, currency } = paid(form.text('payment_intent'));
  const amount = form.integer('amount');
  const left = all - refundsOf(vault, id).reduce((sum, one) => sum + one.amount, 0);
  const no = (code: string, message: string) =>
    new Complaint(400, { type: 'invalid_request_error', code, message });
  if (Object.values(vault.disputes).some((one) => one.payment_intent === id && one.status !== 'won'))
    throw no('charge_disputed', 'Charge has been charged back; cannot issue a refund.');
  if (left === 0) throw no('charge_already_refunded', 'Charge has already been refunded.');
  if (amount > left)
    throw no('amount_too_large', `Refund amount is greater than unrefunded amount (${left})`);
  const refund: Refund = {
    id: newId('re_'),
    object: 'refund',
    amount,
    currency,
    metadata: form.metadata,
    payment_intent: id,
    status,
  };
  vault.refunds[refund.id] = refund;
  book(vault, 'refund', { amount: -amount, currency }, { id: refund.id, object: 'refund' }, now);
  events.push({ type: 'refund.created', object: refund });
  return refund;
}

export function refundOf(vault: Vault, id: string): Refund {
  const refund = vault.refunds[id];
  if (!refund) throw missing('refund', id);
  return refund;
}

/** What becomes of a refund later; one that fails is credited to the platform again. */
export function endRefund(
  vault: Vault,
  id: string,
  status: 'succeeded' | 'failed',
  now: number,
  events: Told[],
): void {
  const refund = refundOf(vault, id);
  refund.status = status;
  if (status === 'failed') {
    refund.failure_reason = 'expired_or_canceled_card';
    const { amount, currency } = refund;
    book(vault, 'refund_failure', { amount, currency }, { id, object: 'refund' }, now);
  }
  events.push({ type: status === 'failed' ? 'refund.failed' : 'refund.updated', object: refund });
}

export function openDispute(
  vault: Vault,
  { id: intent, amount: all, currency }: Paid,
  wish: { amount?: number; reason?: string; inquiry?: boolean },
  now: number,
  events: Told[],
): Dispute {
  const id = newId('du_');
  const amount = checkedAmount(wish.amount ?? all, currency);
  const source = { id, object: 'dispute', payment_intent: intent };
  // An inquiry only asks: nothing is taken yet.
  const lines = wish.inquiry
    ? []
    : [book(vault, 'adjustment', { amount: -amount, currency, fee: DISPUTE_FEE }, source, now)];
  const dispute: Dispute = {
    id,
    object: 'dispute',
    amount,
    balance_transactions: lines,
    created: now,
    currency,
    payment_intent: intent,
    reason: wish.reason ?? 'fraudulent',
    status: wish.inquiry ? 'warning_needs_response' : 'needs_response',
  };
  vault.disputes[id] = dispute;
  events.push({ type: 'charge.dispute.created', object: dispute });
  return dispute;
}

export function disputeOf(vault: Vault, id: string): Dispute {
  const dispute = vault.disputes[id];
  if (!dispute) throw missing('dispute', id);
  return dispute;
}

/** Won: the amount comes back, the fee stays. */
export function closeDispute(
  vault: Vault,
  id: string,
  status: 'won' | 'lost',
  now: number,
  events: Told[],
): void {
  const dispute = disputeOf(vault, id);
  dispute.status = status satisfies Stripe.Dispute.Status;
  const { amount, currency, payment_intent } = dispute;
  if (status === 'won' && dispute.balance_transactions.length > 0)
    dispute.balance_transactions.push(
      book(vault, 'adjustment', { amount, currency }, { id, object: 'dispute', payment_intent }, now),
    );
  events.push({ type: 'charge.dispute.closed', object: dispute });
}
