import { logger } from 'firebase-functions';
import { raise } from '../alerts/alerts.operations.ts';
import { collections } from '../collections.ts';
import { load } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { WorkFailed, type Generator, type GeneratorName } from '../providers/generator.ts';
import { Refusal } from '../shared/refusal.ts';
import { attemptName, isOpen, type Generation } from './generation.ts';
import { step } from './generations.operations.ts';
import { dueGenerations } from './generations.store.ts';
import { expire, failOver, handOver, settle, taken, waitOn } from './outcome.ts';

/** The talk with the provider about one generation: never inside a transaction, every step noted before it is made. */

export type Generators = Readonly<Record<GeneratorName, Generator>>;

export type Outside = {
  readonly generators: Generators;
  readonly callbackUrl: (name: GeneratorName) => string;
};

/** Does what is due of one generation: hands it over, asks about it, or gives up on it. Safe to repeat. */
export async function workOn(id: string, outside: Outside, at: number): Promise<void> {
  const generation = await load(collections.generations.doc(id));
  if (!generation) throw new Refusal('not_found', { what: 'generation', id });
  if (!isOpen(generation)) return;
  if (generation.dueAt !== null && generation.dueAt > at)
    throw new Refusal('not_due', { dueAt: generation.dueAt });
  if (generation.status === 'reserved') await dispatch(id, outside, at);
  else await askAbout(id, generation, outside, at);
}

async function dispatch(id: string, { generators, callbackUrl }: Outside, at: number): Promise<void> {
  const begun = await step(id, (found) => handOver(id, found, at));
  if (!begun?.ask) return;
  const { provider, attempt, kind, prompt, imageUrl } = begun.generation;
  const work = {
    kind,
    prompt,
    imageUrl,
    attempt: attemptName(id, attempt),
    callbackUrl: callbackUrl(provider),
  };
  try {
    const task = await generators[provider].submit(work);
    await step(id, ({ generation }) => ({ generation: taken(generation, task, at), posting: null }));
  } catch (error) {
    if (!(error instanceof WorkFailed)) throw error;
    logger.info('a provider did not take work', { generation: id, code: error.failure });
    await step(id, (found) => failOver(id, found, { code: error.failure, attempt }, at));
  }
}

/** The provider has it: what it says, and at the deadline that nobody knows. */
async function askAbout(
  id: string,
  { provider, task }: Extract<Generation, { readonly status: 'running' }>,
  { generators }: Outside,
  at: number,
): Promise<void> {
  const report = await answerOf(generators[provider], task);
  await step(id, (found) => {
    const settled = report ? settle(id, found, report, at) : { generation: found.generation, posting: null };
    if (!isOpen(settled.generation) || settled.generation !== found.generation) return settled;
    if (at >= found.generation.deadlineAt) return expire(id, found, at);
    return { generation: waitOn(found.generation, at), posting: null };
  });
}

/** Null where it could not say. */
async function answerOf(generator: Generator, task: string) {
  try {
    return await generator.ask(task);
  } catch (error) {
    if (error instanceof WorkFailed) return null;
    throw error;
  }
}

/** What no task and no callback settled. One that cannot be settled is an alert, and is tried again (W1-11). */
export const sweepGenerations = (outside: Outside, at: number): Promise<Swept> =>
  sweep(dueGenerations(at), async (id) => {
    try {
      await workOn(id, outside, at);
    } catch (error) {
      if (!(error instanceof Refusal)) await tellOf(id, at);
      throw error;
    }
  });

const tellOf = (id: string, at: number): Promise<boolean> =>
  raise(
    `generation.${id}.unsettled`,
    {
      kind: 'generation_unsettled',
      severity: 'critical',
      title: 'A generation cannot be settled, and holds its credits',
      explanation: `What is due of generations/${id} failed with an error, which is in the log. It is tried again every five minutes; generations-remedy tries at once. Its owner has neither the work nor the credits until then.`,
      facts: { generation: id },
      about: `generations/${id}`,
      people: [],
    },
    at,
  );
