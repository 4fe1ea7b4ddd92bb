import { onRequest, type Request } from 'firebase-functions/https';
import type { Response } from 'express';
import type { z } from 'zod';
import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { addressOf } from '../platform/address.ts';
import { now } from '../platform/clock.ts';
import { find } from '../platform/firestore.ts';
import { observe } from '../platform/observe.ts';
import { region, trustedProxies } from '../platform/params.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import { mustBeReady } from '../platform/settings.ts';
import { baseUrl } from '../platform/tasks.ts';
import { mustNotBeFull, throttle } from '../platform/throttle.ts';
import { usernamesOf } from '../profiles/profiles.store.ts';
import type { Handlers } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Certificate } from './certificate.ts';
import { certificatesContract } from './certificates.contract.ts';
import { ownCertificate, proofOf, revokeCertificate, verifyNumber } from './certificates.operations.ts';
import { certificatesOf } from './certificates.store.ts';
import { drawCertificate } from './diploma.gateway.ts';
import { pageHeaders, pageOf } from './page.ts';

const view = (number: string, one: Certificate): z.input<typeof certificatesContract.revoke.output> => ({
  ...{ number, course: one.course, title: one.title, issuedAt: one.issuedAt, status: one.status },
  revokedAt: one.status === 'revoked' ? one.revokedAt : null,
  reason: one.status === 'revoked' ? one.reason : null,
});

const handlers: Handlers<typeof certificatesContract> = {
  list: async (page, { uid }) => {
    if (page.after !== undefined) await ownCertificate(page.after, uid);
    const found = await find(certificatesOf(uid, page));
    const next = found.length === page.limit ? (found.at(-1)?.id ?? null) : null;
    return { certificates: found.map(({ id, doc }) => view(id, doc)), next };
  },
  pdf: async ({ certificate: number }, { uid }) => {
    const { title, issuedAt, status } = await ownCertificate(number, uid);
    if (status !== 'valid') throw new Refusal('not_found', { what: 'certificate', id: number });
    const username = (await usernamesOf([uid])).get(uid) ?? null;
    const page = `${baseUrl()}/certificates-page/${number}`;
    return drawCertificate({ number, username, course: title, issuedAt, page });
  },
  verify: ({ certificate: number }) => verifyNumber(number),
  proof: ({ certificate: number }, { uid }, at) => proofOf(number, uid, at),
  revoke: async ({ certificate: number, reason }, { uid, role, ip }, at) =>
    view(number, await revokeCertificate(number, { uid, role: role ?? '', ip, reason }, at)),
};

/** `GET …/{number}`, or `?number=`: the page, or with `Accept: application/json` the same as JSON. */
async function show(request: Request, response: Response): Promise<void> {
  response.set(pageHeaders);
  const asked = typeof request.query.number === 'string' ? request.query.number : '';
  const number = asked || (request.path.split('/').at(-1) ?? '');
  const { limit } = certificatesContract.verify;
  const who = { uid: null, address: addressOf(request, trustedProxies.value()) };
  const at = now();
  mustNotBeFull('certificates-page', limit, who, at);
  await throttle('certificates-page', limit, who, at);
  const found = await verifyNumber(number).catch((error: unknown) => {
    if (error instanceof Refusal && error.reason === 'not_found') return null;
    throw error;
  });
  response.status(found ? 200 : 404);
  if (request.accepts(['html', 'json']) === 'json') response.send(found ?? { error: 'not_found' });
  else response.type('html').send(pageOf(found));
}

const page = onRequest(
  { region, invoker: 'public', cors: false, maxInstances: 20 },
  async (request, response) => {
    mustBeReady([]);
    if (!['GET', 'HEAD'].includes(request.method))
      return void response.status(405).send({ error: 'GET only' });
    await observe({ operation: 'certificates-page' }, () => show(request, response)).catch(
      (error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        response.status(error.reason === 'too_many_calls' ? 429 : 503).send({ error: error.reason });
      },
    );
  },
);

export const certificates = {
  ...serveCalls('certificates', certificatesContract, handlers),
  page,
  changed: serveWritten('certificates', (number) => deliverNews(collections.certificates.doc(number))),
  sweep: serveSchedule('*/30 * * * *', () => sweepNews(collections.certificates)),
};
