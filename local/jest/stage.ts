/** What the global set-up started, as the workers find it in their environment. */
export type Stage = {
  readonly projectId: string;
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

/** This worker's part. @throws Error when the global set-up did not run. */
export function myStage(): Stage & { readonly mine: WorkerStage } {
  const text = process.env[NAME];
  if (text === undefined)
    throw new Error('No emulators: run this file in the jest project that starts them.');
  const stage = JSON.parse(text) as Stage;
  const mine = stage.workers[Number(process.env.JEST_WORKER_ID ?? 1) - 1];
  if (!mine)
    throw new Error(`There are emulators for ${stage.workers.length} workers; run jest with no more.`);
  return { ...stage, mine };
}
