/**
 * `npm run bench`: how fast the operations are, beside the least that Firestore can do and beside what is commonly written,
 * on an emulator of its own. `--json` ends with one line, `--full` grows the journal to a million entries, `--tiny` only
 * shows that all of it runs.
 */
import '../local/quiet.ts';
import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LOCAL, misread, start } from '../local/command.ts';
import { startFirestore, wipe } from '../local/firestore.ts';
import { freePorts } from '../local/ports.ts';
import { tell } from './report.ts';
import { sizes, type Sizes } from './sizes.ts';

const figuresFile = join(import.meta.dirname, '..', 'docs', 'bench.json');

const USAGE = 'Say how much: npm run bench -- [--json] [--full [--save] | --tiny]';
const HELP = `npm run bench -- [--json] [--full [--save] | --tiny]

  --json   ends with one line
  --save   keeps the figures of a full run in docs/bench.json, for docs/speed.md
  --full   with a million entries in the journal too: half an hour, and 14 GB for the emulator
  --tiny   shows that all of it runs, and says nothing about speed

Ratios come first: each operation to a bare transaction of the same documents, a release to one as it is commonly
written, many entries to few, many at once to as many who are unrelated, a function’s start to a bare callable’s.`;

function read(args: string[]): { readonly json: boolean; readonly save: boolean; readonly wanted: Sizes } {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({ args, options: { json: flag, save: flag, full: flag, tiny: flag } });
    if (values.save && !values.full) throw new Error('--save keeps whole runs: it goes with --full');
    const wanted = values.tiny ? sizes.tiny : values.full ? sizes.full : sizes.usual;
    return { json: values.json, save: values.save, wanted };
  } catch (error) {
    throw misread(error, USAGE);
  }
}

/** Whose figures these are. */
const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
});

async function run(args: string[]): Promise<number> {
  const { json, save, wanted } = read(args);
  delete process.env.FIRESTORE_EMULATOR_HOST;
  const [port = 0, functionsPort = 0] = await freePorts(2);
  const emulator = await startFirestore({
    ...{ port, functionsPort, projectId: LOCAL },
    ...(wanted.heapGb === undefined ? {} : { heapGb: wanted.heapGb }),
  });
  const { env } = process;
  env.FIRESTORE_EMULATOR_HOST = emulator.host;
  env.METADATA_SERVER_DETECTION = 'none';
  try {
    // The SDK looks at the environment when it is loaded.
    const { Firestore } = await import('@google-cloud/firestore');
    const { closeStore } = await import('../functions/src/platform/firestore.ts');
    const { benchmark } = await import('./benchmark.ts');
    const say = (what: string) => void process.stderr.write(`${what}\n`);
    let db: InstanceType<typeof Firestore> | undefined;
    let projects = 0;
    const leave = async () => {
      if (!db) return;
      await Promise.all([db.terminate(), closeStore()]);
      // Not for the sake of the next: what it holds takes memory.
      await wipe(emulator.host, `demo-${projects}`);
    };
    const empty = async () => {
      await leave();
      projects += 1;
      env.GCLOUD_PROJECT = env.GOOGLE_CLOUD_PROJECT = `demo-${projects}`;
      return (db = new Firestore());
    };
    const results = await benchmark(wanted, { say, empty });
    await leave();
    const date = new Date().toISOString().slice(0, 10);
    const report = { date, machine: machine(), ...results };
    if (save) await writeFile(figuresFile, `${JSON.stringify(report, null, 2)}\n`);
    tell(report, json);
  } finally {
    await (await import('../functions/src/platform/firestore.ts')).closeStore();
    await emulator.stop();
  }
  return 0;
}

// Who ends this ends its emulator too.
for (const [signal, code] of [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => process.exit(code));

start({ help: HELP, failed: 2, run });
