import { readFile } from 'node:fs/promises';
import { ChildFailed, startChild, type Child } from './child.ts';
import { findJar, type Jar } from './firestore-jar.ts';

/** A running Firestore emulator; `host` is what FIRESTORE_EMULATOR_HOST wants. */
export type FirestoreEmulator = { readonly host: string; readonly stop: () => Promise<void> };

export type FirestoreOptions = {
  readonly port: number;
  /** Where the emulator delivers events. */
  readonly functionsPort: number;
  readonly projectId: string;
  /** Without rules everything is allowed. */
  readonly rulesFile?: string;
  /** For minutes of many small requests, as tests make: compiled once and lightly, a sixth less work in all. */
  readonly brief?: boolean;
  /** How much it may hold in memory; without it, what Java gives: a quarter of the machine. */
  readonly heapGb?: number;
};

const MAIN = 'com.google.cloud.datastore.emulator.firestore.CloudFirestore';

/** How the message begins where there is none to be had. */
export const NO_EMULATOR = 'No Firestore emulator can be started';

const HOW_TO_GET_IT =
  `${NO_EMULATOR}: ` +
  'install Java 17 and `gcloud components install ' +
  'cloud-firestore-emulator`, or Java 21 alone (firebase-tools then downloads one), or set ' +
  'FIRESTORE_EMULATOR_JAR or FIRESTORE_EMULATOR_HOST.';

/** The emulator that someone runs already, as the environment names it, or null. */
export function runningFirestore(): string | null {
  const host = process.env.FIRESTORE_EMULATOR_HOST ?? '';
  return host === '' ? null : host;
}

/**
 * The official Firestore emulator: the one that runs already, or the first that can be started.
 * @throws Error with one sentence that says what to install.
 */
export async function startFirestore(options: FirestoreOptions): Promise<FirestoreEmulator> {
  const running = runningFirestore();
  if (running !== null) {
    if (options.rulesFile !== undefined) {
      await loadRules(running, options.projectId, await readFile(options.rulesFile, 'utf8'));
    }
    return { host: running, stop: () => Promise.resolve() };
  }
  try {
    const { stop } = await startJar(await findJar(), options);
    return { host: `127.0.0.1:${options.port}`, stop };
  } catch (error) {
    if (error instanceof ChildFailed && !error.missing) throw error;
    throw new Error(`${HOW_TO_GET_IT} ${(error as Error).message}`, { cause: error });
  }
}

function startJar(
  jar: Jar,
  { port, functionsPort, projectId, rulesFile, brief, heapGb }: FirestoreOptions,
): Promise<Child> {
  const java = process.env.JAVA_HOME ? `${process.env.JAVA_HOME}/bin/java` : 'java';
  return startChild({
    name: 'The Firestore emulator',
    command: java,
    // Its messages are read below, so they must be English; one collector thread suits a small machine.
    args: [
      ...['-Duser.language=en', '-XX:+UseSerialGC'],
      ...(brief ? ['-XX:TieredStopAtLevel=1'] : []),
      ...(heapGb === undefined ? [] : [`-Xmx${heapGb}g`]),
      ...(jar.runnable ? ['-jar', jar.path] : ['-cp', jar.path, MAIN, 'start']),
      ...['--host', '127.0.0.1', '--port', String(port)],
      ...(rulesFile === undefined ? [] : ['--rules', rulesFile]),
      ...['--project_id', projectId, '--single_project_mode', 'true'],
      ...['--functions_emulator', `127.0.0.1:${functionsPort}`],
    ],
    readyWhen: 'now running',
  });
}

/** Deletes every document. */
export async function wipe(host: string, projectId: string): Promise<void> {
  const url = `http://${host}/emulator/v1/projects/${projectId}/databases/(default)/documents`;
  const answer = await fetch(url, { method: 'DELETE' });
  if (!answer.ok) throw new Error(`The Firestore emulator at ${host} would not wipe: ${answer.status}`);
}

/** Replaces the security rules. @throws Error with the emulator's complaint when they do not compile. */
export async function loadRules(host: string, projectId: string, source: string): Promise<void> {
  const answer = await fetch(`http://${host}/emulator/v1/projects/${projectId}:securityRules`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rules: { files: [{ name: 'firestore.rules', content: source }] } }),
  });
  if (!answer.ok) throw new Error(`The rules do not load: ${await answer.text()}`);
}
