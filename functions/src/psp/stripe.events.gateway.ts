/**
 * What Stripe's events are about. Of all but those of a checkout only the names are believed: they come unordered
 * and again, so the thing itself is asked for (https://docs.stripe.com/webhooks#event-ordering).
 */
import type Stripe from 'stripe';
import type { About, PaymentReport } from './gateway.ts';

const nameOf = (expandable: string | { readonly id: string } | null): string =>
  (typeof expandable === 'string' ? expandable : expandable?.id) ?? '';

/** @param checkout reads an event about a checkout; null for another one */
export function aboutOf(
  event: Stripe.Event,
  checkout: (event: Stripe.Event) => PaymentReport | null,
): About | null {
  switch (event.type) {
    case 'payment_intent.succeeded':
    case 'payment_intent.payment_failed':
    case 'payment_intent.processing':
    case 'payment_intent.requires_action':
    case 'payment_intent.canceled': {
      const { id, metadata } = event.data.object;
      // The intent of a checkout carries no name of ours; its session does.
      return metadata.attempt === undefined ? null : { kind: 'card', attempt: metadata.attempt, intent: id };
    }
    case 'account.updated':
      return { kind: 'account', account: event.data.object.id };
    case 'payout.paid':
    case 'payout.failed':
    case 'payout.canceled':
    case 'payout.updated':
    case 'transfer.created':
    case 'transfer.updated':
    case 'transfer.reversed': {
      const withdrawal = event.data.object.metadata?.withdrawal;
      return withdrawal === undefined ? null : { kind: 'payout', withdrawal };
    }
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed': {
      const { id, metadata, payment_intent: intent } = event.data.object;
      return { kind: 'refund', refund: metadata?.refund ?? null, id, payment: nameOf(intent) };
    }
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated':
      return { kind: 'dispute', dispute: event.data.object.id };
    default: {
      const report = checkout(event);
      return report && { kind: 'checkout', report };
    }
  }
}
