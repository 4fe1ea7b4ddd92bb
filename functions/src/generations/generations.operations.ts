import { collections } from '../collections.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { Actor } from '../oversight/action.ts';
import { atomically, find } from '../platform/firestore.ts';
import type { GeneratorName, WorkReport } from '../providers/generator.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Generation } from './generation.ts';
import { readForStart, readForStep, withTask, writeStep } from './generations.store.ts';
import { cancel, settle, type Found, type Step } from './outcome.ts';
import { startWork, type StartOrder } from './reserve.ts';
import { firstPolicy, nextPolicy, samePolicy, type ReturnPolicy } from './returns.ts';

/** Sets the price aside, once for each request id; nobody outside hears of it yet. @throws what `startWork` does. */
export async function startGeneration(id: string, order: StartOrder): Promise<Generation> {
  const { generation } = await atomically({
    read: (reader) => readForStart(reader, id),
    decide: (found) => ({ before: found.before, ...startWork(id, found, order) }),
    write: (writer, started) => {
      writeStep(writer, id, started);
    },
  });
  return generation;
}

/** One step of one generation, whoever takes it. @throws Refusal `not_found`, and what the step does. */
export async function step<S extends Step>(
  id: string,
  decide: (found: Found) => S | null,
): Promise<S | null> {
  const { made } = await atomically({
    read: (reader) => readForStep(reader, id),
    decide: ({ generation, wallet }) => {
      if (!generation) throw new Refusal('not_found', { what: 'generation', id });
      return { before: generation, made: decide({ generation, wallet }) };
    },
    write: (writer, { before, made }) => {
      if (made) writeStep(writer, id, { before, ...made });
    },
  });
  return made;
}

/** What a provider says of one of its own tasks. @returns null when it is none of ours, or not yet. */
export async function settleWork(
  provider: GeneratorName,
  report: WorkReport,
  at: number,
): Promise<Generation | null> {
  // Two providers may call a task by the same name: neither says anything about the other's.
  const found = (await find(withTask(report.task))).find(({ doc }) => [provider].includes(doc.provider));
  if (!found) return null;
  return (await step(found.id, (now) => settle(found.id, now, report, at)))?.generation ?? null;
}

/** @throws what `cancel` does. */
export async function cancelGeneration(id: string, uid: string, at: number): Promise<Generation> {
  return (await step(id, (found) => cancel(id, found, { uid, at })))!.generation;
}

/** What comes back on a cancellation from now on; recorded with the reason, and kept by its number. */
export async function changePolicy(
  cancelBps: ReturnPolicy['cancelBps'],
  { uid, role, ip, reason }: Actor,
  at: number,
): Promise<ReturnPolicy> {
  const ref = collections.returnPolicies.doc('current');
  const { after } = await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => {
      const same = samePolicy(before ?? firstPolicy, { cancelBps });
      return {
        before,
        after: same ? (before ?? firstPolicy) : nextPolicy(before, cancelBps, { uid, at }),
        same,
      };
    },
    write: (writer, { before, after, same }) => {
      if (same) return;
      writer.set(ref, after);
      writer.create(collections.returnPolicies.doc(String(after.version)), after);
      writeAction(writer, {
        ...{ id: `returnpolicy.${after.version}`, action: 'generations-policy', target: ref.path },
        ...{ by: uid, role, ip, at, reason },
        before: { ...(before ?? firstPolicy).cancelBps },
        after: { ...after.cancelBps },
      });
    },
  });
  return after;
}
