/** What the product asks of a payment provider, and what it may believe of the answer. No I/O here. */
import { currencies, type Currency, type Minor } from '../shared/money.ts';

export const providers = ['stripe', 'fatora'] as const;
export type Provider = (typeof providers)[number];

/**
 * What a provider is to collect. A repeat of one `attempt` must be the same in every field: Stripe compares
 * them, so `expiresAt` and `returnUrl` are stored with the order and never computed twice.
 */
export type Checkout = {
  /** The id that the provider carries back: order id and attempt number, `[A-Za-z0-9_.:-]`, at most 100 long. */
  attempt: string;
  uid: string;
  amount: Minor;
  currency: Currency;
  description: string;
  /** Where the payer's browser goes afterwards, paid or not. It proves nothing. */
  returnUrl: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
};

export type OpenedCheckout = {
  /** The provider's own id for the checkout; '' where it gives none. */
  reference: string;
  url: string;
};

/**
 * `failed` and `expired` mean that nothing was collected and nothing will be; `processing`, that the payer has done
 * their part and the money is on its way (a bank debit takes days); whatever else is not known to be paid is
 * `pending`.
 */
export type Outcome = 'paid' | 'processing' | 'pending' | 'failed' | 'expired';

/** What a provider says about one attempt: always its own word, never the caller's. */
export type PaymentReport = {
  provider: Provider;
  attempt: string;
  reference: string;
  /** The provider's id of the payment itself (refunds name it); '' until there is one. */
  payment: string;
  outcome: Outcome;
  /** null when the stated figure is not an exact amount in a currency we know. */
  amount: Minor | null;
  /** null when the provider names a currency we do not know. */
  currency: Currency | null;
  /** Figure and currency as the provider wrote them, for the person who looks at a mismatch. */
  stated: string;
};

/**
 * What an event is about. Checkout events carry their report, as one transaction settles them; of all others
 * only the names are believed, and the provider is asked what is true now. So order, repeats and age of events
 * do not matter.
 */
export type About =
  | { readonly kind: 'checkout'; readonly report: PaymentReport }
  | { readonly kind: 'card'; readonly attempt: string; readonly intent: string }
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'payout'; readonly withdrawal: string }
  | { readonly kind: 'refund'; readonly refund: string | null; readonly id: string; readonly payment: string }
  | { readonly kind: 'dispute'; readonly dispute: string }
  | { readonly kind: 'subscription'; readonly subscription: string };

export type ProviderEvent = {
  /** The same for every delivery of one event, and safe as a document id. */
  id: string;
  type: string;
  /** null for an event that is none of our business. */
  about: About | null;
};

export type WebhookRequest = { rawBody: Uint8Array; headers: Record<string, string | string[] | undefined> };

export type PaymentGateway = {
  readonly provider: Provider;
  /** @throws AttemptTaken, ProviderRefused, ProviderUnavailable */
  openCheckout(checkout: Checkout): Promise<OpenedCheckout>;
  /** Verifies and translates a webhook. @throws BadSignature, and where it must ask: as `ask` */
  readWebhook(request: WebhookRequest): Promise<ProviderEvent>;
  /**
   * Asks for the truth about one attempt; null when the provider has never heard of it.
   * @throws ProviderRefused, ProviderUnavailable
   */
  ask(attempt: string, reference: string): Promise<PaymentReport | null>;
};

/** The webhook is forged, unsigned, too old or garbled: nothing in it may be believed. */
export class BadSignature extends Error {
  override readonly name = 'BadSignature';
}

/** No usable answer (network, time-out, 5xx, too many requests): the outcome is UNKNOWN, so ask later. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
}

/** A definite no: nothing was opened and a repeat will not help. */
export class ProviderRefused extends Error {
  override readonly name = 'ProviderRefused';
  /** The provider's code for it. A string, since Firestore's retry would read a numeric `code`. */
  readonly reason: string;
  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * The provider already knows this attempt id (Fatora: for any use; Stripe: with other fields). The earlier
 * checkout may still be paid, so it is asked about, and the next checkout gets another attempt number.
 */
export class AttemptTaken extends Error {
  override readonly name = 'AttemptTaken';
}

/** Our code for a provider's spelling of a currency, or null. */
export const currencyNamed = (text: string): Currency | null =>
  currencies.find((currency) => currency === text.toUpperCase()) ?? null;
