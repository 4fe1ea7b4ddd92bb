/**
 * `npm run grant -- ann@example.com superadmin`: gives somebody a role where no superadmin can do it yet. `none`
 * takes it away. On the running local stack, or with `--project <id>` in a real project, as whoever
 * `gcloud auth application-default login` signed in.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { adminRoles, type AdminRole } from '../functions/src/shared/call.ts';
import { aim, LOCAL, misread, start } from './command.ts';
import { Mistake } from './mistake.ts';

const USAGE = `Say who is to have which role: npm run grant -- <e-mail> <${adminRoles.join('|')}|none> [--project <id>]`;

type Wanted = { readonly email: string; readonly role: AdminRole | null; readonly project: string | null };

function check(args: string[]): Wanted {
  const { values, positionals } = read(args);
  const [email = '', name = '', ...more] = positionals;
  if (!email.includes('@') || more.length > 0) throw new Mistake(USAGE);
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
  } catch (error) {
    throw misread(error, USAGE);
  }
}

async function run(args: string[]): Promise<number> {
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
        throw new Mistake(`Nobody in ${project ?? LOCAL} has the address ${email}.`);
      throw error;
    });
  // Anybody can sign up with a colleague's address; only its owner can verify it.
  if (role !== null && !account.emailVerified)
    throw new Mistake(`${email} is not verified, so it may be anybody's; have them verify it first.`);
  const actor = { uid: 'cli', role: 'cli', ip: null, reason: 'By npm run grant.' };
  const order = { id: `role.${randomUUID()}`, uid: account.uid, role, actor, at: Date.now() };
  const now = await changeRole(order).finally(closeStore);
  console.log(
    `${email} (${account.uid}) has ${now ?? 'no role'} in ${project ?? LOCAL} from the next token on.`,
  );
  return 0;
}

start({ help: USAGE, failed: 1, run });
