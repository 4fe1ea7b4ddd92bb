import { connect } from 'node:net';
import { messageOf, Refusal } from '../functions/src/shared/refusal.ts';
import { ports } from './ports.ts';
import { Mistake } from './mistake.ts';

/** What the commands that a person types have in common: where they go, and what they say when that cannot be done. */

export const LOCAL = 'demo-coffer';

/**
 * Where to: the SDKs look at the environment while they load, so this comes before them. Without a project it is what
 * `FIRESTORE_EMULATOR_HOST` names, or what `npm start` runs.
 * @returns its name, for whoever reads the outcome
 * @throws Mistake
 */
export function aim(project: string | null): string {
  const { env } = process;
  if (project === '') throw new Mistake('--project names none.');
  env.GCLOUD_PROJECT = env.GOOGLE_CLOUD_PROJECT = project ?? LOCAL;
  if (project !== null) {
    // A shell that was used for the emulators would go there.
    delete env.FIRESTORE_EMULATOR_HOST;
    delete env.FIREBASE_AUTH_EMULATOR_HOST;
    // A person's own credentials belong to no project, and Google wants to know whose quota it is.
    env.GOOGLE_CLOUD_QUOTA_PROJECT ??= project;
    return project;
  }
  const { firestore, auth } = ports();
  // Set to nothing is not set.
  const { FIRESTORE_EMULATOR_HOST: store = '', FIREBASE_AUTH_EMULATOR_HOST: accounts = '' } = env;
  env.FIRESTORE_EMULATOR_HOST = store === '' ? `127.0.0.1:${firestore}` : store;
  env.FIREBASE_AUTH_EMULATOR_HOST = accounts === '' ? `127.0.0.1:${auth}` : accounts;
  env.METADATA_SERVER_DETECTION = 'none';
  return `${LOCAL} (${env.FIRESTORE_EMULATOR_HOST})`;
}

/** The SDK itself would try for most of a minute. @throws Mistake */
export async function mustAnswer(): Promise<void> {
  const host = process.env.FIRESTORE_EMULATOR_HOST;
  if (host === undefined) return;
  const { hostname, port } = new URL(`http://${host}`);
  const answers = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
    const end = (found: boolean) => {
      socket.destroy();
      resolve(found);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
    socket.setTimeout(5_000, () => end(false));
  });
  if (!answers) throw new Mistake(`Nothing answers at ${host}: is \`npm start\` running?`);
}

/** What was typed that is none of a command's options; the rest of Node's message is about options in general. */
export const misread = (error: unknown, usage: string): Mistake =>
  new Mistake(`${(error as Error).message.split(/\.?\n|\. |\.$/)[0] ?? ''}. ${usage}`);

/** One sentence for whoever typed it. */
function sentenceOf(error: unknown): string {
  if (error instanceof Refusal) {
    const { dueAt, ...facts } = error.facts;
    const when = typeof dueAt === 'number' ? ` Come back at ${new Date(dueAt).toISOString()}.` : '';
    const what = Object.keys(facts).length > 0 ? ` ${JSON.stringify(facts)}` : '';
    return `${messageOf(error.reason)}${what}${when}`;
  }
  const { code, message = String(error) } = error as { code?: unknown; message?: string };
  if (code === 'app/invalid-credential' || message.includes('Could not load the default credentials'))
    return 'There are no credentials here: run `gcloud auth application-default login` first.';
  if (code === 'app/network-error') {
    const local = process.env.FIREBASE_AUTH_EMULATOR_HOST !== undefined;
    return `Nothing answers${local ? ': is `npm start` running?' : '.'}`;
  }
  return message;
}

type Command = {
  readonly help: string;
  /** The exit code where it could not be done. */
  readonly failed: number;
  /** @returns the exit code */
  readonly run: (args: string[]) => Promise<number>;
};

/** Does what was typed. */
export function start({ help, failed, run }: Command): void {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(help);
    return;
  }
  const fail = (error: unknown) => {
    console.error(sentenceOf(error));
    process.exit(failed);
  };
  // Without credentials the SDK fails where nobody waits for it.
  process.once('uncaughtException', fail);
  run(args).then((code) => {
    process.exitCode = code;
  }, fail);
}
