import type { Store } from '../../functions/src/platform/store.ts';
import { wipe } from '../firestore.ts';
import { myStage } from '../jest/stage.ts';
import { dice } from './dice.ts';
import { createFaults } from './faults.ts';
import { Memory } from './memory.ts';
import { Scheduler } from './scheduler.ts';
import { createStore } from './store.ts';
import { createTrace } from './trace.ts';

/** Both stores behind the one port, for the tests that compare them. */

export const START = Date.UTC(2026, 0, 4);

export type Both = {
  /** The deployed one, on this worker's emulator. */
  readonly google: () => Store;
  readonly empty: () => Promise<void>;
};

export function openBoth(): Both {
  const { projectId, mine } = myStage();
  let google: Store | undefined;
  beforeAll(async () => {
    process.env.FIRESTORE_EMULATOR_HOST = mine.firestoreHost;
    process.env.GCLOUD_PROJECT = projectId;
    ({ google } = await import('../../functions/src/platform/google.ts'));
    const { stopTakingTurns } = await import('../../functions/src/platform/turns.ts');
    stopTakingTurns();
  });
  afterAll(() => google?.close());
  const empty = () => wipe(mine.firestoreHost, projectId);
  beforeEach(empty);
  return { google: () => google!, empty };
}

/** One in memory, with nothing that goes wrong. */
export function inMemory(seed: string) {
  const faults = createFaults();
  faults.pause(true);
  const scheduler = new Scheduler({
    start: START,
    luck: (...about) => dice(seed, ...about),
    faults,
    trace: createTrace(false),
  });
  return { scheduler, store: createStore({ memory: new Memory(), scheduler, onCommit: () => undefined }) };
}
