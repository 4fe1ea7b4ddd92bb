import type { z } from 'zod';
import { collections } from '../collections.ts';
import { load } from '../platform/firestore.ts';
import { atelierApi, kycBucket, storageApi } from '../platform/params.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import { generators, generatorSecrets } from '../providers/generators.gateway.ts';
import { cardGateway, connectGateway, pspSecrets } from '../psp/providers.gateway.ts';
import type { Handlers } from '../shared/call.ts';
import type { Outside } from './erasing.operations.ts';
import type { Erasure } from './erasure.ts';
import { rows } from './personal.ts';
import { privacyContract } from './privacy.contract.ts';
import { advanceErasure, leftOf, mustBeKnown, requestErasure, sweepErasures } from './privacy.operations.ts';

const secrets = [...pspSecrets, ...generatorSecrets];

const outside = (): Outside => {
  const name = kycBucket();
  return {
    connect: connectGateway(),
    cards: cardGateway(),
    bucket: name === '' ? null : { api: storageApi.value(), name },
    generators: atelierApi.value() === '' ? null : generators(),
  };
};

const view = (uid: string, erasure: Erasure): z.input<typeof privacyContract.erase.output> => ({
  uid,
  phase: erasure.phase,
  requestedAt: erasure.requestedAt,
  dueAt: erasure.dueAt,
  keptUntilAt: erasure.keptUntilAt,
  remainders: [...erasure.remainders],
  left: erasure.left,
  endedAt: erasure.endedAt,
});

async function statusOf(uid: string): Promise<z.input<typeof privacyContract.status.output>> {
  const erasure = await load(collections.erasures.doc(uid));
  const table = rows().map((row) => ({ ...row, fields: [...row.fields] }));
  return { erasure: erasure && view(uid, erasure), left: await leftOf(uid), table };
}

const handlers: Handlers<typeof privacyContract> = {
  erase: async (_, { uid }, at) => view(uid, await requestErasure({ uid, at, actor: null })),
  status: (_, { uid }) => statusOf(uid),
  kept: async ({ uid }) => {
    await mustBeKnown(uid);
    return statusOf(uid);
  },
  fulfil: async ({ uid, reason }, caller, at) => {
    const actor = { uid: caller.uid, role: caller.role ?? '', ip: caller.ip, reason };
    return view(uid, await requestErasure({ uid, at, actor }));
  },
};

export const privacy = {
  ...serveCalls('privacy', privacyContract, handlers),
  changed: serveWritten('erasures', (uid, at) => advanceErasure(uid, outside, at), { secrets }),
  sweep: serveSchedule('25 * * * *', (at) => sweepErasures(outside, at), { secrets }),
};
