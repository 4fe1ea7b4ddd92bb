import { logger } from 'firebase-functions/logger';
import { onRequest, type Request } from 'firebase-functions/https';
import type { Response } from 'express';
import { now } from '../platform/clock.ts';
import { observe } from '../platform/observe.ts';
import { region } from '../platform/params.ts';
import { serveSchedule } from '../platform/serve.ts';
import { mustBeReady } from '../platform/settings.ts';
import type { EventResult } from '../psp/event.ts';
import { BadSignature, type PaymentGateway, type Provider } from '../psp/gateway.ts';
import { gateways, pspSecrets as secrets } from '../psp/providers.gateway.ts';
import { eventId, recordEvent } from '../psp/psp.operations.ts';
import { settleEvent, sweepEvents } from './webhooks.operations.ts';

/**
 * One public, signed entry for each provider. Whatever is not settled is answered with an error, so that the
 * provider sends it again; what was settled before is answered like the first time.
 */
const serveWebhook = (name: Provider) =>
  onRequest({ region, secrets, invoker: 'public' }, async (request, response) => {
    mustBeReady(secrets);
    if (request.method !== 'POST') return void response.status(405).send({ error: 'POST only' });
    const about = { operation: `psp-${name}`, lagMs: sinceSent(request.rawBody) };
    await observe(about, () => receive(gateways()[name], request, response)).catch((error: unknown) => {
      if (error instanceof BadSignature) return void response.status(401).send({ error: 'bad_signature' });
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

async function receive(
  gateway: PaymentGateway,
  { rawBody, headers }: Request,
  response: Response,
): Promise<void> {
  const event = await gateway.readWebhook({ rawBody, headers });
  const { about } = event;
  if (!about) return void response.send({ result: 'nothing' });
  const at = now();
  if (!(await recordEvent(gateway.provider, { ...event, about }, at)))
    return void response.send({ result: 'seen' });
  const result = await settleEvent(eventId(gateway.provider, event), about, at);
  if (needLook.includes(result)) logger.warn('a payment event needs a look', { result, event: event.id });
  response.send({ result });
}

export const psp = {
  stripe: serveWebhook('stripe'),
  fatora: serveWebhook('fatora'),
  sweep: serveSchedule('*/5 * * * *', sweepEvents, { secrets }),
};
