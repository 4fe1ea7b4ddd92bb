import { execFile } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { downloadFirestore } from './firebase-cli.ts';

const JAR = join('platform', 'cloud-firestore-emulator', 'cloud-firestore-emulator.jar');

/** Where people and package managers put the Google Cloud SDK. */
const usualRoots = () => [
  join(homedir(), 'google-cloud-sdk'),
  '/usr/lib/google-cloud-sdk',
  '/usr/local/google-cloud-sdk',
  '/usr/share/google-cloud-sdk',
  '/opt/google-cloud-sdk',
  '/opt/homebrew/share/google-cloud-sdk',
  '/snap/google-cloud-cli/current',
];

/** The folders from that of the `gcloud` on the path up to the top: one of them is the SDK's root. */
function rootsFromPath(): string[] {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const binary = join(folder, 'gcloud');
    if (folder === '' || !existsSync(binary)) continue;
    const roots: string[] = [];
    for (let at = dirname(realpathSync(binary)); at !== dirname(at); at = dirname(at)) roots.push(at);
    return roots;
  }
  return [];
}

async function rootFromGcloud(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('gcloud', ['info', '--format=value(installation.sdk_root)']);
    return stdout.trim();
  } catch {
    return null;
  }
}

/** What firebase-tools has downloaded, newest name last. */
function fromTools(): string | null {
  const cache = process.env.FIREBASE_EMULATORS_PATH ?? join(homedir(), '.cache', 'firebase', 'emulators');
  if (!existsSync(cache)) return null;
  const jars = readdirSync(cache).filter((name) => /^cloud-firestore-emulator-v.*\.jar$/.test(name));
  const newest = jars.sort().at(-1);
  return newest === undefined ? null : join(cache, newest);
}

/** A jar, and whether it runs as `java -jar` (firebase-tools') or by its main class (the SDK's). */
export type Jar = { readonly path: string; readonly runnable: boolean };

/**
 * The Firestore emulator: the one that is named, the installed Google Cloud SDK's, firebase-tools'.
 * Asking gcloud itself takes a second, so it comes after a look at the usual places.
 * @throws Error when there is none and none can be downloaded.
 */
export async function findJar(): Promise<Jar> {
  const named = process.env.FIRESTORE_EMULATOR_JAR ?? '';
  if (named !== '') {
    if (!existsSync(named)) throw new Error(`FIRESTORE_EMULATOR_JAR names ${named}, which does not exist.`);
    return { path: named, runnable: /-v[\d.]+\.jar$/.test(named) };
  }
  for (const root of [...rootsFromPath(), ...usualRoots()]) {
    if (existsSync(join(root, JAR))) return { path: join(root, JAR), runnable: false };
  }
  const root = await rootFromGcloud();
  if (root && existsSync(join(root, JAR))) return { path: join(root, JAR), runnable: false };
  if (fromTools() === null) await downloadFirestore();
  const path = fromTools();
  if (path === null) throw new Error('firebase-tools downloaded nothing.');
  return { path, runnable: true };
}
