/** Payment intents as Stripe plays them. https://docs.stripe.com/payments/paymentintents/lifecycle */
import { Complaint, invalid, missing } from './complaint.ts';
import { amountIn, readForm } from './form.ts';
import { newId } from './session.ts';
import { genericDecline, testCards, type TestCard } from './testcards.ts';
import { book, feeOn, type CardIntent, type Method, type Vault } from './vault.ts';

export type Told = { type: string; object: object };

export function intentOf(vault: Vault, id: string): CardIntent {
  const intent = vault.intents[id];
  if (!intent) throw missing('payment_intent', id);
  return intent;
}

/** A saved card behaves as the one that was typed. */
const cardOf = ({ numbers }: Vault, method: string): TestCard => {
  const known = testCards[numbers[method] ?? method];
  if (!known) throw missing('payment_method', method);
  return known;
};

const params = [
  'amount',
  'currency',
  'customer',
  'description',
  'automatic_payment_methods[enabled]',
  'setup_future_usage',
  'payment_method',
  'confirm',
  'off_session',
  'return_url',
];

export function createIntent(vault: Vault, body: string, now: number, events: Told[]): CardIntent {
  const form = readForm(body, params);
  const { amount, currency } = amountIn(form);
  const customer = form.text('customer');
  if (!vault.customers[customer]) throw missing('customer', customer);
  const id = newId('pi_');
  const intent: CardIntent = {
    id,
    object: 'payment_intent',
    amount,
    amount_received: 0,
    client_secret: `${id}_secret_${newId('')}`,
    created: now,
    currency,
    customer,
    description: form.optional('description'),
    last_payment_error: null,
    livemode: false,
    metadata: form.metadata,
    payment_method: null,
    setup_future_usage: form.optional('setup_future_usage') === null ? null : 'on_session',
    status: 'requires_payment_method',
  };
  vault.intents[id] = intent;
  const method = form.optional('payment_method');
  if (form.optional('confirm') === 'true') confirm(vault, intent, method ?? '', now, events);
  return intent;
}

/** What Stripe.js does with a card that the payer typed, and what `confirm` does with a saved one. */
export function confirm(vault: Vault, intent: CardIntent, method: string, now: number, events: Told[]): void {
  if (intent.status !== 'requires_payment_method')
    throw unexpected(intent, 'You cannot confirm this PaymentIntent because of its status.');
  const owner = vault.methods[method]?.customer;
  if (owner !== undefined && owner !== intent.customer) throw missing('payment_method', method);
  const { temper, decline: no = genericDecline } = cardOf(vault, method);
  intent.payment_method = method;
  intent.last_payment_error = null;
  if (temper === 'good') {
    settle(vault, intent, now, events);
    return;
  }
  if (temper === 'authenticate') {
    intent.status = 'requires_action';
    events.push({ type: 'payment_intent.requires_action', object: intent });
    return;
  }
  if (temper === 'slow') {
    intent.status = 'processing';
    events.push({ type: 'payment_intent.processing', object: intent });
    return;
  }
  decline(intent, no.code, no.why, events);
  throw new Complaint(402, {
    type: 'card_error',
    code: no.code,
    message: 'Your card was declined.',
    payment_intent: intent,
  });
}

/** The same over the API: what a browser sends with the client secret it was given, and a server without. */
export function confirmBy(
  vault: Vault,
  id: string,
  { body, isPayer }: { body: string; isPayer: boolean },
  now: number,
  events: Told[],
): CardIntent {
  const form = readForm(body, ['payment_method', 'client_secret', 'return_url']);
  const intent = intentOf(vault, id);
  const secret = form.optional('client_secret');
  if (secret === null ? isPayer : secret !== intent.client_secret)
    throw invalid('client_secret', 'payment_intent_invalid_parameter', 'The client_secret does not match.');
  confirm(vault, intent, form.text('payment_method'), now, events);
  return intent;
}

/** The payer passed 3-D Secure, or a slow method went through. */
export function settle(vault: Vault, intent: CardIntent, now: number, events: Told[]): void {
  intent.status = 'succeeded';
  intent.amount_received = intent.amount;
  const { amount, currency, id } = intent;
  const source = { id: newId('ch_'), object: 'charge', payment_intent: id };
  book(vault, 'charge', { amount, currency, fee: feeOn(vault, amount) }, source, now);
  keepMethod(vault, intent);
  events.push({ type: 'payment_intent.succeeded', object: intent });
}

/** A card that was typed is kept if that was wished; one that is kept already stays. */
function keepMethod(
  vault: Vault,
  { customer, payment_method: used, setup_future_usage: wish }: CardIntent,
): void {
  const card = testCards[used ?? ''];
  if (wish === null || !used || !card || card.temper === 'slow') return;
  const { brand, last4 } = card;
  const saved = newId('pm_');
  vault.methods[saved] = {
    ...{ id: saved, object: 'payment_method', type: 'card', customer },
    card: { brand, last4, exp_month: 12, exp_year: 2034 },
  };
  vault.numbers[saved] = used;
}

/** The payer failed 3-D Secure, or the bank said no. The intent takes another card. */
export function decline(intent: CardIntent, code: string, why: string | null, events: Told[]): void {
  intent.status = 'requires_payment_method';
  intent.payment_method = null;
  intent.last_payment_error = { type: 'card_error', code, ...(why !== null && { decline_code: why }) };
  events.push({ type: 'payment_intent.payment_failed', object: intent });
}

export function cancel(intent: CardIntent, events: Told[]): CardIntent {
  if (intent.status === 'succeeded' || intent.status === 'processing' || intent.status === 'canceled')
    throw unexpected(
      intent,
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`,
    );
  intent.status = 'canceled';
  events.push({ type: 'payment_intent.canceled', object: intent });
  return intent;
}

const unexpected = (intent: CardIntent, message: string) =>
  new Complaint(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message,
    payment_intent: intent,
  });

export function createCustomer(vault: Vault, body: string) {
  const { metadata } = readForm(body, []);
  const customer = { id: newId('cus_'), object: 'customer', metadata } as const;
  vault.customers[customer.id] = customer;
  return customer;
}

/** Takes a customer away, with all cards and subscriptions: https://docs.stripe.com/api/customers/delete */
export function dropCustomer(vault: Vault, id: string, events: Told[]) {
  if (!vault.customers[id]) throw missing('customer', id);
  vault.customers = Object.fromEntries(Object.entries(vault.customers).filter(([one]) => one !== id));
  vault.methods = Object.fromEntries(
    Object.entries(vault.methods).filter(([, { customer }]) => customer !== id),
  );
  for (const one of Object.values(vault.subscriptions))
    if (one.customer === id && one.status !== 'canceled') {
      one.status = 'canceled';
      events.push({ type: 'customer.subscription.deleted', object: one });
    }
  return { id, object: 'customer', deleted: true };
}

export const methodsOf = (vault: Vault, customer: string | null): Method[] => {
  if (customer === null) throw invalid('customer', 'parameter_missing', 'Missing required param: customer.');
  return Object.values(vault.methods).filter((one) => one.customer === customer);
};

export function methodOf(vault: Vault, id: string): Method {
  const method = vault.methods[id];
  if (!method) throw missing('payment_method', id);
  return method;
}
