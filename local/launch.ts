import './quiet.ts';
import { join } from 'node:path';
import { startCloud, type Cloud } from './cloud.ts';
import { requireFree, type Ports } from './ports.ts';
import { startStack, type Stack } from './stack.ts';

const PROJECT = 'demo-coffer';
const REGION = 'europe-west1';

/** Starts everything in this process and its children: the deployed functions on the local cloud. */
export async function launch(ports: Ports, mode: 'live' | 'manual'): Promise<Stack> {
  // The stand-ins listen first; the cloud checks its own.
  await requireFree({
    ...{ stripe: ports.stripe, fatora: ports.fatora, atelier: ports.atelier, fcm: ports.fcm },
  });
  const functions = `http://127.0.0.1:${ports.functions}/${PROJECT}/${REGION}`;
  const openCloud = (env: Record<string, string>): Promise<Cloud> =>
    startCloud({
      ports,
      mode,
      env,
      projectId: PROJECT,
      region: REGION,
      rulesFile: join(import.meta.dirname, '..', 'firestore.rules'),
      importFunctions: () => import('../functions/src/index.ts'),
      useClock: async (source) => (await import('../functions/src/platform/clock.ts')).useClock(source),
    });
  return startStack(functions, ports, openCloud);
}

/** Closes what the functions opened, so that the process can end. */
export async function closeFunctions(): Promise<void> {
  const { closeStore } = await import('../functions/src/platform/firestore.ts');
  const { closeTasks } = await import('../functions/src/platform/tasks.ts');
  await Promise.all([closeStore(), closeTasks()]);
}
