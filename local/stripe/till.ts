/** What happens to checkout sessions, and which events that makes. State in, state changed; no HTTP here. */
import Stripe from 'stripe';
import { noSuchSession, invalid, otherParameters } from './complaint.ts';
import { newId, openIntent, openSession, type Intent } from './session.ts';
import type { Order } from './order.ts';
import { book, emptyVault, feeOn, type Vault } from './vault.ts';

/** What it happened to; of a checkout, what the product looks at. */
export type Happened = { id: string } & Partial<
  Pick<
    Stripe.Checkout.Session,
    'amount_total' | 'currency' | 'payment_status' | 'status' | 'client_reference_id' | 'metadata'
  >
>;

/** An event, about whatever it is. */
export type Happening = Pick<
  Stripe.Event,
  'id' | 'object' | 'api_version' | 'created' | 'livemode' | 'pending_webhooks' | 'request'
> & {
  type: string;
  data: { object: Happened };
  /** Of the connected account that it happened on. */
  account?: string;
};

type Stored = { session: Stripe.Checkout.Session; description: string; intent: Intent | null };

/** JSON all through, so that `emulate` can copy it. */
export type Till = {
  stored: Record<string, Stored>;
  /** Answers by idempotency key, exactly as first given. */
  answers: Record<string, { request: string; status: number; answer: string; at: number }>;
  events: Happening[];
  vault: Vault;
};

export const emptyTill = (): Till => ({ stored: {}, answers: {}, events: [], vault: emptyVault() });

/** `paid` now; `unpaid` completes the session and leaves the money to come (a bank debit, say). */
export type Payment = { status: 'paid' | 'unpaid'; amount: number | null; currency: string | null };

const day = 24 * 3600;

/** A thing as it is now. Not structuredClone: under Jest its objects belong to another realm, which `emulate` refuses. */
const copyOf = <T>(one: T): T => JSON.parse(JSON.stringify(one)) as T;

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
  return before;
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
  status: number,
  answer: string,
  at: number,
) {
  till.answers[key] = { request, status, answer, at };
}

/** An event about a thing as it is now. It happened, whether or not anyone will be told. */
export function record(
  till: Till,
  type: string,
  object: { id: string },
  now: number,
  account?: string,
): Happening {
  const event: Happening = {
    id: newId('evt_'),
    object: 'event',
    api_version: Stripe.API_VERSION,
    created: now,
    data: { object: copyOf(object) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    ...(account !== undefined && { account }),
  };
  till.events.push(event);
  return event;
}

export function pay(till: Till, id: string, payment: Payment, now: number): Happening {
  const stored = find(till, id);
  const { session } = stored;
  if (session.status !== 'open')
    throw invalid('session', 'session_not_open', 'This Checkout Session is not open.');
  session.amount_total = payment.amount ?? session.amount_total;
  session.currency = payment.currency ?? session.currency;
  stored.intent = openIntent(session, payment.status === 'paid' ? 'succeeded' : 'processing', now);
  session.payment_intent = stored.intent.id;
  if (payment.status === 'paid') bookSession(till, session, now);
  session.status = 'complete';
  session.payment_status = payment.status;
  session.url = null;
  return record(till, 'checkout.session.completed', session, now);
}

function bookSession({ vault }: Till, session: Stripe.Checkout.Session, now: number): void {
  const amount = session.amount_total ?? 0;
  const { currency, payment_intent: intent } = session;
  const named = typeof intent === 'string' ? intent : (intent?.id ?? '');
  const source = { id: newId('ch_'), object: 'charge', payment_intent: named };
  book(vault, 'charge', { amount, currency: currency ?? '', fee: feeOn(vault, amount) }, source, now);
}

/** What became of a session that was completed `unpaid`. */
export function settle(till: Till, id: string, outcome: 'paid' | 'failed', now: number): Happening {
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
  bookSession(till, session, now);
  session.payment_status = 'paid';
  return record(till, 'checkout.session.async_payment_succeeded', session, now);
}

export function expire(till: Till, id: string, now: number): Happening {
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
export const expireDue = (till: Till, now: number): Happening[] =>
  Object.values(till.stored)
    .filter(({ session }) => session.status === 'open' && session.expires_at <= now)
    .map(({ session }) => expire(till, session.id, now));
