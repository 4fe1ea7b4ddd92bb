import { randomInt } from 'node:crypto';

/** What the global set-up started, as the workers find it in their environment. */
export type Stage = {
  readonly authHost: string;
  /** One for each worker. */
  readonly workers: readonly WorkerStage[];
};

export type WorkerStage = {
  readonly firestoreHost: string;
  /** Where that emulator delivers events. */
  readonly functionsPort: number;
  readonly tasksPort: number;
};

const NAME = 'COFFER_STAGE';

export const publishStage = (stage: Stage): void => void (process.env[NAME] = JSON.stringify(stage));

/**
 * A project for each test file, and so a store: for a query the emulator goes through all that a project ever had, wiped or
 * not, and the last files of a run would pay for the first. A short name: it compares it for each document.
 */
const projectId = `demo-${randomInt(36 ** 4).toString(36)}`;

/** This worker's part. @throws Error when the global set-up did not run. */
export function myStage(): Stage & { readonly projectId: string; readonly mine: WorkerStage } {
  const text = process.env[NAME];
  if (text === undefined)
    throw new Error('No emulators: run this file in the jest project that starts them.');
  const stage = JSON.parse(text) as Stage;
  const mine = stage.workers[Number(process.env.JEST_WORKER_ID ?? 1) - 1];
  if (!mine)
    throw new Error(`There are emulators for ${stage.workers.length} workers; run jest with no more.`);
  return { ...stage, projectId, mine };
}
