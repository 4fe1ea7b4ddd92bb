import type { CoinCounts } from '../catalog/catalog.ts';
import type { Newsworthy } from '../notifications/notice.ts';
import { splitId } from '../shared/ids.ts';
import { format, type Currency, type Minor } from '../shared/money.ts';
import type { Chargebacks } from '../psp/chargebacks.ts';
import type { Provider } from '../psp/gateway.ts';

/**
 * `purchases/{request}~{uid}`: an order for coins or credits. Value, price, coins and credits are the server's own quote at the
 * time of the order; what a provider or a client says about them is only compared with it.
 */
export type Purchase = Newsworthy & {
  readonly uid: string;
  readonly provider: Provider;
  readonly currency: Currency;
  /** What arrives in the wallet, and what is paid for it; minor units. */
  readonly value: Minor;
  readonly price: Minor;
  readonly coins: CoinCounts;
  /** Credits that arrive instead of value, and how many of them went back (W1-21: from the order, never the event). */
  readonly credits: Minor;
  readonly creditsBack: Minor;
  readonly requestHash: string;
  readonly createdAt: number;
  /** Until then the provider takes the payment. */
  readonly expiresAt: number;
  /** Counts checkouts: recorded before the provider is asked for one. */
  readonly attempt: number;
  /** How much of the price went back, or is on its way back. */
  readonly refunded: Minor;
  /** How much of the value that took from the buyer; the rest is the platform's. */
  readonly valueBack: Minor;
  readonly chargebacks: Chargebacks;
  readonly version: number;
  /** When the sweep asks the provider; null when nothing is left to ask. */
  readonly dueAt: number | null;
} & PurchaseState;

/** What the provider told about the payment, kept for refunds and for people who look. Ids only. */
export type Payment = { readonly attempt: string; readonly reference: string; readonly payment: string };

export type ReviewReason = 'amount' | 'currency' | 'late' | 'unanswered';

export type PurchaseState =
  | { readonly status: 'created' }
  | { readonly status: 'pending'; readonly reference: string; readonly url: string }
  | {
      readonly status: 'paid' | 'partially_refunded' | 'refunded';
      readonly payment: Payment;
      readonly paidAt: number;
    }
  | {
      readonly status: 'failed';
      readonly why: string;
      readonly closedAt: number;
      /** The payment that an admin dismissed: told again, it is no news. */
      readonly payment: Payment | null;
    }
  | { readonly status: 'expired'; readonly closedAt: number }
  | {
      readonly status: 'review';
      readonly why: ReviewReason;
      /** What the provider stated, in its own words. */
      readonly stated: string;
      readonly payment: Payment;
      readonly reviewAt: number;
    };

/** `buyers/{uid}`: what was ordered in the last 24 hours, for the limits (D10), and who they are at Stripe. */
export type Buyer = {
  /** The provider’s customer, to which saved cards belong; null until a card is first paid with. */
  readonly customer: string | null;
  readonly recent: readonly RecentOrder[];
};

/** Minor units of `currency`. */
export type RecentOrder = {
  readonly purchase: string;
  readonly at: number;
  readonly amount: Minor;
  readonly currency: Currency;
};

/** Moves to another state: what all states share is kept. */
export function moveTo(
  purchase: Purchase,
  state: PurchaseState,
  more: Newsworthy & {
    readonly dueAt: number | null;
    readonly refunded?: Minor;
    readonly valueBack?: Minor;
    readonly creditsBack?: Minor;
  },
): Purchase {
  const { uid, provider, currency, value, price, coins, requestHash, createdAt, expiresAt } = purchase;
  const { attempt, refunded, valueBack, chargebacks, credits, creditsBack } = purchase;
  const kept = { uid, provider, currency, value, price, coins, requestHash, createdAt, expiresAt };
  return {
    ...kept,
    attempt,
    refunded,
    valueBack,
    chargebacks,
    credits,
    creditsBack,
    version: purchase.version + 1,
    ...more,
    ...state,
  };
}

export const isPaid = (
  purchase: Purchase,
): purchase is Purchase &
  Extract<PurchaseState, { readonly status: 'paid' | 'partially_refunded' | 'refunded' }> =>
  purchase.status === 'paid' || purchase.status === 'partially_refunded' || purchase.status === 'refunded';

/** What was ordered, for people. */
export const whatIs = ({
  value,
  currency,
  credits,
}: Pick<Purchase, 'value' | 'currency' | 'credits'>): string =>
  credits > 0 ? `${credits} credits` : format(value, currency);

/** The provider's name for one checkout of an order; the order's id can be read from it again. */
export const attemptOf = (id: string, attempt: number): string => `${id.replaceAll('~', ':')}:${attempt}`;

/** The order and the attempt number that a provider's name speaks of, or null when it is none of ours. */
export function readAttempt(name: string): { id: string; attempt: number } | null {
  const { id: named = '', attempt } =
    /^(?<id>[^:]+:[^:]+):(?<attempt>[1-9]\d{0,5})$/.exec(name)?.groups ?? {};
  const id = named.replace(':', '~');
  return splitId(id, 2) ? { id, attempt: Number(attempt) } : null;
}
