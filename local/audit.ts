/**
 * `npm run audit`: does what the audit does every night, now and from here. On the running local stack; with `--project
 * <id>` in a real project, as whoever `gcloud auth application-default login` signed in; with `--seeded <entries>` on an
 * emulator of its own with a ledger that it makes first; with `--wallet <uid>` one wallet alone. `--json` ends with one line.
 */
import './quiet.ts';
import { parseArgs } from 'node:util';
import { Firestore } from '@google-cloud/firestore';
import { SingleBar } from 'cli-progress';
import { messageOf, Refusal } from '../functions/src/shared/refusal.ts';
import { startFirestore } from './firestore.ts';
import { freePorts, ports } from './ports.ts';

const PROJECT = 'demo-coffer';
const USAGE = 'npm run audit -- [--json] [--wallet <uid>] [--project <id> | --seeded <entries>]';

class Mistake extends Error {}

function check(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        json: { type: 'boolean', default: false },
        wallet: { type: 'string' },
        project: { type: 'string' },
        seeded: { type: 'string' },
      },
    });
    const seeded = values.seeded === undefined ? null : Number(values.seeded);
    if (seeded !== null && !(Number.isSafeInteger(seeded) && seeded > 0)) throw new Error('how many?');
    return { json: values.json, wallet: values.wallet ?? null, project: values.project ?? null, seeded };
  } catch {
    throw new Mistake(`Say what to look at: ${USAGE}`);
  }
}

/** On the terminal alone: what is piped stays one line of JSON. */
function barOf(name: string) {
  const bar = new SingleBar({
    format: `${name} {bar} {value} documents`,
    stream: process.stderr,
    noTTYOutput: false,
  });
  bar.start(1, 0);
  return {
    tell(done: number, of?: number) {
      bar.setTotal(Math.max(of ?? done, done, 1));
      bar.update(done);
    },
    stop: () => bar.stop(),
  };
}

async function seed(project: string, entries: number): Promise<void> {
  const { seedLedger } = await import('./seeded.ts');
  const db = new Firestore({ projectId: project });
  const bar = barOf('making  ');
  await seedLedger(db, entries, (made) => bar.tell(made, entries));
  bar.stop();
  await db.terminate();
}

async function main(args: string[]): Promise<boolean> {
  const { json, wallet, project, seeded } = check(args);
  const { env } = process;
  env.GCLOUD_PROJECT = env.GOOGLE_CLOUD_PROJECT = project ?? PROJECT;
  let stop = () => Promise.resolve();
  if (seeded !== null) {
    const [port = 0, functionsPort = 0] = await freePorts(2);
    const emulator = await startFirestore({ port, functionsPort, projectId: PROJECT });
    env.FIRESTORE_EMULATOR_HOST = emulator.host;
    stop = emulator.stop;
  } else if (project === null) env.FIRESTORE_EMULATOR_HOST ??= `127.0.0.1:${ports().firestore}`;
  if (project === null) env.METADATA_SERVER_DETECTION = 'none';
  try {
    if (seeded !== null) await seed(PROJECT, seeded);
    return await look(json, wallet);
  } finally {
    await (await import('../functions/src/platform/firestore.ts')).closeStore();
    await stop();
  }
}

async function look(json: boolean, wallet: string | null): Promise<boolean> {
  // The SDK looks at the environment when it is loaded.
  const { auditAll, auditWallet } = await import('../functions/src/audit/audit.operations.ts');
  const bar = barOf('looking ');
  const began = performance.now();
  const { ok, entries, violations, violationCount } = await (wallet === null
    ? auditAll((documents) => bar.tell(documents))
    : auditWallet(wallet));
  const seconds = (performance.now() - began) / 1000;
  bar.stop();
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const entriesPerSecond = Math.round(entries / seconds);
  if (json)
    console.log(JSON.stringify({ ok, entries, violations, violationCount, entriesPerSecond, peakMb }));
  else {
    for (const { invariant, document, expected, found } of violations)
      console.log(`${invariant} ${document}: expected ${expected}, found ${found}`);
    console.log(
      `${entries} entries in ${seconds.toFixed(1)} s: ${ok ? 'every unit is explained' : `${violationCount} differences`}`,
    );
  }
  return ok;
}

// Who ends this ends its emulator too: that goes with the process when it exits by itself, and not when it is killed.
for (const [signal, code] of [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => process.exit(code));

main(process.argv.slice(2)).then(
  (ok) => {
    process.exitCode = ok ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error instanceof Refusal ? messageOf(error.reason) : (error as Error).message);
    process.exit(2);
  },
);
