import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startChild, type Child } from './child.ts';

const CLI = createRequire(join(import.meta.dirname, 'x.js')).resolve('firebase-tools/lib/bin/firebase.js');

/** No questions, no look for Google's machines, no update check: each saves seconds. */
const ENV = { CI: '1', METADATA_SERVER_DETECTION: 'none', NO_UPDATE_NOTIFIER: '1' };

export type CliOptions = {
  readonly projectId: string;
  readonly port: number;
  readonly hubPort: number;
  readonly loggingPort: number;
};

/** `firebase emulators:start --only auth`, with a firebase.json of its own so that nothing else is read. */
export async function startAuthWithCli({
  projectId,
  port,
  hubPort,
  loggingPort,
}: CliOptions): Promise<Child> {
  const folder = await mkdtemp(join(tmpdir(), 'coffer-'));
  const at = (number: number) => ({ host: '127.0.0.1', port: number });
  const emulators = {
    ...{ auth: at(port), hub: at(hubPort), logging: at(loggingPort) },
    ui: { enabled: false },
    singleProjectMode: false,
  };
  const config = join(folder, 'firebase.json');
  await writeFile(config, JSON.stringify({ emulators }));
  const removed = () => rm(folder, { recursive: true, force: true });
  try {
    const { stop } = await startChild({
      name: 'The Auth emulator',
      command: process.execPath,
      args: [CLI, 'emulators:start', '--only', 'auth', '--project', projectId, '--config', config],
      env: ENV,
      readyWhen: 'All emulators ready',
    });
    return { stop: () => stop().then(removed) };
  } catch (error) {
    await removed();
    throw error;
  }
}

/** Has firebase-tools download its Firestore emulator to its own cache: once, and only when none is installed. */
export async function downloadFirestore(): Promise<void> {
  await promisify(execFile)(process.execPath, [CLI, 'setup:emulators:firestore'], {
    env: { ...process.env, ...ENV },
  });
}
