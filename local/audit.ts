/**
 * `npm run audit`: looks at the books as the audit does every night, now and from here, and stops nothing. On the running
 * local stack; with `--project <id>` in a real project, as whoever `gcloud auth application-default login` signed in; with
 * `--seeded <entries>` on an emulator of its own with a ledger that it makes first; with `--wallet <uid>` one wallet alone.
 * `--json` ends with one line.
 */
import './quiet.ts';
import { parseArgs } from 'node:util';
import { Firestore } from '@google-cloud/firestore';
import { SingleBar } from 'cli-progress';
import type { Verdict } from '../functions/src/audit/audit.ts';
import { Uid } from '../functions/src/shared/schema.ts';
import { aim, LOCAL, misread, mustAnswer, start } from './command.ts';
import { startFirestore } from './firestore.ts';
import { Mistake } from './mistake.ts';
import { freePorts } from './ports.ts';

const USAGE =
  'Say what to look at: npm run audit -- [--json] [--wallet <uid>] [--project <id>] | [--seeded <entries>]';
const HELP = `npm run audit -- [--json] [--wallet <uid>] [--project <id>]
npm run audit -- [--json] --seeded <entries>

  --wallet <uid>      one wallet alone
  --project <id>      a real project, as whoever \`gcloud auth application-default login\` signed in; else the
                      stack that \`npm start\` runs, or what FIRESTORE_EMULATOR_HOST names
  --seeded <entries>  an emulator of its own, with a ledger that is made first
  --json              ends with one line

It reads and stops nothing. It ends with 0 where every unit is explained, with 1 where the books differ, and with 2
where that could not be found out.`;

type Wanted = {
  readonly json: boolean;
  readonly wallet: string | null;
  readonly project: string | null;
  readonly seeded: number | null;
};

function read(args: string[]) {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean', default: false }] as const;
  try {
    return parseArgs({ args, options: { json: flag, wallet: text, project: text, seeded: text } }).values;
  } catch (error) {
    throw misread(error, USAGE);
  }
}

function check(args: string[]): Wanted {
  const { json, wallet = null, project = null, seeded = null } = read(args);
  const wrong = (what: string) => new Mistake(`${what} ${USAGE}`);
  const count = seeded === null ? null : Number(seeded);
  if (count !== null && !(Number.isSafeInteger(count) && count > 0))
    throw wrong(`--seeded ${seeded} is no number of entries.`);
  if (count !== null && (project !== null || wallet !== null))
    throw wrong(
      `--seeded makes a ledger of its own, so --${project === null ? 'wallet' : 'project'} is nothing to it.`,
    );
  if (wallet !== null && !Uid.safeParse(wallet).success) throw wrong(`--wallet ${wallet} is no user id.`);
  return { json, wallet, project, seeded: count };
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
  await seedLedger(db, entries, { told: (made) => bar.tell(made, entries) });
  bar.stop();
  await db.terminate();
}

async function run(args: string[]): Promise<number> {
  const wanted = check(args);
  let stop = () => Promise.resolve();
  if (wanted.seeded !== null) {
    // Its own: a made ledger would be written into whatever runs there.
    delete process.env.FIRESTORE_EMULATOR_HOST;
    const [port = 0, functionsPort = 0] = await freePorts(2);
    const emulator = await startFirestore({ port, functionsPort, projectId: LOCAL });
    process.env.FIRESTORE_EMULATOR_HOST = emulator.host;
    stop = emulator.stop;
  }
  try {
    const target = aim(wanted.project);
    await mustAnswer();
    if (wanted.seeded !== null) await seed(LOCAL, wanted.seeded);
    return (await look(wanted, target)) ? 0 : 1;
  } finally {
    await (await import('../functions/src/platform/firestore.ts')).closeStore();
    await stop();
  }
}

async function look({ json, wallet }: Wanted, target: string): Promise<boolean> {
  // The SDK looks at the environment when it is loaded.
  const { auditAll, auditWallet } = await import('../functions/src/audit/audit.operations.ts');
  const bar = barOf('looking ');
  const began = performance.now();
  const verdict = await (
    wallet === null ? auditAll((documents) => bar.tell(documents)) : auditWallet(wallet)
  ).finally(() => bar.stop());
  const { ok, entries, violations, violationCount } = verdict;
  if (wallet !== null && entries === 0 && !(await isThere(wallet)))
    throw new Mistake(`There is no wallet ${wallet} in ${target}.`);
  const seconds = (performance.now() - began) / 1000;
  if (json) {
    const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
    const entriesPerSecond = Math.round(entries / seconds);
    const told = { ok, of: target, entries, violations, violationCount, entriesPerSecond, peakMb };
    console.log(JSON.stringify(told));
  } else {
    const read = `${entries} ${entries === 1 ? 'entry' : 'entries'} of ${target} in ${seconds.toFixed(1)} s`;
    tell(verdict, read, wallet);
  }
  return ok;
}

async function isThere(uid: string): Promise<boolean> {
  const { load } = await import('../functions/src/platform/firestore.ts');
  const { collections } = await import('../functions/src/collections.ts');
  return (await load(collections.wallets.doc(uid))) !== null;
}

function tell(
  { ok, entries, violations, violationCount }: Verdict,
  read: string,
  wallet: string | null,
): void {
  for (const { invariant, document, expected, found } of violations)
    console.log(`${invariant} ${document}: expected ${expected}, found ${found}`);
  const empty = wallet === null && entries === 0 ? 'the journal is empty' : 'every unit is explained';
  console.log(`${read}: ${ok ? empty : `${violationCount} difference${violationCount === 1 ? '' : 's'}`}`);
  if (!ok) console.log('Nothing was stopped: this only reads. `brake-engage` stops what leaves.');
}

// Who ends this ends its emulator too: that goes with the process when it exits by itself, and not when it is killed.
for (const [signal, code] of [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => process.exit(code));

start({ help: HELP, failed: 2, run });
