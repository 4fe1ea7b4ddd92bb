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
import { decimal } from '../functions/src/wallet/statement.ts';
import { aim, misread, mustAnswer, start } from './command.ts';
import { finish, forget, mustBeVacant, writePages, type Place } from './exporting.ts';
import { Mistake } from './mistake.ts';
import { ports } from './ports.ts';

const PAGE = 500;
const USAGE =
  'Say what to export, and where to: npm run export -- --from <2026-01-01> --to <2026-02-01> --format <csv|jsonl> --out <file> [--project <id>] [--json]';
const HELP = `npm run export -- --from <2026-01-01> --to <2026-02-01> --format <csv|jsonl> --out <file>

  --from <time>          entries from then on: a day in UTC, or a time with its zone (2026-01-01T00:00:00+03:00)
  --to <time>            entries before then; twenty minutes past at least
  --format <csv|jsonl>   a row for each leg, or a line for each entry
  --out <file>           is there once it is whole; what there is of it until then is in <file>.part
  --project <id>         a real project, as whoever \`gcloud auth application-default login\` signed in; else the
                         stack that \`npm start\` runs, or what FIRESTORE_EMULATOR_HOST names
  --json                 ends with one line

The same again goes on where it was interrupted. It ends with 0 where the rows lead from the opening to the closing
balances, with 1 where they do not, and with 2 where it could not be written.`;

type Wanted = Span & {
  readonly format: Format;
  readonly out: string;
  readonly project: string | null;
  readonly json: boolean;
};

/** A day in UTC, or a time with its zone; null where there is no such time, as on the 31st of February. */
function timeOf(text: string): number | null {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)(T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (!(midnight >= 0) || new Date(midnight).toISOString().slice(0, 10) !== day) return null;
  const at = time === undefined ? midnight : Date.parse(text);
  return at >= 0 ? at : null;
}

function read(args: string[]) {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean', default: false }] as const;
  const options = { from: text, to: text, format: text, out: text, project: text, json: flag } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw misread(error, USAGE);
  }
}

function check(args: string[]): Wanted {
  const values = read(args);
  const wrong = (what: string) => new Mistake(`${what} ${USAGE}`);
  const given = (name: 'from' | 'to' | 'format' | 'out'): string => {
    const value = values[name] ?? '';
    if (value === '') throw wrong(`--${name} is missing.`);
    return value;
  };
  const time = (name: 'from' | 'to'): number => {
    const at = timeOf(given(name));
    if (at === null) throw wrong(`--${name} ${given(name)} is no day or time that there is.`);
    return at;
  };
  const [from, to] = [time('from'), time('to')];
  if (from >= to) throw wrong('--to has to be later than --from.');
  const format = formats.find((one) => one === given('format'));
  if (!format) throw wrong(`--format ${given('format')} is none: ${formats.join(' or ')}.`);
  return { from, to, format, out: resolve(given('out')), project: values.project ?? null, json: values.json };
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

async function run(args: string[]): Promise<number> {
  const wanted = check(args);
  const target = aim(wanted.project);
  mustBeVacant(wanted.out);
  await mustAnswer();
  try {
    return (await write(wanted, target, await now(wanted.project))) ? 0 : 1;
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

async function write(wanted: Wanted, target: string, at: number): Promise<boolean> {
  // The SDK looks at the environment when it is loaded.
  const { balancesOver, pageOfJournal } = await import('../functions/src/exports/exports.operations.ts');
  const { from, to, format, out } = wanted;
  const span = { from, to };
  // Before anything is written: it says whether the time is past.
  const balances = await balancesOver(span, at, asked);
  const bar = barOf(span);
  const place = await writePages({
    file: out,
    of: `${target} ${new Date(from).toISOString()} ${new Date(to).toISOString()} ${format}`,
    page: (after) =>
      pageOfJournal({ ...span, format, limit: PAGE, ...(after !== null && { after }) }, at, asked),
    told: ({ entries, whole }, page) => bar.tell(whole ? to : (page.entries.at(-1)?.at ?? from), entries),
  }).finally(() => bar.stop());
  const differing = unexplained(balances, place.sums);
  const ok = differing.length === 0 && isZero(balances);
  await (ok ? finish(out) : forget(out));
  tell(wanted, target, balances, place, ok, differing);
  return ok;
}

function tell(
  { json, out }: Wanted,
  target: string,
  balances: readonly Movement[],
  { entries }: Place,
  ok: boolean,
  differing: readonly string[],
): void {
  const sums = (of: 'opening' | 'closing') =>
    Object.fromEntries(balances.map((one) => [`${one.account} ${one.currency}`, one[of]]));
  if (json) {
    const [opening, closing] = [sums('opening'), sums('closing')];
    console.log(
      JSON.stringify({ ok, of: target, entries, file: out, opening, closing, ...(!ok && { differing }) }),
    );
    return;
  }
  const line = (account: string, currency: string, amounts: readonly string[]) =>
    console.log(`${account.padEnd(24)} ${currency} ${amounts.map((one) => one.padStart(16)).join(' ')}`);
  if (balances.length > 0) line('', '   ', ['opening', 'movement', 'closing']);
  for (const { account, currency, opening, movement, closing } of balances)
    line(
      account,
      currency,
      [opening, movement, closing].map((amount) => decimal(amount, currency)),
    );
  console.log(
    ok
      ? `${entries} entries of ${target} in ${out}: opening and rows are the closing`
      : `${entries} entries of ${target} do not lead from the opening to the closing: ${differing.join(', ') || 'not zero in all'}`,
  );
}

process.once('SIGINT', () => {
  console.error('\nInterrupted: run the same again to go on.');
  process.exit(130);
});

start({ help: HELP, failed: 2, run });
