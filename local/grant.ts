/**
 * `npm run grant -- ann@example.com superadmin`: gives somebody a role where no superadmin can do it yet. `none`
 * takes it away. On the running local stack, or with `--project <id>` in a real project, as whoever
 * `gcloud auth application-default login` signed in.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { adminRoles, type AdminRole } from '../functions/src/shared/call.ts';
import { messageOf, Refusal } from '../functions/src/shared/refusal.ts';
import { ports } from './ports.ts';

const PROJECT = 'demo-coffer';
const USAGE = `npm run grant -- <e-mail> <${adminRoles.join('|')}|none> [--project <id>]`;

/** What somebody typed wrong, or has to see to first, in one sentence. */
class Mistake extends Error {}

type Wanted = { readonly email: string; readonly role: AdminRole | null; readonly project: string | null };

function check(args: string[]): Wanted {
  const { values, positionals } = read(args);
  const [email = '', name = '', ...more] = positionals;
  if (!email.includes('@') || more.length > 0) throw new Mistake(`Say who is to have which role: ${USAGE}`);
  const role = adminRoles.find((one) => one === name) ?? null;
  if (role === null && name !== 'none')
    throw new Mistake(
      `There is no role ${name || '(none given)'}. There are: ${adminRoles.join(', ')}; none.`,
    );
  return { email, role, project: values.project ?? null };
}

function read(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { project: { type: 'string' } } });
  } catch {
    throw new Mistake(`Say who is to have which role: ${USAGE}`);
  }
}

/** Where to: the SDKs look at the environment while they load, so this comes before them. */
function aim(project: string | null): void {
  const { firestore, auth } = ports();
  const { env } = process;
  env.GCLOUD_PROJECT = env.GOOGLE_CLOUD_PROJECT = project ?? PROJECT;
  if (project === null) {
    env.FIRESTORE_EMULATOR_HOST ??= `127.0.0.1:${firestore}`;
    env.FIREBASE_AUTH_EMULATOR_HOST ??= `127.0.0.1:${auth}`;
    env.METADATA_SERVER_DETECTION = 'none';
    return;
  }
  // A shell that was used for the emulators would send the role there.
  delete env.FIRESTORE_EMULATOR_HOST;
  delete env.FIREBASE_AUTH_EMULATOR_HOST;
  // A person's own credentials belong to no project, and Auth wants to know whose quota it is.
  env.GOOGLE_CLOUD_QUOTA_PROJECT ??= project;
}

async function main(args: string[]): Promise<void> {
  const { email, role, project } = check(args);
  aim(project);
  const { auth } = await import('../functions/src/platform/accounts.ts');
  const { changeRole } = await import('../functions/src/admin/admin.operations.ts');
  const { closeStore } = await import('../functions/src/platform/firestore.ts');
  const account = await auth()
    .getUserByEmail(email)
    .catch((error: unknown) => {
      const { code } = error as { code?: string };
      if (code === 'auth/user-not-found' || code === 'auth/invalid-email')
        throw new Mistake(`Nobody in ${project ?? PROJECT} has the address ${email}.`);
      throw error;
    });
  // Anybody can sign up with a colleague's address; only its owner can verify it.
  if (role !== null && !account.emailVerified)
    throw new Mistake(`${email} is not verified, so it may be anybody's; have them verify it first.`);
  const actor = { uid: 'cli', role: 'cli', ip: null, reason: 'By npm run grant.' };
  const order = { id: `role.${randomUUID()}`, uid: account.uid, role, actor, at: Date.now() };
  const now = await changeRole(order).finally(closeStore);
  console.log(
    `${email} (${account.uid}) has ${now ?? 'no role'} in ${project ?? PROJECT} from the next token on.`,
  );
}

/** One sentence for whoever typed it. */
function sentenceOf(error: unknown): string | null {
  if (error instanceof Mistake) return error.message;
  if (error instanceof Refusal) {
    const { reason, facts } = error;
    return `${messageOf(reason)} ${JSON.stringify(facts)}`;
  }
  const { code } = error as { code?: unknown };
  const local = process.env.FIREBASE_AUTH_EMULATOR_HOST !== undefined;
  if (code === 'app/network-error') return `Nothing answers${local ? ': is `npm start` running?' : '.'}`;
  if (code === 'app/invalid-credential')
    return 'There are no credentials here: run `gcloud auth application-default login` first.';
  return null;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(sentenceOf(error) ?? error);
  process.exitCode = 1;
});
