import type { Quote } from '../catalog/catalog.ts';
import { waiting, type Finding } from '../alerts/alert.ts';
import { quiet, tell } from '../notifications/notice.ts';
import { zero } from '../shared/money.ts';
import type { Provider } from '../psp/gateway.ts';
import { moveTo, whatIs, type Purchase } from './purchase.ts';

/** The life of an order: how it begins, waits and ends. Nothing here moves money; payment.ts does. */

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;

/** How long a checkout is open, how often an unpaid one is asked about, and when a person is asked instead. */
export const times = {
  open: HOUR,
  ask: 10 * MINUTE,
  giveUp: 24 * HOUR,
  review: 48 * HOUR,
  /** A bank debit may take this long. */
  processing: 14 * 24 * HOUR,
  /** How often, and for how long, a provider whose pages stay open is asked about an expired order. */
  late: 6 * HOUR,
  watch: 7 * 24 * HOUR,
} as const;

export const newPurchase = (
  quote: Quote,
  order: {
    readonly uid: string;
    readonly provider: Provider;
    readonly requestHash: string;
    readonly at: number;
  },
): Purchase => ({
  uid: order.uid,
  provider: order.provider,
  ...quote,
  requestHash: order.requestHash,
  createdAt: order.at,
  expiresAt: order.at + times.open,
  attempt: 1,
  refunded: zero,
  valueBack: zero,
  creditsBack: zero,
  chargebacks: {},
  version: 1,
  dueAt: order.at + times.ask,
  ...quiet,
  status: 'created',
});

/**
 * The provider opened a checkout. One that was settled meanwhile stays as it is; of two calls that opened one
 * each, everybody is sent to the page that was noted first.
 */
export function opened(
  purchase: Purchase,
  attempt: number,
  checkout: { reference: string; url: string },
): Purchase {
  if (purchase.status !== 'created' || attempt > purchase.attempt) return purchase;
  const { reference, url } = checkout;
  const { news, dueAt } = purchase;
  return moveTo(purchase, { status: 'pending', reference, url }, { news, dueAt });
}

/** The provider knows this attempt already and its address is lost: the next one gets the next number. */
export const nextAttempt = (purchase: Purchase, attempt: number): Purchase =>
  purchase.status === 'created' && purchase.attempt === attempt
    ? { ...purchase, attempt: attempt + 1, version: purchase.version + 1 }
    : purchase;

/** Ends an order that was not paid. */
export function close(
  id: string,
  purchase: Purchase,
  status: 'failed' | 'expired',
  why: string,
  at: number,
): Purchase {
  // Fatora's pages do not close with the order: it is asked for some days whether somebody paid after all.
  const dueAt = status === 'expired' && purchase.provider === 'fatora' ? at + times.late : null;
  const news = { ...told(id, purchase, status, at), dueAt };
  return status === 'failed'
    ? moveTo(purchase, { status, why, closedAt: at, payment: null }, news)
    : moveTo(purchase, { status, closedAt: at }, news);
}

/** What the provider said of all attempts: nothing was paid, the money is on its way, or it could not be asked. */
export type Answer = 'unpaid' | 'processing' | 'none';

/** Whether asking the provider can still change anything. */
export const askable = (purchase: Purchase): boolean =>
  purchase.status === 'created' ||
  purchase.status === 'pending' ||
  purchase.status === 'expired' ||
  (purchase.status === 'review' && purchase.why === 'unanswered');

/**
 * What the sweep does when the provider told nothing final: wait and ask again. An order expires when its
 * checkout has closed and the provider knows of no payment; while money is on its way it does not. When nothing
 * final could be learned for long, a person has to look, and the provider is still asked: unknown is never
 * guessed.
 */
export function stillUnpaid(id: string, purchase: Purchase, answer: Answer, at: number): Purchase {
  if (purchase.dueAt === null || purchase.dueAt > at) return purchase;
  const over = answer === 'unpaid' && at >= purchase.expiresAt + times.ask;
  switch (purchase.status) {
    case 'created':
    case 'pending': {
      if (over) return close(id, purchase, 'expired', 'not_paid', at);
      const patience = answer === 'processing' ? times.processing : times.giveUp;
      if (at < purchase.expiresAt + patience) return { ...purchase, dueAt: at + times.ask };
      return unanswered(id, purchase, at);
    }
    case 'review':
      if (purchase.why !== 'unanswered') return { ...purchase, dueAt: at + times.review };
      return over ? close(id, purchase, 'expired', 'not_paid', at) : { ...purchase, dueAt: at + times.open };
    case 'expired':
      return { ...purchase, dueAt: at < purchase.closedAt + times.watch ? at + times.late : null };
    case 'paid':
    case 'partially_refunded':
    case 'refunded':
    case 'failed':
      return { ...purchase, dueAt: null };
  }
}

function unanswered(id: string, purchase: Purchase, at: number): Purchase {
  const reference = purchase.status === 'pending' ? purchase.reference : '';
  const payment = { attempt: '', reference, payment: '' };
  const state = { status: 'review', why: 'unanswered', stated: '', payment, reviewAt: at } as const;
  return moveTo(purchase, state, { ...told(id, purchase, 'review', at), dueAt: at + times.open });
}

/** For finance: money came that does not fit, or nobody knows whether it did. */
export const inReview = (
  id: string,
  purchase: Purchase,
  { why, stated }: { readonly why: string; readonly stated: string },
): Finding =>
  waiting('payment_review', `purchases/${id}`, {
    title: `A payment for ${whatIs(purchase)} waits for review: ${why}`,
    explanation: `The provider says “${stated}” of the order ${id}. Look at the payment there, and end it with purchases-resolve: credit what only came late, dismiss the rest and return it at the provider.`,
    facts: { why, stated, value: purchase.value, currency: purchase.currency },
    people: [purchase.uid],
  });

/** What the buyer hears about a transition. */
export function told(
  id: string,
  purchase: Purchase,
  event: 'paid' | 'failed' | 'expired' | 'review',
  at: number,
) {
  const amount = whatIs(purchase);
  const text = {
    paid: `${amount} ${purchase.credits > 0 ? 'are' : 'is'} in your wallet.`,
    failed: `Your payment for ${amount} failed. Nothing was added.`,
    expired: `Your order for ${amount} expired unpaid.`,
    review: `We are checking your payment for ${amount}.`,
  }[event];
  const { value, price, currency, credits } = purchase;
  const cause = `purchase.${id}.${purchase.version + 1}.${event}`;
  const facts = { purchase: id, value, price, currency, ...(credits > 0 && { credits }) };
  return tell(purchase, { cause, about: `purchases/${id}`, at }, [
    { to: purchase.uid, kind: `purchase-${event}`, text, facts },
  ]);
}
