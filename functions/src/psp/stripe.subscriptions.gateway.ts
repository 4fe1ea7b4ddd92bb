/**
 * Stripe Billing: verify and translate, nothing else. What a tier costs is a price at Stripe, found by its lookup key
 * (https://docs.stripe.com/products-prices/manage-prices#lookup-keys).
 */
import type Stripe from 'stripe';
import { minor } from '../shared/money.ts';
import { currencyNamed, ProviderRefused } from './gateway.ts';
import { asking, askingFor, type StripeSource } from './stripe.client.gateway.ts';
import {
  tiers,
  type SubscriptionGateway,
  type SubscriptionReport,
  type SubscriptionStatus,
  type Tier,
} from './subscribing.ts';

/** The lookup key of a tier's price. */
export const lookupKey = (tier: Tier): string => `coffer_allowance_${tier}`;

/** An allow-list: a status that is not named here grants nothing. */
const statuses: Partial<Record<Stripe.Subscription.Status, SubscriptionStatus>> = {
  active: 'active',
  incomplete: 'incomplete',
  canceled: 'ended',
  incomplete_expired: 'ended',
};

const nameOf = (one: string | { readonly id: string } | null | undefined): string =>
  (typeof one === 'string' ? one : one?.id) ?? '';

const expand = ['latest_invoice.confirmation_secret', 'latest_invoice.payments'];

function invoiceOf(found: Stripe.Subscription['latest_invoice']): SubscriptionReport['invoice'] {
  if (found === null || typeof found === 'string') return null;
  const payment = found.payments?.data[0]?.payment;
  const start = found.lines.data[0]?.period.start ?? 0;
  return {
    id: found.id,
    paid: found.status === 'paid',
    startAt: start * 1000,
    amount: minor(found.amount_paid),
    currency: currencyNamed(found.currency),
    payment: nameOf(payment?.payment_intent),
  };
}

/** Null for one that we did not make. */
function reportOf(found: Stripe.Subscription): SubscriptionReport | null {
  const [item] = found.items.data;
  const { uid, name = '' } = found.metadata;
  if (!item || uid === undefined) return null;
  const invoice = found.latest_invoice;
  const secret = invoice !== null && typeof invoice !== 'string' ? invoice.confirmation_secret : null;
  return {
    subscription: found.id,
    uid,
    name,
    tier: tiers.find((tier) => lookupKey(tier) === item.price.lookup_key) ?? null,
    status: statuses[found.status] ?? 'unpaid',
    ending: found.cancel_at_period_end,
    startAt: item.current_period_start * 1000,
    endAt: item.current_period_end * 1000,
    invoice: invoiceOf(invoice),
    clientSecret: secret?.client_secret ?? '',
  };
}

function mustBeOurs(found: Stripe.Subscription): SubscriptionReport {
  const report = reportOf(found);
  if (!report) throw new ProviderRefused('not_ours', `${found.id} is no subscription of ours`);
  return report;
}

async function priceOf(client: StripeSource, tier: Tier): Promise<string> {
  const { data } = await asking(client, (stripe) =>
    stripe.prices.list({ lookup_keys: [lookupKey(tier)], limit: 1 }),
  );
  if (!data[0]) throw new ProviderRefused('no_price', `no price at Stripe with the key ${lookupKey(tier)}`);
  return data[0].id;
}

export const createStripeSubscriptions = (client: StripeSource): SubscriptionGateway => {
  const retrieve = (id: string) =>
    askingFor(client, (stripe) => stripe.subscriptions.retrieve(id, { expand }));
  return {
    async openCustomer(uid) {
      const { id } = await asking(client, (stripe) =>
        stripe.customers.create({ metadata: { uid } }, { idempotencyKey: `customer:${uid}` }),
      );
      return id;
    },
    async open({ name, uid, customer, tier }) {
      const price = await priceOf(client, tier);
      return mustBeOurs(
        await asking(client, (stripe) =>
          stripe.subscriptions.create(
            {
              customer,
              items: [{ price }],
              metadata: { uid, name },
              payment_behavior: 'default_incomplete',
              expand,
            },
            { idempotencyKey: name },
          ),
        ),
      );
    },
    async ask(subscription) {
      const found = await retrieve(subscription);
      return found && reportOf(found);
    },
    async change(subscription, tier, name) {
      const price = await priceOf(client, tier);
      const found = await retrieve(subscription);
      const item = found?.items.data[0]?.id;
      if (item === undefined) throw new ProviderRefused('not_ours', `no subscription ${subscription}`);
      return mustBeOurs(
        await asking(client, (stripe) =>
          stripe.subscriptions.update(
            subscription,
            {
              items: [{ id: item, price }],
              billing_cycle_anchor: { type: 'now' },
              proration_behavior: 'none',
              cancel_at_period_end: false,
              expand,
            },
            { idempotencyKey: name },
          ),
        ),
      );
    },
    async stop(subscription, ending) {
      return mustBeOurs(
        await asking(client, (stripe) =>
          stripe.subscriptions.update(subscription, { cancel_at_period_end: ending, expand }),
        ),
      );
    },
  };
};
