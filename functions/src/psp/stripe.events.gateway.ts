/**
 * What Stripe's events are about. Of all but those of a checkout only the names are believed: they come unordered
 * and again, so the thing itself is asked for (https://docs.stripe.com/webhooks#event-ordering). An event with an
 * `account` happened at that connected account (https://docs.stripe.com/connect/webhooks): what its owner may bring about
 * there is never read as something of the platform's own.
 */
import type Stripe from 'stripe';
import type { About } from './gateway.ts';

const nameOf = (expandable: string | { readonly id: string } | null): string =>
  (typeof expandable === 'string' ? expandable : expandable?.id) ?? '';

/** The intent of a checkout carries no name of ours; its session does. */
function cardIn(event: Stripe.Event): About | null {
  if (
    event.type !== 'payment_intent.succeeded' &&
    event.type !== 'payment_intent.payment_failed' &&
    event.type !== 'payment_intent.processing' &&
    event.type !== 'payment_intent.requires_action' &&
    event.type !== 'payment_intent.canceled'
  )
    return null;
  const { id, metadata } = event.data.object;
  return metadata.attempt === undefined ? null : { kind: 'card', attempt: metadata.attempt, intent: id };
}

/** From our balance to a connected account: ours. */
function transferIn(event: Stripe.Event): About | null {
  if (
    event.type !== 'transfer.created' &&
    event.type !== 'transfer.updated' &&
    event.type !== 'transfer.reversed'
  )
    return null;
  return withdrawalOf(event.data.object);
}

/** From a connected account to its bank: there. */
function payoutIn(event: Stripe.Event): About | null {
  if (
    event.type !== 'payout.paid' &&
    event.type !== 'payout.failed' &&
    event.type !== 'payout.canceled' &&
    event.type !== 'payout.updated'
  )
    return null;
  return withdrawalOf(event.data.object);
}

function withdrawalOf({ metadata }: { readonly metadata: Stripe.Metadata | null }): About | null {
  const withdrawal = metadata?.withdrawal;
  return withdrawal === undefined ? null : { kind: 'payout', withdrawal };
}

function refundIn(event: Stripe.Event): About | null {
  if (event.type !== 'refund.created' && event.type !== 'refund.updated' && event.type !== 'refund.failed')
    return null;
  const { id, metadata, payment_intent: intent } = event.data.object;
  return { kind: 'refund', refund: metadata?.refund ?? null, id, payment: nameOf(intent) };
}

function disputeIn(event: Stripe.Event): About | null {
  if (
    event.type !== 'charge.dispute.created' &&
    event.type !== 'charge.dispute.updated' &&
    event.type !== 'charge.dispute.closed' &&
    event.type !== 'charge.dispute.funds_withdrawn' &&
    event.type !== 'charge.dispute.funds_reinstated'
  )
    return null;
  return { kind: 'dispute', dispute: event.data.object.id };
}

/** A subscription, or an invoice of one. */
function subscriptionIn(event: Stripe.Event): About | null {
  if (
    event.type === 'customer.subscription.created' ||
    event.type === 'customer.subscription.updated' ||
    event.type === 'customer.subscription.deleted'
  )
    return { kind: 'subscription', subscription: event.data.object.id };
  if (event.type !== 'invoice.paid' && event.type !== 'invoice.payment_failed') return null;
  const named = nameOf(event.data.object.parent?.subscription_details?.subscription ?? null);
  return named === '' ? null : { kind: 'subscription', subscription: named };
}

/** Its bank changes, and it may leave us, without a word about the account itself. */
function accountIn({ type, account }: Stripe.Event): About | null {
  if (
    type !== 'account.updated' &&
    type !== 'account.external_account.created' &&
    type !== 'account.external_account.updated' &&
    type !== 'account.external_account.deleted' &&
    type !== 'account.application.deauthorized'
  )
    return null;
  return account === undefined ? null : { kind: 'account', account };
}

/** Whether an event happened at a connected account, and not at the platform's own. */
export const isConnected = ({ account }: { readonly account?: unknown }): boolean => account != null;

/** What an event is about, or null when it is none of ours. A checkout's is read by its own part of the adapter. */
export const aboutOf = (event: Stripe.Event): About | null =>
  isConnected(event)
    ? (payoutIn(event) ?? accountIn(event))
    : (cardIn(event) ?? transferIn(event) ?? refundIn(event) ?? disputeIn(event) ?? subscriptionIn(event));
