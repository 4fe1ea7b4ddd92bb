/**
 * Fatora hosted checkout: verify and translate, nothing else.
 * https://fatora.io/api/standardCheckout.php, https://fatora.io/api/verify.php, https://fatora.io/api/responseCode.php
 */
import { z } from 'zod';
import {
  AttemptTaken,
  BadSignature,
  currencyNamed,
  ProviderUnavailable,
  type Checkout,
  type Outcome,
  type PaymentGateway,
  type PaymentReport,
} from './gateway.ts';
import { decimalText, minorOf } from './fatora.amount.ts';
import { fatoraCaller, parseOrNull, refusal, type FatoraSettings } from './fatora.client.gateway.ts';
import { orderIdIn } from './fatora.hint.ts';

const opened = z.object({
  status: z.literal('SUCCESS'),
  result: z.object({ checkout_url: z.url({ protocol: /^https?$/ }) }),
});

const verified = z.object({
  status: z.literal('SUCCESS'),
  result: z.object({
    order_id: z.string(),
    transaction_id: z.string().nullish(),
    amount: z.string(),
    currency: z.string(),
    payment_status: z.string(),
  }),
});

/**
 * An allow-list over the documented `SUCCESS|PENDING|FAILURE`. The answer's own `status: "SUCCESS"` says only
 * that the question was understood, and is never taken for a payment. After a declined card the same page takes
 * another one, so a FAILURE closes nothing: the order expires when nobody paid in time.
 */
const outcomes: Partial<Record<string, Outcome>> = {
  SUCCESS: 'paid',
  FAILURE: 'pending',
  PENDING: 'pending',
};

/** The checkout as JSON text, the amount written as a decimal literal as Fatora's own example has it. */
function bodyFor(checkout: Checkout): string {
  const rest = JSON.stringify({
    currency: checkout.currency,
    order_id: checkout.attempt,
    // Fatora wants a client; ours stay pseudonyms, since whoever pays fills in the rest on its page.
    client: { name: checkout.uid },
    language: 'en',
    success_url: checkout.returnUrl,
    failure_url: checkout.returnUrl,
    save_token: false,
    note: checkout.description,
  });
  return `{"amount":${decimalText(checkout.amount, checkout.currency)},${rest.slice(1)}`;
}

/**
 * The gateway to Fatora.
 *
 * It has no idempotency key, so a repeated `openCheckout` is refused with `AttemptTaken` and the first answer's
 * address cannot be had again. It has no expiry either: `expiresAt` is not sent, and a payment may come late.
 *
 * It signs nothing, so a webhook is a hint that names an order; what comes back is what the verify endpoint
 * says, under an event id made of that. A forged hint can therefore only make us look something up.
 */
export function createFatoraGateway(settings: FatoraSettings): PaymentGateway {
  const { post, expect } = fatoraCaller(settings);

  async function verify(attempt: string): Promise<PaymentReport | null> {
    const answer = await post('/v1/payments/verify', JSON.stringify({ order_id: attempt }));
    // Only a 404 in Fatora's own words means "no such order"; another one is a wrong address or a proxy.
    if (answer.status === 404 && !refusal.safeParse(parseOrNull(answer.text)).success)
      throw new ProviderUnavailable('no verify endpoint at the given address');
    if (answer.status === 404) return null;
    const { result } = expect(answer, verified);
    if (result.order_id !== attempt)
      throw new ProviderUnavailable(`Fatora spoke of another order than ${attempt}`);
    const currency = currencyNamed(result.currency);
    return {
      provider: 'fatora',
      attempt,
      reference: '',
      payment: result.transaction_id ?? '',
      outcome: outcomes[result.payment_status] ?? 'pending',
      amount: currency && minorOf(result.amount, currency),
      currency,
      stated: `${result.amount} ${result.currency}`,
    };
  }

  return {
    provider: 'fatora',

    async openCheckout(checkout) {
      const answer = await post('/v1/payments/checkout', bodyFor(checkout));
      if (answer.status === 409) throw new AttemptTaken(`Fatora has seen ${checkout.attempt} before`);
      return { reference: '', url: expect(answer, opened).result.checkout_url };
    },

    async readWebhook({ rawBody }) {
      const hinted = orderIdIn(rawBody);
      if (hinted === null) throw new BadSignature('the hint names no order');
      const report = await verify(hinted);
      // One id for every order that is not there, so that invented ones leave nothing behind.
      if (!report) return { id: 'fatora:unheard', type: 'unheard', about: null };
      const cause = encodeURIComponent(report.payment || report.attempt);
      return {
        id: `fatora:${cause}:${report.outcome}`,
        type: `payment.${report.outcome}`,
        about: { kind: 'checkout', report },
      };
    },

    ask: (attempt) => verify(attempt),
  };
}
