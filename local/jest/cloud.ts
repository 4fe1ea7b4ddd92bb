import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCloud, type Cloud, type CloudOptions } from '../cloud.ts';
import { loadRules } from '../firestore.ts';
import { signIn, type Person, type SignIn } from '../people.ts';
import { ports } from '../ports.ts';
import { myStage } from './stage.ts';

export type TestCloud = Cloud & {
  /** Signs someone in, by default a new person without a role. */
  readonly person: (who?: Omit<SignIn, 'host' | 'projectId'>) => Promise<Person>;
};

/** These look at the whole store: they run where a test is about them, not whenever a clock moves. */
const wholeStore = [
  'audit-daily',
  'audit-sweep',
  'roots-daily',
  'roots-sweep',
  'totals-fold',
  'reconciliation-daily',
];

/** An empty cloud for one test file, on this worker's emulators. Stop it in `afterAll`. */
export async function openCloud(
  options: Pick<CloudOptions, 'importFunctions' | 'useClock' | 'env' | 'projectId'>,
): Promise<TestCloud> {
  const { authHost, mine, ...stage } = myStage();
  const { projectId = stage.projectId } = options;
  const rulesFile = join(import.meta.dirname, '..', '..', 'firestore.rules');
  await loadRules(mine.firestoreHost, projectId, await readFile(rulesFile, 'utf8'));
  const cloud = await startCloud({
    ...options,
    ports: { ...ports(), functions: mine.functionsPort, tasks: mine.tasksPort },
    rulesFile,
    mode: 'manual',
    leaveOut: wholeStore,
    projectId,
    firestoreHost: mine.firestoreHost,
    authHost,
  });
  await cloud.wipe();
  return { ...cloud, person: (who = {}) => signIn({ host: authHost, projectId, ...who }) };
}
