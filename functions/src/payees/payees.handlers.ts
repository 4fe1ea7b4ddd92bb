import type { z } from 'zod';
import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { find, load } from '../platform/firestore.ts';
import { deriveId, hashInput } from '../platform/derive.ts';
import { sealingKey } from '../platform/params.ts';
import { fingerprint, seal, unseal } from '../platform/seal.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import type { Handlers } from '../shared/call.ts';
import { destinationOf, maskOf, placeOf } from './destination.ts';
import { destinationsContract, type AccountDetails } from './destinations.contract.ts';
import { checkOwned, type Documents } from './kyc.ts';
import { kycContract } from './kyc.contract.ts';
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
import { actorOf, viewDestination, viewKyc } from './payees.views.ts';

/** Sealed before anything is stored: two seals of one text differ, so the fingerprint tells a repeat. */
const sealed = (details: object, uid: string, id: string) => ({
  id,
  sealed: seal(JSON.stringify(details), placeOf(uid, id), sealingKey.value()),
  requestHash: fingerprint(hashInput(details), sealingKey.value()),
});

type Box = Awaited<ReturnType<typeof openDestination>>;
const opened = (uid: string, box: Box): unknown =>
  JSON.parse(unseal(box.sealed, placeOf(uid, box.id), sealingKey.value()));

type Applied = { readonly name: string; readonly country: string; readonly documents: Documents };

const kycHandlers: Handlers<typeof kycContract> = {
  submit: async ({ requestId, ...details }, { uid }, at) => {
    checkOwned(uid, details.documents);
    const box = sealed(details, uid, deriveId('kyc', uid, requestId));
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
    return { application: box.id, ...(opened(uid, box) as Applied) };
  },
  review: async ({ reason, ...order }, caller, at) =>
    viewKyc(await reviewApplication({ ...order, actor: actorOf(caller, reason), at })),
};

const destinationsHandlers: Handlers<typeof destinationsContract> = {
  save: async ({ requestId, ...details }, { uid }, at) => {
    const box = sealed(details, uid, deriveId('destination', uid, requestId));
    const { currency, iban } = details;
    const payee = await addDestination({ ...box, uid, currency, mask: maskOf(iban), at });
    return viewDestination(destinationOf(payee, box.id));
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
    return opened(uid, box) as z.output<typeof AccountDetails>;
  },
};

const secrets = [sealingKey];

export const kyc = serveCalls('kyc', kycContract, kycHandlers, { secrets });
export const destinations = serveCalls('destinations', destinationsContract, destinationsHandlers, {
  secrets,
});

export const payees = {
  changed: serveWritten('payees', (uid) => deliverNews(collections.payees.doc(uid))),
  sweep: serveSchedule('20 * * * *', async (at) => {
    await sweepPayees(at);
    await sweepNews(collections.payees);
  }),
};
