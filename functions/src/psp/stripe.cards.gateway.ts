/**
 * Cards: customers, saved methods and payment intents. The money stays on the platform's own balance until it is
 * paid out (https://docs.stripe.com/connect/separate-charges-and-transfers).
 */
import type Stripe from 'stripe';
import { minor } from '../shared/money.ts';
import { currencyNamed, ProviderRefused } from './gateway.ts';
import type { CardGateway, CardOrder, CardReport, CardState } from './ports.ts';
import { asking, askingFor, stripeAmount, translate, type StripeSource } from './stripe.client.gateway.ts';

/** An allow-list: a status that is not named here never pays anything. */
const states: Partial<Record<Stripe.PaymentIntent.Status, CardState>> = {
  succeeded: 'paid',
  processing: 'processing',
  canceled: 'cancelled',
};

/** What an intent says; null for one that is not ours. */
function reportOf(intent: Stripe.PaymentIntent): CardReport | null {
  const { attempt } = intent.metadata;
  if (attempt === undefined) return null;
  const state = states[intent.status] ?? 'awaiting_payer';
  const amount = state === 'paid' ? intent.amount_received : intent.amount;
  const { last_payment_error: problem } = intent;
  return {
    provider: 'stripe',
    attempt,
    intent: intent.id,
    state,
    clientSecret: intent.client_secret ?? '',
    needs:
      state === 'awaiting_payer' ? (intent.status === 'requires_action' ? 'authentication' : 'method') : null,
    failure: problem === null ? null : (problem.decline_code ?? problem.code ?? problem.type),
    amount: minor(amount),
    currency: currencyNamed(intent.currency),
    stated: `${amount} ${intent.currency}`,
  };
}

function mustBeOurs(intent: Stripe.PaymentIntent): CardReport {
  const report = reportOf(intent);
  if (!report) throw new ProviderRefused('not_ours', `${intent.id} is no payment of ours`);
  return report;
}

/**
 * A decline, or a card that needs 3-D Secure, is an error to Stripe where a saved card is charged at once; the
 * intent in it stays, and takes another card (https://docs.stripe.com/declines).
 */
function intentIn(error: unknown): Stripe.PaymentIntent | null {
  const { type, payment_intent: intent } = error as Partial<Stripe.errors.StripeCardError>;
  return type === 'StripeCardError' && intent ? intent : null;
}

const paramsFor = (order: CardOrder, returnUrl: string): Stripe.PaymentIntentCreateParams => ({
  amount: stripeAmount(order.amount, order.currency),
  currency: order.currency.toLowerCase(),
  customer: order.customer,
  description: order.description,
  metadata: { attempt: order.attempt },
  automatic_payment_methods: { enabled: true },
  ...(order.save && { setup_future_usage: 'on_session' }),
  // The payer is there, so a bank may ask them for 3-D Secure instead of declining.
  ...(order.method !== null && {
    ...{ payment_method: order.method, confirm: true, off_session: false, return_url: returnUrl },
  }),
});

/** @param returnUrl where a bank's page sends the payer back to */
export const createStripeCards = (client: StripeSource, returnUrl: string): CardGateway => ({
  async openCustomer(uid) {
    const { id } = await asking(client, (stripe) =>
      stripe.customers.create({ metadata: { uid } }, { idempotencyKey: `customer:${uid}` }),
    );
    return id;
  },

  async methodsOf(customer) {
    const { data } = await asking(client, (stripe) =>
      stripe.paymentMethods.list({ customer, type: 'card', limit: 20 }),
    );
    return data.flatMap(({ id, card }) =>
      card
        ? [{ id, brand: card.brand, last4: card.last4, expMonth: card.exp_month, expYear: card.exp_year }]
        : [],
    );
  },

  async forgetMethod(customer, method) {
    const found = await askingFor(client, (stripe) => stripe.paymentMethods.retrieve(method));
    const owner = typeof found?.customer === 'string' ? found.customer : found?.customer?.id;
    if (owner !== customer) return false;
    await asking(client, (stripe) => stripe.paymentMethods.detach(method));
    return true;
  },

  // https://docs.stripe.com/api/customers/delete
  async closeCustomer(customer) {
    await askingFor(client, (stripe) => stripe.customers.del(customer));
  },

  async openCard(order) {
    const stripe = await client();
    try {
      const params = paramsFor(order, returnUrl);
      return mustBeOurs(await stripe.paymentIntents.create(params, { idempotencyKey: order.attempt }));
    } catch (error) {
      const intent = intentIn(error);
      if (intent) return mustBeOurs(intent);
      throw translate(error);
    }
  },

  async cancelCard(intent) {
    try {
      return mustBeOurs(await asking(client, (stripe) => stripe.paymentIntents.cancel(intent)));
    } catch (error) {
      // It is paid, processing or cancelled already; which, it says itself.
      if (!(error instanceof ProviderRefused) || error.reason !== 'payment_intent_unexpected_state')
        throw error;
      return mustBeOurs(await asking(client, (stripe) => stripe.paymentIntents.retrieve(intent)));
    }
  },

  async askCard(attempt, intent, customer) {
    if (intent !== '') {
      const found = await askingFor(client, (stripe) => stripe.paymentIntents.retrieve(intent));
      const report = found && reportOf(found);
      return report?.attempt === attempt ? report : null;
    }
    if (customer === '') return null;
    return asking(client, async (stripe) => {
      for await (const one of stripe.paymentIntents.list({ customer, limit: 100 }))
        if (one.metadata.attempt === attempt) return reportOf(one);
      return null;
    });
  },
});
