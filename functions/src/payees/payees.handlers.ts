import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { find, load } from '../platform/firestore.ts';
import { deriveId, hashInput } from '../platform/derive.ts';
import { appUrl, sealingKey } from '../platform/params.ts';
import { openFor, sealFor } from '../platform/personkey.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import { connectGateway, pspSecrets } from '../psp/providers.gateway.ts';
import type { Handlers } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import type { AccountDetails } from './account.contract.ts';
import { connectContract } from './connect.contract.ts';
import { linkTo, lookAtAccount, startAccount, sweepAccounts } from './connect.operations.ts';
import { destinationOf, placeOf } from './destination.ts';
import { destinationsContract } from './destinations.contract.ts';
import { checkOwned, type Documents } from './kyc.ts';
import { kycContract } from './kyc.contract.ts';
import { maskOf } from './mask.ts';
import { newPayee } from './payee.ts';
import {
  addDestination,
  decideDestination,
  dropDestination,
  openApplication,
  openDestination,
  reviewApplication,
  submitApplication,
  sweepPayees,
} from './payees.operations.ts';
import { payeesToReview } from './payees.store.ts';
import { actorOf, viewConnected, viewDestination, viewForFinance, viewKyc } from './payees.views.ts';

type Whose = Parameters<typeof sealFor>[0];

/**
 * Sealed before anything is stored: two seals of one text differ, so the fingerprint tells a repeat. It is of what
 * was sent, which may be less than what is sealed.
 */
const sealed = async (whose: Whose, details: object, id: string, sent = details) => ({
  id,
  ...(await sealFor(whose, JSON.stringify(details), placeOf(whose.uid, id), hashInput(sent))),
});

type Box = Awaited<ReturnType<typeof openDestination>>;
const opened = async (whose: Whose, box: Box): Promise<unknown> =>
  JSON.parse(await openFor(whose, box.sealed, placeOf(whose.uid, box.id)));
const identityOf = (uid: string) => ({ uid, use: 'identity' }) as const;
const destinationsOf = (uid: string) => ({ uid, use: 'destinations' }) as const;

type Applied = { readonly name: string; readonly country: string; readonly documents: Documents };

const kycHandlers: Handlers<typeof kycContract> = {
  submit: async ({ requestId, ...details }, { uid }, at) => {
    checkOwned(uid, details.documents);
    const box = await sealed(identityOf(uid), details, deriveId('kyc', uid, requestId));
    return viewKyc(await submitApplication(uid, { ...box, submittedAt: at }));
  },
  get: async (_, { uid }) => {
    const payee = (await load(collections.payees.doc(uid))) ?? newPayee;
    return { ...viewKyc(payee), destinations: payee.destinations.map(viewDestination) };
  },
  queue: async (page) => {
    const found = await find(payeesToReview(page));
    const reviews = found.map(({ id, doc }) => ({
      uid: id,
      ...viewKyc(doc),
      dueAt: doc.dueAt,
      destinations: doc.destinations.filter(({ status }) => status === 'unverified').map(viewDestination),
    }));
    return { reviews, next: found.length === page.limit ? (found.at(-1)?.id ?? null) : null };
  },
  reveal: async ({ uid, reason }, caller, at) => {
    const box = await openApplication({ uid, actor: actorOf(caller, reason), at });
    return { application: box.id, ...((await opened(identityOf(uid), box)) as Applied) };
  },
  review: async ({ reason, ...order }, caller, at) =>
    viewKyc(await reviewApplication({ ...order, actor: actorOf(caller, reason), at })),
};

const destinationsHandlers: Handlers<typeof destinationsContract> = {
  save: async ({ requestId, ...details }, { uid }, at) => {
    const id = deriveId('destination', uid, requestId);
    const { kind, currency } = details;
    if (kind === 'connected') {
      const account = (await load(collections.payees.doc(uid)))?.connected?.account ?? null;
      const whole = { ...details, provider: 'stripe', account };
      const box = await sealed(destinationsOf(uid), whole, id, details);
      const payee = await addDestination({ ...box, uid, kind, currency, account, at });
      return viewDestination(destinationOf(payee, id));
    }
    const mask = maskOf(details);
    const box = await sealed(destinationsOf(uid), details, id);
    const payee = await addDestination({ ...box, uid, kind, currency, mask, at });
    return viewDestination(destinationOf(payee, id));
  },
  remove: async ({ destination }, { uid }) => {
    const { destinations } = await dropDestination(uid, destination);
    return { destinations: destinations.map(viewDestination) };
  },
  verify: async ({ reason, ...order }, caller, at) => {
    const payee = await decideDestination({ ...order, actor: actorOf(caller, reason), at });
    return viewDestination(destinationOf(payee, order.destination));
  },
  reveal: async ({ uid, destination, reason }, caller, at) => {
    const box = await openDestination({ uid, destination, actor: actorOf(caller, reason), at });
    return (await opened(destinationsOf(uid), box)) as AccountDetails;
  },
};

/** Where the provider sends a payee back to: done for now, or the link was used or too old. */
const urls = () => ({
  returnUrl: `${appUrl.value()}/connect/return`,
  refreshUrl: `${appUrl.value()}/connect/refresh`,
});

const connectHandlers: Handlers<typeof connectContract> = {
  start: async ({ country }, { uid }, at) => {
    const gateway = connectGateway();
    const { connected } = await startAccount(gateway, { uid, country, at });
    return { ...viewConnected(connected), link: await linkTo(gateway, uid, urls(), at) };
  },
  link: (_, { uid }, at) => linkTo(connectGateway(), uid, urls(), at),
  status: async (_, { uid }, at) => viewConnected(await lookAtAccount(connectGateway(), uid, at)),
  show: async ({ uid }) => {
    const connected = (await load(collections.payees.doc(uid)))?.connected ?? null;
    if (connected === null) throw new Refusal('not_found', { what: 'account', uid });
    return viewForFinance(uid, connected);
  },
};

const secrets = [sealingKey];

export const kyc = serveCalls('kyc', kycContract, kycHandlers, { secrets });
export const destinations = serveCalls('destinations', destinationsContract, destinationsHandlers, {
  secrets,
});

export const connect = serveCalls('connect', connectContract, connectHandlers, { secrets: pspSecrets });

export const payees = {
  changed: serveWritten('payees', (uid) => deliverNews(collections.payees.doc(uid))),
  sweep: serveSchedule(
    '20 * * * *',
    async (at) => {
      await sweepPayees(at);
      await sweepNews(collections.payees);
      await sweepAccounts(connectGateway(), at);
    },
    { secrets: pspSecrets },
  ),
};
