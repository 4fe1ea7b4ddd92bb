import { logger } from 'firebase-functions/logger';
import { onRequest, type Request } from 'firebase-functions/https';
import { now } from '../platform/clock.ts';
import { observe } from '../platform/observe.ts';
import { region } from '../platform/params.ts';
import { serveSchedule } from '../platform/serve.ts';
import { mustBeReady } from '../platform/settings.ts';
import type { EventResult } from '../psp/event.ts';
import { BadSignature, type PaymentGateway, type Provider } from '../psp/gateway.ts';
import { gateways, pspSecrets as secrets } from '../psp/providers.gateway.ts';
import { eventId, recordEvent } from '../psp/psp.operations.ts';
import { Refusal } from '../shared/refusal.ts';
import { settleEvent, sweepEvents } from './webhooks.operations.ts';

/**
 * One public, signed entry for each provider. Whatever is not settled is answered with an error, so that the
 * provider sends it again; what was settled before is answered like the first time.
 */
const serveWebhook = (name: Provider) =>
  onRequest({ region, secrets, invoker: 'public' }, async (request, response) => {
    mustBeReady(secrets);
    if (request.method !== 'POST') return void response.status(405).send({ error: 'POST only' });
    // Nothing that an unsigned body says is told: how late it was is known once it is settled.
    const about: { operation: string; lagMs: number | null } = { operation: `psp-${name}`, lagMs: null };
    const work = async () => {
      const { result, isSettled } = await receive(gateways()[name], request);
      if (isSettled) about.lagMs = sinceSent(request.rawBody);
      response.send({ result });
    };
    await observe(about, work).catch((error: unknown) => {
      if (error instanceof Refusal && error.reason === 'bad_signature')
        return void response.status(401).send({ error: 'bad_signature' });
      logger.error('a webhook was not settled', error, { provider: name });
      response.status(503).send({ error: 'try_again' });
    });
  });

/** Milliseconds since the event happened, as its own text says it in seconds; null where it does not. */
function sinceSent(rawBody: Buffer): number | null {
  try {
    const { created } = JSON.parse(rawBody.toString()) as { created?: unknown };
    return typeof created === 'number' ? now() - created * 1000 : null;
  } catch {
    return null;
  }
}

const needLook: readonly EventResult[] = ['review', 'early', 'double_payment', 'unknown'];

type Received = { readonly result: EventResult | 'seen'; readonly isSettled: boolean };

/** @throws Refusal `bad_signature`, and whatever leaves the event unsettled */
async function receive(gateway: PaymentGateway, { rawBody, headers }: Request): Promise<Received> {
  const event = await gateway.readWebhook({ rawBody, headers }).catch((error: unknown) => {
    throw error instanceof BadSignature ? new Refusal('bad_signature') : error;
  });
  const { about } = event;
  if (!about) return { result: 'nothing', isSettled: false };
  const at = now();
  if (!(await recordEvent(gateway.provider, { ...event, about }, at)))
    return { result: 'seen', isSettled: false };
  const result = await settleEvent(eventId(gateway.provider, event), about, at);
  if (needLook.includes(result)) logger.warn('a payment event needs a look', { result, event: event.id });
  return { result, isSettled: result !== 'early' };
}

export const psp = {
  stripe: serveWebhook('stripe'),
  fatora: serveWebhook('fatora'),
  sweep: serveSchedule('*/5 * * * *', sweepEvents, { secrets }),
};
