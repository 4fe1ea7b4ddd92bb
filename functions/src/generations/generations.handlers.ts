import { logger } from 'firebase-functions';
import { onRequest, type Request } from 'firebase-functions/https';
import type { Response } from 'express';
import { z } from 'zod';
import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { now } from '../platform/clock.ts';
import { deriveId, hashInput } from '../platform/derive.ts';
import { find, load } from '../platform/firestore.ts';
import { observe } from '../platform/observe.ts';
import { atelierApi, region } from '../platform/params.ts';
import { serveCalls, serveSchedule, serveTask, serveWritten } from '../platform/serve.ts';
import { mustBeReady } from '../platform/settings.ts';
import { baseUrl, remind } from '../platform/tasks.ts';
import {
  BadCallback,
  generators as names,
  workKinds,
  type GeneratorName,
  type WorkReport,
} from '../providers/generator.ts';
import { generators, generatorSecrets as secrets } from '../providers/generators.gateway.ts';
import type { Handlers } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import { sweepGenerations, workOn, type Outside } from './dispatch.operations.ts';
import { generationId, type Generation } from './generation.ts';
import { GenerationId, generationsContract, type GenerationView } from './generations.contract.ts';
import { cancelGeneration, changePolicy, settleWork, startGeneration } from './generations.operations.ts';
import { generationsOf, overdue, ownerOf } from './generations.store.ts';
import { prices } from './prices.ts';
import { remedy } from './remedy.operations.ts';
import { firstPolicy } from './returns.ts';

const outside = (): Outside => ({
  generators: generators(),
  callbackUrl: (name) => `${baseUrl()}/generations-callback?provider=${name}`,
});

const handlers: Handlers<typeof generationsContract> = {
  prices: async () => {
    const { version, cancelBps } = (await load(collections.returnPolicies.doc('current'))) ?? firstPolicy;
    return {
      prices: names.flatMap((provider) =>
        workKinds.map((kind) => ({ provider, kind, credits: prices[provider][kind].credits })),
      ),
      policy: { version, cancelBps },
    };
  },
  start: async ({ requestId, kind, provider, prompt, imageUrl = null }, { uid }, at) => {
    if (kind === 'enhance' && imageUrl === null)
      throw new Refusal('invalid_input', { path: 'imageUrl', problem: 'is missing' });
    if (atelierApi.value() === '') throw new Refusal('provider_unavailable', { provider });
    const id = generationId(deriveId('generation', uid, requestId), uid);
    const requestHash = hashInput({ kind, provider, prompt, imageUrl });
    return view(id, await startGeneration(id, { uid, kind, provider, prompt, imageUrl, requestHash, at }));
  },
  get: async ({ generation: id }, { uid }) => view(id, await mustBeOf(uid, id)),
  list: async (page, { uid }) => {
    if (page.after !== undefined) await mustBeOf(uid, page.after);
    const found = await find(generationsOf(uid, page));
    const next = found.length === page.limit ? found.at(-1)!.id : null;
    return { generations: found.map(({ id, doc }) => view(id, doc)), next };
  },
  cancel: async ({ generation: id }, { uid }, at) => {
    if (ownerOf(id) !== uid) throw new Refusal('not_found', { what: 'generation', id });
    return view(id, await cancelGeneration(id, uid, at));
  },
  policy: async ({ cancelBps, reason }, { uid, role, ip }, at) => {
    const after = await changePolicy(cancelBps, { uid, role: role ?? '', ip, reason }, at);
    return { version: after.version, cancelBps: after.cancelBps };
  },
  overdue: async (page, _, at) => {
    const found = await find(overdue(at, page));
    const next = found.length === page.limit ? found.at(-1)!.id : null;
    return { generations: found.map(({ id, doc }) => ({ ...view(id, doc), uid: doc.uid })), next };
  },
  remedy: async ({ requestId, limit, reason }, { uid, role, ip }, at) => {
    const batch = deriveId('remedy', uid, requestId);
    const done = await remedy(batch, limit, { uid, role: role ?? '', ip, reason }, at);
    const generations = done.generations.map(({ id, generation }) => ({
      ...view(id, generation),
      uid: generation.uid,
    }));
    return { generations, failed: done.failed };
  },
};

/** @throws Refusal `not_found`, the same for one that there is not and one of others. */
async function mustBeOf(uid: string, id: string): Promise<Generation> {
  const generation = ownerOf(id) === uid ? await load(collections.generations.doc(id)) : null;
  if (generation?.uid !== uid) throw new Refusal('not_found', { what: 'generation', id });
  return generation;
}

const view = (id: string, generation: Generation): z.input<typeof GenerationView> => ({
  id,
  kind: generation.kind,
  provider: generation.provider,
  status: generation.status,
  price: generation.price,
  refunded: 'refunded' in generation,
  code: 'code' in generation ? generation.code : null,
  back: 'back' in generation ? generation.back : 0,
  resultUrl: 'resultUrl' in generation ? generation.resultUrl : null,
  createdAt: generation.createdAt,
  deadlineAt: generation.deadlineAt,
  closedAt: generation.closedAt,
});

/** After each change: tell its owner what happened, and ask to be woken when something is due. */
async function afterChange(id: string): Promise<void> {
  const generation = await load(collections.generations.doc(id));
  if (!generation) return;
  if (generation.news.length > 0) await deliverNews(collections.generations.doc(id));
  if (generation.dueAt !== null) await remind('generations-due', { generation: id }, generation.dueAt);
}

const nameIn = ({ query }: Request): GeneratorName | null =>
  names.find((name) => name === query.provider) ?? null;

/** The one entry for what providers tell. What is not settled is answered with an error, so that it is told again. */
async function receive(request: Request, response: Response): Promise<void> {
  const name = nameIn(request);
  if (request.method !== 'POST') return void response.status(405).send({ error: 'POST only' });
  if (name === null) return void response.status(404).send({ error: 'no such provider' });
  const work = async () => {
    // Unknown is early: the answer to the create call is on its way, or lost, and asked for again.
    const at = now();
    const generation = await settleWork(name, readCallback(name, request, at), at);
    if (generation) response.send({ result: generation.status });
    else response.status(503).send({ error: 'try_again' });
  };
  await observe({ operation: 'generations-callback' }, work).catch((error: unknown) => {
    if (error instanceof Refusal && error.reason === 'bad_signature')
      return void response.status(401).send({ error: 'bad_signature' });
    logger.error('a callback was not settled', error, { provider: name });
    response.status(503).send({ error: 'try_again' });
  });
}

/** @throws Refusal `bad_signature` */
function readCallback(name: GeneratorName, { rawBody, headers }: Request, at: number): WorkReport {
  try {
    return generators()[name].readCallback({ rawBody, headers, at });
  } catch (error) {
    throw error instanceof BadCallback ? new Refusal('bad_signature') : error;
  }
}

export const generations = {
  ...serveCalls('generations', generationsContract, handlers, { secrets }),
  callback: onRequest({ region, secrets, invoker: 'public' }, async (request, response) => {
    mustBeReady(secrets);
    await receive(request, response);
  }),
  changed: serveWritten('generations', afterChange),
  due: serveTask(
    z.strictObject({ generation: GenerationId }),
    ({ generation }, at) => workOn(generation, outside(), at),
    { secrets },
  ),
  sweep: serveSchedule(
    '*/5 * * * *',
    async (at) => {
      await sweepGenerations(outside(), at);
      await sweepNews(collections.generations);
    },
    { secrets },
  ),
};
