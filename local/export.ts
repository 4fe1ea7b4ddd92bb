/**
 * `npm run export -- --from 2026-01-01 --to 2026-02-01 --format csv --out january.csv`: the journal of a span of time as
 * one file, of any size, in constant memory. The same again goes on where it was interrupted. On the running local
 * stack, or with `--project <id>` in a real project, as whoever `gcloud auth application-default login` signed in.
 * `--json` ends with one line.
 */
import './quiet.ts';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { formats, type Format } from '../functions/src/exports/formats.ts';
import { isZero, unexplained, type Movement, type Span } from '../functions/src/exports/rows.ts';
import type { Asked } from '../functions/src/totals/totals.operations.ts';
import { messageOf, Refusal } from '../functions/src/shared/refusal.ts';
import { decimal } from '../functions/src/wallet/statement.ts';
import { finish, forget, Occupied, writePages, type Place } from './exporting.ts';
import { ports } from './ports.ts';

const PROJECT = 'demo-coffer';
const PAGE = 500;
const USAGE =
  'npm run export -- --from <2026-01-01> --to <2026-02-01> --format <csv|jsonl> --out <file> [--project <id>] [--json]';

class Mistake extends Error {}

type Wanted = Span & {
  readonly format: Format;
  readonly out: string;
  readonly project: string | null;
  readonly json: boolean;
};

/** A day in UTC, or a time with its zone. */
function timeOf(text: string | undefined): number {
  const at = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text ?? '') ? Date.parse(text ?? '') : NaN;
  if (!(at >= 0)) throw new Error('not a time');
  return at;
}

function check(args: string[]): Wanted {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      args,
      options: { from: text, to: text, format: text, out: text, project: text, json: flag },
    });
    const [from, to] = [timeOf(values.from), timeOf(values.to)];
    const format = formats.find((one) => one === values.format);
    if (!format || !values.out || from >= to) throw new Error('what?');
    return { from, to, format, out: resolve(values.out), project: values.project ?? null, json: values.json };
  } catch {
    throw new Mistake(`Say what to export, and where to: ${USAGE}`);
  }
}

/** The local stack's clock may have been moved on; a real project has the time that it is. */
async function now(project: string | null): Promise<number> {
  if (project !== null) return Date.now();
  try {
    const answer = await fetch(`http://127.0.0.1:${ports().control}/clock`, {
      signal: AbortSignal.timeout(2_000),
    });
    return Date.parse(((await answer.json()) as { now: string }).now) || Date.now();
  } catch {
    return Date.now();
  }
}

/** On the terminal alone: what is piped stays one line of JSON. How far it is goes by time: nothing is counted for it. */
function barOf({ from, to }: Span) {
  const bar = new SingleBar({
    format: 'writing {bar} {entries} entries',
    stream: process.stderr,
    noTTYOutput: false,
  });
  bar.start(to - from, 0, { entries: 0 });
  return {
    tell: (at: number, entries: number) => bar.update(at - from, { entries }),
    stop: () => bar.stop(),
  };
}

async function main(args: string[]): Promise<boolean> {
  const wanted = check(args);
  const { env } = process;
  const project = wanted.project ?? PROJECT;
  env.GCLOUD_PROJECT = env.GOOGLE_CLOUD_PROJECT = project;
  if (wanted.project === null) {
    env.FIRESTORE_EMULATOR_HOST ??= `127.0.0.1:${ports().firestore}`;
    env.METADATA_SERVER_DETECTION = 'none';
  }
  try {
    return await write(wanted, project, await now(wanted.project));
  } finally {
    await (await import('../functions/src/platform/firestore.ts')).closeStore();
  }
}

/**
 * The emulator has no index of kinds: for each kind that a query names it goes through the whole journal. There are no others
 * than those, so there the time alone is asked for.
 */
const asked: Asked = (query) =>
  process.env.FIRESTORE_EMULATOR_HOST === undefined
    ? query
    : { ...query, where: (query.where ?? []).filter(([field]) => field !== 'kind') };

async function write(wanted: Wanted, project: string, at: number): Promise<boolean> {
  // The SDK looks at the environment when it is loaded.
  const { balancesOver, pageOfJournal } = await import('../functions/src/exports/exports.operations.ts');
  const { from, to, format, out } = wanted;
  const span = { from, to };
  // Before anything is written: it says whether the time is past.
  const balances = await balancesOver(span, at, asked);
  const bar = barOf(span);
  const place = await writePages({
    file: out,
    of: `${project} ${new Date(from).toISOString()} ${new Date(to).toISOString()} ${format}`,
    page: (after) =>
      pageOfJournal({ ...span, format, limit: PAGE, ...(after !== null && { after }) }, at, asked),
    told: ({ entries, whole }, page) => bar.tell(whole ? to : (page.entries.at(-1)?.at ?? from), entries),
  }).finally(() => bar.stop());
  const differing = unexplained(balances, place.sums);
  const ok = differing.length === 0 && isZero(balances);
  await (ok ? finish(out) : forget(out));
  tell(wanted, balances, place, ok, differing);
  return ok;
}

function tell(
  { json, out }: Wanted,
  balances: readonly Movement[],
  { entries }: Place,
  ok: boolean,
  differing: readonly string[],
): void {
  const sums = (of: 'opening' | 'closing') =>
    Object.fromEntries(balances.map((one) => [`${one.account} ${one.currency}`, one[of]]));
  if (json) {
    const [opening, closing] = [sums('opening'), sums('closing')];
    console.log(JSON.stringify({ ok, entries, file: out, opening, closing, ...(!ok && { differing }) }));
    return;
  }
  for (const { account, currency, ...amounts } of balances) {
    const [opening, movement, closing] = [amounts.opening, amounts.movement, amounts.closing].map((amount) =>
      decimal(amount, currency).padStart(16),
    );
    console.log(`${account.padEnd(24)} ${currency} ${opening} ${movement} ${closing}`);
  }
  console.log(
    ok
      ? `${entries} entries in ${out}: opening and rows are the closing`
      : `${entries} entries do not lead from the opening to the closing: ${differing.join(', ') || 'not zero in all'}`,
  );
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Refusal)) return (error as Error).message;
  const { dueAt } = error.facts;
  const when = typeof dueAt === 'number' ? ` Come back at ${new Date(dueAt).toISOString()}.` : '';
  return `${messageOf(error.reason)}${when}`;
}

main(process.argv.slice(2)).then(
  (ok) => {
    process.exitCode = ok ? 0 : 1;
  },
  (error: unknown) => {
    if (error instanceof Mistake || error instanceof Occupied) console.error(error.message);
    else console.error(sentenceOf(error));
    process.exit(2);
  },
);
