/** Money back to the card, and money that a bank took back. https://docs.stripe.com/refunds, https://docs.stripe.com/disputes */
import type Stripe from 'stripe';
import { minor, sum } from '../shared/money.ts';
import { currencyNamed } from './gateway.ts';
import type { DisputeGateway, DisputeReport, RefundGateway, RefundReport } from './ports.ts';
import { asking, askingFor, stripeAmount, stripeStep, type StripeSource } from './stripe.client.gateway.ts';

/** An allow-list: what is not named here is on its way. */
const statuses: Partial<Record<string, RefundReport['status']>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'failed',
};

const refundOf = (refund: Stripe.Refund): RefundReport => ({
  refund: refund.metadata?.refund ?? null,
  id: refund.id,
  status: statuses[refund.status ?? ''] ?? 'pending',
  amount: minor(refund.amount),
  currency: currencyNamed(refund.currency),
  failure: refund.failure_reason ?? null,
});

export const createStripeRefunds = (client: StripeSource): RefundGateway => ({
  provider: 'stripe',
  partial: true,
  step: stripeStep,
  idempotent: true,

  async refund({ refund, payment, amount, currency }) {
    const params: Stripe.RefundCreateParams = {
      payment_intent: payment,
      amount: stripeAmount(amount, currency),
      metadata: { refund },
    };
    return refundOf(
      await asking(client, (stripe) => stripe.refunds.create(params, { idempotencyKey: `refund:${refund}` })),
    );
  },

  findRefund: ({ refund, payment }) =>
    asking(client, async (stripe) => {
      for await (const one of stripe.refunds.list({ payment_intent: payment, limit: 100 }))
        if (one.metadata?.refund === refund) return refundOf(one);
      return null;
    }),
});

/** https://docs.stripe.com/api/disputes/object#dispute_object-status */
const disputeStatuses: Partial<Record<string, DisputeReport['status']>> = {
  warning_needs_response: 'inquiry',
  warning_under_review: 'inquiry',
  warning_closed: 'inquiry',
  needs_response: 'open',
  under_review: 'open',
  won: 'won',
  lost: 'lost',
  // Lost, unless the appeal turns it into won.
  appeal_needs_response: 'lost',
  appeal_under_review: 'lost',
};

/** What was prevented was given back to the payer, or never taken; a word that nobody knows yet is the same question. */
const byMoney = (moves: readonly Stripe.BalanceTransaction[]): DisputeReport['status'] =>
  moves.length === 0 ? 'inquiry' : sum(moves.map(({ amount }) => amount)) < 0 ? 'lost' : 'won';

export const createStripeDisputes = (client: StripeSource): DisputeGateway => ({
  async askDispute(dispute) {
    const found = await askingFor(client, (stripe) => stripe.disputes.retrieve(dispute));
    if (!found) return null;
    const { payment_intent: intent, balance_transactions: moves } = found;
    return {
      provider: 'stripe',
      dispute: found.id,
      payment: (typeof intent === 'string' ? intent : intent?.id) ?? '',
      status: disputeStatuses[found.status] ?? byMoney(moves),
      reason: found.reason,
      amount: minor(found.amount),
      currency: currencyNamed(found.currency),
      // A fee in another currency is the day's settlement's to tell of.
      fee: sum(moves.filter(({ currency }) => currency === found.currency).map(({ fee }) => fee)),
    };
  },
});
