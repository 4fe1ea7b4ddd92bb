import type { Config } from '@jest/types';
import { startAuth } from '../auth.ts';
import { startFirestore } from '../firestore.ts';
import { freePorts } from '../ports.ts';
import { publishStage } from './stage.ts';

/** What the global tear-down stops; both run in the same process. */
export type Started = { stopAll?: () => Promise<void> };

/** Each test file has its own; this one is nobody’s. */
const projectId = 'demo-coffer';

/** One Firestore emulator for each worker, so that test files do not see each other, and one for accounts. */
export default async function globalSetup({ maxWorkers }: Config.GlobalConfig): Promise<void> {
  const [authPort = 0, hubPort = 0, loggingPort = 0, ...rest] = await freePorts(3 + maxWorkers * 3);
  const workers = Array.from({ length: maxWorkers }, (_, i) => ({
    firestorePort: rest[i * 3] ?? 0,
    functionsPort: rest[i * 3 + 1] ?? 0,
    tasksPort: rest[i * 3 + 2] ?? 0,
  }));
  // One that runs already would deliver its events elsewhere.
  Reflect.deleteProperty(process.env, 'FIRESTORE_EMULATOR_HOST');
  const [auth, ...stores] = await Promise.all([
    startAuth({ port: authPort, hubPort, loggingPort, projectId }),
    ...workers.map(({ firestorePort, functionsPort }) =>
      startFirestore({ port: firestorePort, functionsPort, projectId, brief: true }),
    ),
  ]);
  (globalThis as Started).stopAll = async () => {
    await Promise.all([auth, ...stores].map(({ stop }) => stop()));
  };
  publishStage({
    authHost: auth.host,
    workers: workers.map(({ functionsPort, tasksPort }, i) => ({
      firestoreHost: stores[i]?.host ?? '',
      functionsPort,
      tasksPort,
    })),
  });
}
