/**
 * `npm run migrate -- net-earnings`: makes what everybody has earned anew from the entries. `npm run migrate -- videos`:
 * makes topics of the flat videos of another system. Each prints what would change; `--apply` changes it, and a run that
 * was cut short is simply run again. On the running local stack, or with `--project <id>` in a real project, as whoever
 * `gcloud auth application-default login` signed in.
 */
import './quiet.ts';
import { parseArgs } from 'node:util';
import { format } from '../functions/src/shared/money.ts';
import { ports } from './ports.ts';

const PROJECT = 'demo-coffer';
const USAGE = 'npm run migrate -- net-earnings|videos [--apply] [--project <id>]';

class Mistake extends Error {}

type Order = { readonly apply: boolean; readonly at: number };

/** Each is loaded once it is known where to: the SDK looks at the environment while it loads. */
const migrations = {
  'net-earnings': async (order: Order) => {
    const { migrateNetEarnings } = await import('../functions/src/earnings/earnings.operations.ts');
    const { wallets, changed } = await migrateNetEarnings(order, ({ uid, currency, from, to }) => {
      console.log(`${uid}: ${format(from, currency)} → ${format(to, currency)}`);
    });
    return `${wallets} wallets were looked at, ${changed}`;
  },
  videos: async (order: Order) => {
    const { migrateVideos } = await import('../functions/src/courses/flat.operations.ts');
    const { videos, added, left } = await migrateVideos(order, (told) => {
      if ('video' in told) console.log(`${told.video}: left where it is, since ${told.why}`);
      else console.log(`${told.course}${told.isNew ? ' (new)' : ''}: ${told.added} topics`);
    });
    return `${videos} videos were looked at, ${left} left where they are, ${added}`;
  },
} as const;

const isOne = (name: string | undefined): name is keyof typeof migrations =>
  name !== undefined && Object.hasOwn(migrations, name);

function check(args: string[]) {
  try {
    const options = { apply: { type: 'boolean', default: false }, project: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    const [name, ...more] = positionals;
    if (!isOne(name) || more.length > 0) throw new Error('which one?');
    return { name, apply: values.apply, project: values.project ?? null };
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
  const { name, apply, project } = check(args);
  aim(project);
  const { closeStore } = await import('../functions/src/platform/firestore.ts');
  const looked = await migrations[name]({ apply, at: Date.now() }).finally(closeStore);
  console.log(`${looked} ${apply ? 'changed' : 'would change; nothing was written, `--apply` does it'}.`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Mistake ? error.message : error);
  process.exitCode = 1;
});
