/**
 * What the stand-in keeps beside its checkouts: the fields of Stripe's objects that the product looks at, typed by
 * Stripe's own types. JSON all through, so that `emulate` can copy it.
 */
import type Stripe from 'stripe';
import { invalid, missing } from './complaint.ts';
import { newId } from './session.ts';

export type Customer = Pick<Stripe.Customer, 'id' | 'object' | 'metadata'>;

export type Method = Pick<Stripe.PaymentMethod, 'id' | 'object' | 'type'> & {
  customer: string | null;
  card: Pick<Stripe.PaymentMethod.Card, 'brand' | 'last4' | 'exp_month' | 'exp_year'>;
};

export type CardIntent = Pick<
  Stripe.PaymentIntent,
  | 'id'
  | 'object'
  | 'amount'
  | 'amount_received'
  | 'created'
  | 'currency'
  | 'description'
  | 'livemode'
  | 'metadata'
  | 'status'
  | 'client_secret'
  | 'setup_future_usage'
> & {
  customer: string;
  payment_method: string | null;
  last_payment_error: Pick<Stripe.PaymentIntent.LastPaymentError, 'type' | 'code' | 'decline_code'> | null;
};

export type Refund = Pick<
  Stripe.Refund,
  'id' | 'object' | 'amount' | 'currency' | 'status' | 'metadata' | 'failure_reason'
> & { payment_intent: string };

export type Dispute = Pick<
  Stripe.Dispute,
  'id' | 'object' | 'amount' | 'currency' | 'reason' | 'status' | 'created'
> & { payment_intent: string; balance_transactions: Line[] };

type Bank = Pick<Stripe.BankAccount, 'id' | 'fingerprint' | 'last4' | 'default_for_currency'>;

export type Account = Pick<
  Stripe.Account,
  'id' | 'object' | 'country' | 'metadata' | 'details_submitted' | 'payouts_enabled' | 'charges_enabled'
> & {
  capabilities: Pick<Stripe.Account.Capabilities, 'transfers'>;
  requirements: Pick<
    Stripe.Account.Requirements,
    'currently_due' | 'past_due' | 'pending_verification' | 'disabled_reason'
  >;
  external_accounts: { data: Bank[] };
};

export type Transfer = Pick<
  Stripe.Transfer,
  'id' | 'object' | 'amount' | 'amount_reversed' | 'currency' | 'metadata' | 'transfer_group' | 'reversed'
> & { destination: string };

export type Reversal = Pick<Stripe.TransferReversal, 'id' | 'object' | 'amount' | 'currency' | 'metadata'> & {
  transfer: string;
};

/** A way into Stripe's onboarding: for a few minutes, and once. */
export type Link = {
  account: string;
  returnUrl: string;
  refreshUrl: string;
  expiresAt: number;
  used: boolean;
};

/** `account` is whose it is; Stripe knows that and does not say it. */
export type Payout = Pick<
  Stripe.Payout,
  'id' | 'object' | 'amount' | 'currency' | 'metadata' | 'status' | 'failure_code'
> & { account: string };

/** One line of the platform's balance. */
export type Line = Pick<
  Stripe.BalanceTransaction,
  'id' | 'object' | 'amount' | 'created' | 'currency' | 'fee' | 'net' | 'type'
> & { source: { id: string; object: string; payment_intent?: string } };

export type Invoice = Pick<
  Stripe.Invoice,
  'id' | 'object' | 'status' | 'amount_due' | 'amount_paid' | 'currency'
> & {
  lines: { data: { period: { start: number; end: number } }[] };
  parent: { subscription_details: { subscription: string } };
  payments: { data: { payment: { type: 'payment_intent'; payment_intent: string } }[] };
  confirmation_secret: { client_secret: string; type: string } | null;
};

export type Price = Pick<Stripe.Price, 'id' | 'object' | 'lookup_key' | 'currency' | 'unit_amount'>;

export type Subscription = Pick<
  Stripe.Subscription,
  'id' | 'object' | 'status' | 'metadata' | 'cancel_at_period_end'
> & {
  customer: string;
  items: {
    data: { id: string; price: Price; current_period_start: number; current_period_end: number }[];
  };
  latest_invoice: Invoice;
};

export type Vault = {
  customers: Record<string, Customer>;
  methods: Record<string, Method>;
  /** Which test card is behind a saved one. */
  numbers: Record<string, string>;
  intents: Record<string, CardIntent>;
  /** Which card paid an intent, where it is not one of its own: by what Stripe tells cards apart. */
  prints: Record<string, string>;
  refunds: Record<string, Refund>;
  disputes: Record<string, Dispute>;
  accounts: Record<string, Account>;
  /** Those that we may see no more. */
  left: string[];
  links: Record<string, Link>;
  transfers: Record<string, Transfer>;
  reversals: Record<string, Reversal>;
  payouts: Record<string, Payout>;
  subscriptions: Record<string, Subscription>;
  lines: Line[];
  /** What Stripe keeps of a charge, in basis points; set from the faults. */
  feeBps: number;
};

export const emptyVault = (): Vault => ({
  customers: {},
  methods: {},
  numbers: {},
  intents: {},
  prints: {},
  refunds: {},
  disputes: {},
  accounts: {},
  left: [],
  links: {},
  transfers: {},
  reversals: {},
  payouts: {},
  subscriptions: {},
  lines: [],
  feeBps: 0,
});

/** What Stripe keeps of a charge. */
export const feeOn = ({ feeBps }: Vault, amount: number): number => Math.floor((amount * feeBps) / 10_000);

/** Books one change of the platform's balance. */
export function book(
  { lines }: Vault,
  type: Line['type'],
  { amount, currency, fee = 0 }: { amount: number; currency: string; fee?: number },
  source: Line['source'],
  now: number,
): Line {
  const line: Line = {
    id: newId('txn_'),
    object: 'balance_transaction',
    amount,
    created: now,
    currency,
    fee,
    net: amount - fee,
    type,
    source,
  };
  lines.push(line);
  return line;
}

/** Newest first, as Stripe lists everything; `starting_after` is the last id of the page before. */
export function page<T extends { id: string }>(all: readonly T[], query: URLSearchParams) {
  const limit = Number(query.get('limit') ?? 10);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw invalid('limit', 'parameter_invalid_integer', 'A limit is between 1 and 100.');
  const after = query.get('starting_after');
  const newest = all.toReversed();
  const from = after === null ? 0 : newest.findIndex(({ id }) => id === after) + 1;
  if (after !== null && from === 0) throw missing('starting_after', after);
  const data = newest.slice(from, from + limit);
  return { object: 'list' as const, data, has_more: from + limit < newest.length, url: '/v1' };
}
