/** Stripe Checkout: verify and translate, nothing else. https://docs.stripe.com/api/checkout/sessions */
import type Stripe from 'stripe';
import { minor } from '../shared/money.ts';
import {
  BadSignature,
  currencyNamed,
  ProviderRefused,
  ProviderUnavailable,
  type Checkout,
  type Outcome,
  type PaymentGateway,
  type PaymentReport,
  type ProviderEvent,
  type WebhookRequest,
} from './gateway.ts';
import { aboutOf, isConnected } from './stripe.events.gateway.ts';
import { stripeAmount, translate, type StripeSettings, type StripeSource } from './stripe.client.gateway.ts';

/** An allow-list: a status that is not named here never pays anything. */
function outcomeOf(session: Stripe.Checkout.Session): Outcome {
  if (session.status === 'complete' && session.payment_status === 'paid') return 'paid';
  if (session.status === 'complete' && session.payment_status === 'no_payment_required') return 'failed';
  if (session.status === 'expired') return 'expired';
  const intent = session.payment_intent;
  const given = session.status === 'complete' && intent !== null && typeof intent === 'object';
  // After an asynchronous method failed the session stays complete and unpaid; only its payment intent tells.
  if (given && ['requires_payment_method', 'canceled'].includes(intent.status)) return 'failed';
  return session.status === 'complete' && session.payment_status === 'unpaid' ? 'processing' : 'pending';
}

/**
 * One session as a report; null when it is not a checkout of ours. `client_reference_id` alone proves nothing:
 * whoever opens one of the account's payment links may choose it in the URL. `metadata` needs our secret key.
 */
function report(session: Stripe.Checkout.Session, outcome: Outcome): PaymentReport | null {
  const attempt = session.metadata?.attempt;
  const { amount_total: total, currency, payment_intent: intent } = session;
  if (!attempt || attempt !== session.client_reference_id || session.mode !== 'payment') return null;
  if (total === null || currency === null) return null;
  return {
    provider: 'stripe',
    attempt,
    reference: session.id,
    payment: (typeof intent === 'string' ? intent : intent?.id) ?? '',
    outcome,
    amount: minor(total),
    currency: currencyNamed(currency),
    stated: `${total} ${currency}`,
  };
}

/** Which events speak of a payment (https://docs.stripe.com/payments/checkout/fulfill-orders). */
function translateEvent(event: Stripe.Event): PaymentReport | null {
  if (
    event.type === 'checkout.session.completed' ||
    event.type === 'checkout.session.async_payment_succeeded'
  )
    return report(event.data.object, outcomeOf(event.data.object));
  if (event.type === 'checkout.session.async_payment_failed') return report(event.data.object, 'failed');
  if (event.type === 'checkout.session.expired') return report(event.data.object, 'expired');
  return null;
}

const sessionFor = (checkout: Checkout): Stripe.Checkout.SessionCreateParams => ({
  mode: 'payment',
  line_items: [
    {
      quantity: 1,
      price_data: {
        currency: checkout.currency.toLowerCase(),
        unit_amount: stripeAmount(checkout.amount, checkout.currency),
        product_data: { name: checkout.description },
      },
    },
  ],
  client_reference_id: checkout.attempt,
  metadata: { attempt: checkout.attempt },
  // Stripe takes 30 minutes to 24 hours from now, in seconds.
  expires_at: Math.floor(checkout.expiresAt / 1000),
  success_url: checkout.returnUrl,
  cancel_url: checkout.returnUrl,
});

/**
 * Events of connected accounts come from an endpoint of their own, with its own secret; whoever has one of the two
 * secrets speaks for that endpoint alone. @throws BadSignature
 */
function signedBy(
  { webhookSecret, connectSecret = '' }: Pick<StripeSettings, 'webhookSecret' | 'connectSecret'>,
  verify: (secret: string) => Stripe.Event,
): Stripe.Event {
  const ends = [
    { secret: webhookSecret, connected: false },
    { secret: connectSecret, connected: true },
  ];
  let cause: unknown;
  for (const { secret, connected } of ends.filter((one) => one.secret !== '')) {
    try {
      const event = verify(secret);
      if (isConnected(event) === connected) return event;
    } catch (error) {
      cause = error;
    }
  }
  throw new BadSignature('Stripe-Signature does not fit the body', { cause });
}

/**
 * The gateway to Stripe.
 *
 * `openCheckout` sends the attempt as idempotency key: a repeat (after a lost answer, say) opens nothing new
 * and returns the same session. Stripe may forget a key after 24 hours, by when the session has expired.
 *
 * `ask` without a reference is null, since sessions cannot be looked up by our id. That is safe: a lost answer
 * means that nobody was given the address to pay at, and a repeated `openCheckout` recovers the session.
 */
export function createStripeGateway(
  client: StripeSource,
  secrets: Pick<StripeSettings, 'webhookSecret' | 'connectSecret'>,
): PaymentGateway {
  return {
    provider: 'stripe',

    async openCheckout(checkout) {
      const params = sessionFor(checkout);
      const stripe = await client();
      const session = await stripe.checkout.sessions
        .create(params, { idempotencyKey: checkout.attempt })
        .catch((error: unknown) => Promise.reject(translate(error)));
      if (session.url === null) throw new ProviderUnavailable(`no address to pay at in ${session.id}`);
      return { reference: session.id, url: session.url };
    },

    async readWebhook({ rawBody, headers }: WebhookRequest): Promise<ProviderEvent> {
      const signature = headers['stripe-signature'];
      if (typeof signature !== 'string') throw new BadSignature('no single Stripe-Signature header');
      const { webhooks } = await client();
      const event = signedBy(secrets, (secret) =>
        webhooks.constructEvent(Buffer.from(rawBody), signature, secret),
      );
      const report = isConnected(event) ? null : translateEvent(event);
      const about = report ? ({ kind: 'checkout', report } as const) : aboutOf(event);
      return { id: event.id, type: event.type, about };
    },

    async ask(attempt, reference) {
      if (reference === '') return null;
      const stripe = await client();
      try {
        const session = await stripe.checkout.sessions.retrieve(reference, { expand: ['payment_intent'] });
        const told = report(session, outcomeOf(session));
        return told?.attempt === attempt ? told : null;
      } catch (error) {
        const known = translate(error);
        if (known instanceof ProviderRefused && known.reason === 'resource_missing') return null;
        throw known;
      }
    },
  };
}
