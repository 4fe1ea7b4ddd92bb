/** What happens to checkout sessions, and which events that makes. State in, state changed; no HTTP here. */
import Stripe from 'stripe';
import { noSuchSession, invalid, otherParameters } from './complaint.ts';
import { newId, openIntent, openSession, type Intent } from './session.ts';
import type { Order } from './order.ts';

export type CheckoutEvent =
  | Stripe.CheckoutSessionCompletedEvent
  | Stripe.CheckoutSessionExpiredEvent
  | Stripe.CheckoutSessionAsyncPaymentSucceededEvent
  | Stripe.CheckoutSessionAsyncPaymentFailedEvent;

type Stored = { session: Stripe.Checkout.Session; description: string; intent: Intent | null };

/** JSON all through, so that `emulate` can copy it. */
export type Till = {
  stored: Record<string, Stored>;
  /** Answers by idempotency key, exactly as first given. */
  answers: Record<string, { request: string; session: Stripe.Checkout.Session; at: number }>;
  events: CheckoutEvent[];
};

export const emptyTill = (): Till => ({ stored: {}, answers: {}, events: [] });

/** `paid` now; `unpaid` completes the session and leaves the money to come (a bank debit, say). */
export type Payment = { status: 'paid' | 'unpaid'; amount: number | null; currency: string | null };

const day = 24 * 3600;

/** A session as it is now. Not structuredClone: under Jest its objects belong to another realm, which `emulate` refuses. */
const copyOf = (session: Stripe.Checkout.Session) =>
  JSON.parse(JSON.stringify(session)) as Stripe.Checkout.Session;

export function find(till: Till, id: string): Stored {
  const stored = till.stored[id];
  if (!stored) throw noSuchSession(id);
  return stored;
}

/** What `key` was answered before, or undefined. Stripe forgets a key after a day. @throws Complaint for another request */
export function replay(till: Till, key: string, request: string, now: number) {
  const before = till.answers[key];
  if (!before || now - before.at >= day) return undefined;
  if (before.request !== request) throw otherParameters(key);
  return before.session;
}

export function open(till: Till, order: Order, base: string, now: number): Stripe.Checkout.Session {
  const session = openSession(order, base, now);
  till.stored[session.id] = { session, description: order.description, intent: null };
  return session;
}

export function remember(
  till: Till,
  key: string,
  request: string,
  session: Stripe.Checkout.Session,
  now: number,
) {
  till.answers[key] = { request, session: copyOf(session), at: now };
}

/** An event about a session as it is now. It happened, whether or not anyone will be told. */
export function record(
  till: Till,
  type: CheckoutEvent['type'],
  session: Stripe.Checkout.Session,
  now: number,
): CheckoutEvent {
  const event: CheckoutEvent = {
    id: newId('evt_'),
    object: 'event',
    api_version: Stripe.API_VERSION,
    created: now,
    data: { object: copyOf(session) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  };
  till.events.push(event);
  return event;
}

export function pay(till: Till, id: string, payment: Payment, now: number): CheckoutEvent {
  const stored = find(till, id);
  const { session } = stored;
  if (session.status !== 'open')
    throw invalid('session', 'session_not_open', 'This Checkout Session is not open.');
  session.amount_total = payment.amount ?? session.amount_total;
  session.currency = payment.currency ?? session.currency;
  stored.intent = openIntent(session, payment.status === 'paid' ? 'succeeded' : 'processing', now);
  session.payment_intent = stored.intent.id;
  session.status = 'complete';
  session.payment_status = payment.status;
  session.url = null;
  return record(till, 'checkout.session.completed', session, now);
}

/** What became of a session that was completed `unpaid`. */
export function settle(till: Till, id: string, outcome: 'paid' | 'failed', now: number): CheckoutEvent {
  const stored = find(till, id);
  const { session, intent } = stored;
  if (intent?.status !== 'processing')
    throw invalid('session', 'nothing_to_settle', 'No payment is under way.');
  if (outcome === 'failed') {
    intent.status = 'requires_payment_method';
    return record(till, 'checkout.session.async_payment_failed', session, now);
  }
  intent.status = 'succeeded';
  intent.amount_received = intent.amount;
  session.payment_status = 'paid';
  return record(till, 'checkout.session.async_payment_succeeded', session, now);
}

export function expire(till: Till, id: string, now: number): CheckoutEvent {
  const stored = find(till, id);
  if (stored.session.status !== 'open')
    throw invalid(
      'session',
      'session_not_open',
      'Only Checkout Sessions with a status in ["open"] can be expired.',
    );
  stored.session.status = 'expired';
  stored.session.url = null;
  return record(till, 'checkout.session.expired', stored.session, now);
}

/** Expires every open session whose time is over. */
export const expireDue = (till: Till, now: number): CheckoutEvent[] =>
  Object.values(till.stored)
    .filter(({ session }) => session.status === 'open' && session.expires_at <= now)
    .map(({ session }) => expire(till, session.id, now));
