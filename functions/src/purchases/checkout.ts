import { raise } from '../alerts/alerts.operations.ts';
import { collections } from '../collections.ts';
import { load } from '../platform/firestore.ts';
import { sweep } from '../platform/sweep.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Gateways } from '../psp/providers.gateway.ts';
import { eventId, recordEvent } from '../psp/psp.operations.ts';
import {
  AttemptTaken,
  ProviderRefused,
  ProviderUnavailable,
  type PaymentGateway,
  type PaymentReport,
} from '../psp/gateway.ts';
import { attemptOf, whatIs, type Purchase } from './purchase.ts';
import { changePurchase, failOrder, settleReport, waitForPayment } from './purchases.operations.ts';
import { duePurchases } from './purchases.store.ts';
import { askable, inReview, nextAttempt, opened, type Answer } from './order.ts';

/** The talk with the provider about one order: never inside a transaction, every step recorded before it is made. */

/** A new number is asked for so often before the caller is told to come back. */
const MOST_ATTEMPTS = 3;

/**
 * Opens the checkout of an order that has none. Safe to repeat after any answer or none: Stripe answers a
 * repeated attempt the same; Fatora, which remembers no request, is asked before another number is used.
 * @throws Refusal `provider_unavailable` (unknown: repeat), `provider_refused` (the order has failed).
 */
export async function openCheckout(
  id: string,
  order: Purchase,
  gateways: Gateways,
  returnUrl: string,
  at: number,
) {
  const gateway = gateways[order.provider];
  let purchase = order;
  for (let tries = 0; purchase.status === 'created' && tries < MOST_ATTEMPTS; tries += 1) {
    const { attempt } = purchase;
    try {
      const checkout = await gateway.openCheckout({
        attempt: attemptOf(id, attempt),
        uid: purchase.uid,
        amount: purchase.price,
        currency: purchase.currency,
        description: purchase.credits > 0 ? whatIs(purchase) : `Coins worth ${whatIs(purchase)}`,
        returnUrl,
        expiresAt: purchase.expiresAt,
      });
      return await changePurchase(id, (current) => opened(current, attempt, checkout));
    } catch (error) {
      purchase = await afterFailure(id, purchase, gateway, error, at);
    }
  }
  if (purchase.status === 'created') throw new Refusal('provider_unavailable', { provider: order.provider });
  return purchase;
}

async function afterFailure(
  id: string,
  purchase: Purchase,
  gateway: PaymentGateway,
  error: unknown,
  at: number,
) {
  const { attempt, provider } = purchase;
  if (error instanceof AttemptTaken) {
    await askAbout(id, purchase, gateway, at);
    return changePurchase(id, (current) => nextAttempt(current, attempt));
  }
  if (error instanceof ProviderRefused) {
    await failOrder(id, error.reason, at);
    throw new Refusal('provider_refused', { provider, code: error.reason });
  }
  if (error instanceof ProviderUnavailable) throw new Refusal('provider_unavailable', { provider });
  throw error;
}

/**
 * Asks about every attempt that was made. What is paid is recorded as an event, as if a webhook had told it, and
 * credited; a second payment of one order is found and kept that way too.
 */
async function askAbout(
  id: string,
  purchase: Purchase,
  gateway: PaymentGateway,
  at: number,
): Promise<Answer> {
  let answer: Answer = 'unpaid';
  try {
    for (let attempt = 1; attempt <= purchase.attempt; attempt += 1) {
      const report = await gateway.ask(attemptOf(id, attempt), referenceOf(purchase));
      if (report?.outcome === 'processing') answer = 'processing';
      if (report?.outcome === 'paid') await takeReport(report, at);
      else if (report) await settleReport(report, at);
    }
    return answer;
  } catch (error) {
    if (error instanceof ProviderUnavailable || error instanceof ProviderRefused) return 'none';
    throw error;
  }
}

async function takeReport(report: PaymentReport, at: number): Promise<void> {
  const event = {
    id: `${report.provider}:${report.payment || report.reference}:paid`,
    type: 'asked',
    about: { kind: 'checkout', report },
  } as const;
  if (await recordEvent(report.provider, event, at))
    await settleReport(report, at, eventId(report.provider, event));
}

function referenceOf(purchase: Purchase): string {
  if (purchase.status === 'pending') return purchase.reference;
  return purchase.status === 'review' ? purchase.payment.reference : '';
}

/** What no webhook told: orders whose payment is not known. */
export async function sweepPurchases(gateways: Gateways, at: number): Promise<void> {
  await sweep(duePurchases(at), async (id) => {
    const purchase = await load(collections.purchases.doc(id));
    if (!purchase) return;
    if (purchase.status === 'review')
      await raise(`purchase.${id}.review.${purchase.why}`, inReview(id, purchase, purchase), at);
    const gateway = gateways[purchase.provider];
    const answer = askable(purchase) ? await askAbout(id, purchase, gateway, at) : 'unpaid';
    await waitForPayment(id, answer, at);
  });
}
