/**
 * `npm run migrate -- net-earnings`: makes what everybody has earned anew from the entries, and prints what would change;
 * `--apply` changes it, and goes on where it stood. On the running local stack, or with `--project <id>` in a real
 * project, as whoever `gcloud auth application-default login` signed in.
 */
import './quiet.ts';
import { parseArgs } from 'node:util';
import { format } from '../functions/src/shared/money.ts';
import { ports } from './ports.ts';

const PROJECT = 'demo-coffer';
const USAGE = 'npm run migrate -- net-earnings [--apply] [--project <id>]';

class Mistake extends Error {}

function check(args: string[]) {
  try {
    const options = { apply: { type: 'boolean', default: false }, project: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    if (positionals.join() !== 'net-earnings') throw new Error('which one?');
    return { apply: values.apply, project: values.project ?? null };
  } catch {
    throw new Mistake(`Say which migration: ${USAGE}`);
  }
}

/** Where to: the SDK looks at the environment while it loads, so this comes before it. */
function aim(project: string | null): void {
  const { env } = process;
  env.GCLOUD_PROJECT = env.GOOGLE_CLOUD_PROJECT = project ?? PROJECT;
  if (project === null) env.FIRESTORE_EMULATOR_HOST ??= `127.0.0.1:${ports().firestore}`;
  else delete env.FIRESTORE_EMULATOR_HOST;
}

async function main(args: string[]): Promise<void> {
  const { apply, project } = check(args);
  aim(project);
  const { migrateNetEarnings } = await import('../functions/src/earnings/earnings.operations.ts');
  const { closeStore } = await import('../functions/src/platform/firestore.ts');
  const order = { apply, at: Date.now() };
  const { wallets, changed } = await migrateNetEarnings(order, ({ uid, currency, from, to }) => {
    console.log(`${uid}: ${format(from, currency)} → ${format(to, currency)}`);
  }).finally(closeStore);
  const done = apply ? 'changed' : 'would change; nothing was written, `--apply` does it';
  console.log(`${wallets} wallets were looked at, ${changed} ${done}.`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Mistake ? error.message : error);
  process.exitCode = 1;
});
