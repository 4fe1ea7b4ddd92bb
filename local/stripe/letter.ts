/** Webhooks as Stripe sends them. https://docs.stripe.com/webhooks#verify-manually */
import Stripe from 'stripe';
import type { Letter } from '../providers/courier.ts';

/** Each is a way in which a webhook must not be believed. */
export type Tamper = 'unsigned' | 'forged' | 'stale' | 'altered';

/**
 * The letter for an event, signed now. The signature carries the real time even when the local clock was moved,
 * since the `stripe` package checks it against the real one.
 */
export function write(event: object, secret: string, tamper?: Tamper): Letter {
  const payload = JSON.stringify(event, null, 2);
  const signature = Stripe.webhooks.generateTestHeaderString({
    payload,
    secret: tamper === 'forged' ? 'whsec_of_somebody_else' : secret,
    timestamp: Math.floor(Date.now() / 1000) - (tamper === 'stale' ? 3600 : 0),
  });
  return {
    body: tamper === 'altered' ? payload.replace(/("amount_total": \d+)/, '$10') : payload,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      'cache-control': 'no-cache',
      accept: '*/*; q=0.5, application/xml',
      ...(tamper === 'unsigned' ? {} : { 'stripe-signature': signature }),
    },
  };
}
