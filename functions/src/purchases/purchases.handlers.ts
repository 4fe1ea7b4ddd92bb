import { logger } from 'firebase-functions';
import { onRequest, type Request } from 'firebase-functions/https';
import type { Response } from 'express';
import type { z } from 'zod';
import { quoteItem } from '../catalog/catalog.ts';
import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { now } from '../platform/clock.ts';
import { deriveId, hashInput } from '../platform/derive.ts';
import {
  appUrl,
  fatoraApi,
  fatoraApiKey,
  region,
  stripeApi,
  stripeSecretKey,
  stripeWebhookSecret,
} from '../platform/params.ts';
import { mustBeReady } from '../platform/settings.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import type { Handlers } from '../shared/call.ts';
import { joinId } from '../shared/ids.ts';
import { openCheckout, sweepPurchases, type Gateways } from './checkout.ts';
import { createFatoraGateway } from '../psp/fatora.gateway.ts';
import { BadSignature, type PaymentGateway } from '../psp/gateway.ts';
import type { Purchase } from './purchase.ts';
import { purchasesContract, type PurchaseView } from './purchases.contract.ts';
import { decideReview, eventId, orderCoins, recordEvent, settleReport } from './purchases.operations.ts';
import { createStripeGateway } from '../psp/stripe.gateway.ts';

const secrets = [stripeSecretKey, stripeWebhookSecret, fatoraApiKey];

let made: Gateways | undefined;
const gateways = (): Gateways =>
  (made ??= {
    stripe: createStripeGateway({
      secretKey: stripeSecretKey.value(),
      webhookSecret: stripeWebhookSecret.value(),
      apiBase: stripeApi.value(),
    }),
    fatora: createFatoraGateway({ apiKey: fatoraApiKey.value(), apiBase: fatoraApi.value() }),
  });

const handlers: Handlers<typeof purchasesContract> = {
  create: async ({ requestId, provider, item }, { uid }, at) => {
    const id = joinId(deriveId('purchase', uid, requestId), uid);
    const requestHash = hashInput({ provider, item });
    const order = await orderCoins(id, { uid, provider, quote: quoteItem(item), requestHash, at });
    return view(id, await openCheckout(id, order, gateways(), `${appUrl.value()}/purchases/${id}`, at));
  },
  resolve: async ({ purchase, decision, reason }, caller, at) => {
    const actor = { uid: caller.uid, role: caller.role ?? '', ip: caller.ip, reason };
    return view(purchase, await decideReview(purchase, { decision, actor, at }));
  },
};

const view = (id: string, purchase: Purchase): z.input<typeof PurchaseView> => ({
  id,
  status: purchase.status,
  provider: purchase.provider,
  currency: purchase.currency,
  value: purchase.value,
  price: purchase.price,
  coins: purchase.coins,
  checkoutUrl: purchase.status === 'pending' ? purchase.url : null,
  createdAt: purchase.createdAt,
  expiresAt: purchase.expiresAt,
});

/**
 * One public, signed entry for each provider. Whatever is not settled is answered with an error, so that the
 * provider sends it again; what was settled before is answered like the first time.
 */
const serveWebhook = (name: keyof Gateways) =>
  onRequest({ region, secrets, invoker: 'public' }, async (request, response) => {
    mustBeReady(secrets);
    if (request.method !== 'POST') return void response.status(405).send({ error: 'POST only' });
    await receive(gateways()[name], request, response);
  });

async function receive(
  gateway: PaymentGateway,
  { rawBody, headers }: Request,
  response: Response,
): Promise<void> {
  try {
    const event = await gateway.readWebhook({ rawBody, headers });
    const { report } = event;
    if (!report) return void response.send({ result: 'nothing' });
    const at = now();
    if (!(await recordEvent(gateway.provider, { ...event, report }, at)))
      return void response.send({ result: 'seen' });
    const result = await settleReport(report, at, eventId(gateway.provider, event));
    if (result === 'review' || result === 'double_payment' || result === 'unknown_order')
      logger.warn('a payment event needs a look', { result, event: event.id });
    response.send({ result });
  } catch (error) {
    if (error instanceof BadSignature) return void response.status(401).send({ error: 'bad_signature' });
    logger.error('a webhook was not settled', error, { provider: gateway.provider });
    response.status(503).send({ error: 'try_again' });
  }
}

export const purchases = {
  ...serveCalls('purchases', purchasesContract, handlers, { secrets }),
  changed: serveWritten('purchases', (id) => deliverNews(collections.purchases.doc(id))),
  sweep: serveSchedule(
    '*/5 * * * *',
    async (at) => {
      await sweepPurchases(gateways(), at);
      await sweepNews(collections.purchases);
    },
    { secrets },
  ),
};

export const psp = { stripe: serveWebhook('stripe'), fatora: serveWebhook('fatora') };
