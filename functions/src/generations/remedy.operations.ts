import { writeAction } from '../oversight/action.store.ts';
import type { Actor } from '../oversight/action.ts';
import { atomically, find } from '../platform/firestore.ts';
import { collections } from '../collections.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Generation } from './generation.ts';
import { step } from './generations.operations.ts';
import { overdue } from './generations.store.ts';
import { expire } from './outcome.ts';

/** Puts right what was forgotten (F44): gives back what is held after its time. Twice is once. */

export type Remedied = {
  readonly generations: readonly { readonly id: string; readonly generation: Generation }[];
  readonly failed: number;
};

/** @param id names this batch: the same once more records nothing new and finds nothing left to do */
export async function remedy(id: string, most: number, actor: Actor, at: number): Promise<Remedied> {
  await record(id, actor, at);
  const page = await find(overdue(at, { limit: most }));
  const generations: { id: string; generation: Generation }[] = [];
  let failed = 0;
  for (const { id: one } of page) {
    try {
      const done = await step(one, (found) => expire(one, found, at));
      if (done?.posting) generations.push({ id: one, generation: done.generation });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failed += 1;
    }
  }
  return { generations, failed };
}

async function record(id: string, { uid, role, ip, reason }: Actor, at: number): Promise<void> {
  const ref = collections.adminActions.doc(`remedy.${id}`);
  await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => before === null,
    write: (writer, isNew) => {
      if (!isNew) return;
      writeAction(writer, {
        ...{ id: `remedy.${id}`, action: 'generations-remedy', target: 'generations', at, reason },
        ...{ by: uid, role, ip, before: {}, after: {} },
      });
    },
  });
}
