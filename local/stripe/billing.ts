/** Subscriptions as Stripe plays them: a period, an invoice for it, and a card that pays or does not. */
import { invalid, missing } from './complaint.ts';
import type { Told } from './cards.ts';
import { readForm } from './form.ts';
import { newId } from './session.ts';
import { book, feeOn, type Invoice, type Price, type Subscription, type Vault } from './vault.ts';

const MONTH = 30 * 24 * 3600;

/** What the operator has made in the dashboard. */
const prices: readonly Price[] = [
  ['basic', 1900],
  ['pro', 4900],
  ['studio', 14_900],
].map(([tier, amount]) => ({
  ...{ id: `price_${tier}`, object: 'price', currency: 'qar', unit_amount: Number(amount) },
  lookup_key: `coffer_allowance_${tier}`,
}));

export const pricesWith = (query: URLSearchParams): Price[] => {
  const keys = [...query.getAll('lookup_keys[0]'), ...query.getAll('lookup_keys[]')];
  return prices.filter(({ lookup_key: key }) => key !== null && keys.includes(key));
};

function priceOf(id: string): Price {
  const price = prices.find((one) => one.id === id);
  if (!price) throw missing('price', id);
  return price;
}

export function subscriptionOf(vault: Vault, id: string): Subscription {
  const found = vault.subscriptions[id];
  if (!found) throw missing('subscription', id);
  return found;
}

function invoiceFor(subscription: string, price: Price, start: number): Invoice {
  const id = newId('in_');
  return {
    ...{ id, object: 'invoice', status: 'open', currency: price.currency },
    ...{ amount_due: price.unit_amount ?? 0, amount_paid: 0 },
    lines: { data: [{ period: { start, end: start + MONTH } }] },
    parent: { subscription_details: { subscription } },
    payments: { data: [] },
    confirmation_secret: { client_secret: `${newId('pi_')}_secret_${newId('')}`, type: 'payment_intent' },
  };
}

const tell = (events: Told[], type: string, object: object) => void events.push({ type, object });

export function subscribe(vault: Vault, body: string, now: number, events: Told[]): Subscription {
  const form = readForm(body, ['customer', 'items[0][price]', 'payment_behavior', 'expand[0]', 'expand[1]']);
  const customer = form.text('customer');
  if (!vault.customers[customer]) throw missing('customer', customer);
  const price = priceOf(form.text('items[0][price]'));
  const id = newId('sub_');
  const subscription: Subscription = {
    ...{ id, object: 'subscription', customer, metadata: form.metadata, cancel_at_period_end: false },
    // With `default_incomplete` it begins when its first invoice is paid.
    status: form.text('payment_behavior') === 'default_incomplete' ? 'incomplete' : 'active',
    items: {
      data: [{ id: newId('si_'), price, current_period_start: now, current_period_end: now + MONTH }],
    },
    latest_invoice: invoiceFor(id, price, now),
  };
  vault.subscriptions[id] = subscription;
  tell(events, 'customer.subscription.created', subscription);
  return subscription;
}

export function change(vault: Vault, id: string, body: string, now: number, events: Told[]): Subscription {
  const form = readForm(body, [
    ...['items[0][id]', 'items[0][price]', 'billing_cycle_anchor[type]', 'proration_behavior'],
    ...['cancel_at_period_end', 'expand[0]', 'expand[1]'],
  ]);
  const subscription = subscriptionOf(vault, id);
  if (subscription.status === 'canceled')
    throw invalid('id', 'resource_missing', 'A canceled subscription can only be read.');
  const [item] = subscription.items.data;
  const price = form.optional('items[0][price]');
  subscription.cancel_at_period_end = form.optional('cancel_at_period_end') === 'true';
  if (item && price !== null) {
    if (form.text('items[0][id]') !== item.id) throw missing('subscription_item', form.text('items[0][id]'));
    Object.assign(item, {
      price: priceOf(price),
      ...{ current_period_start: now, current_period_end: now + MONTH },
    });
    subscription.latest_invoice = invoiceFor(id, item.price, now);
  }
  tell(events, 'customer.subscription.updated', subscription);
  return subscription;
}

export function payInvoice(vault: Vault, id: string, now: number, events: Told[]): void {
  const subscription = subscriptionOf(vault, id);
  const invoice = subscription.latest_invoice;
  if (invoice.status !== 'open') throw invalid('invoice', 'invoice_not_open', 'It is not open.');
  const { amount_due: amount, currency } = invoice;
  const payment_intent = newId('pi_');
  book(
    vault,
    'charge',
    { amount, currency, fee: feeOn(vault, amount) },
    { id: newId('ch_'), object: 'charge', payment_intent },
    now,
  );
  Object.assign(invoice, {
    ...{ status: 'paid', amount_paid: amount, confirmation_secret: null },
    payments: { data: [{ payment: { type: 'payment_intent', payment_intent } }] },
  });
  subscription.status = 'active';
  tell(events, 'invoice.paid', invoice);
  tell(events, 'customer.subscription.updated', subscription);
}

export function failInvoice(vault: Vault, id: string, events: Told[]): void {
  const subscription = subscriptionOf(vault, id);
  if (subscription.status === 'active') subscription.status = 'past_due';
  tell(events, 'invoice.payment_failed', subscription.latest_invoice);
  tell(events, 'customer.subscription.updated', subscription);
}

/** Stripe goes on with the period at once, says `active`, and charges about an hour later. */
export function nextPeriod(vault: Vault, id: string, events: Told[]): void {
  const subscription = subscriptionOf(vault, id);
  const [item] = subscription.items.data;
  if (!item || subscription.status === 'canceled') throw missing('subscription', id);
  if (subscription.cancel_at_period_end) {
    end(vault, id, events);
    return;
  }
  const start = item.current_period_end;
  Object.assign(item, { current_period_start: start, current_period_end: start + MONTH });
  subscription.latest_invoice = invoiceFor(id, item.price, start);
  tell(events, 'customer.subscription.updated', subscription);
}

export function end(vault: Vault, id: string, events: Told[]): void {
  const subscription = subscriptionOf(vault, id);
  subscription.status = 'canceled';
  tell(events, 'customer.subscription.deleted', subscription);
}
