import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { appendFile, truncate } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { Firestore } from '@google-cloud/firestore';
import fc from 'fast-check';
import { textOf } from '../functions/src/exports/exports.gateway.ts';
import type { Format } from '../functions/src/exports/formats.ts';
import { leg, type JournalEntry } from '../functions/src/ledger/journal.ts';
import { minor, negate } from '../functions/src/shared/money.ts';
import { fold } from '../functions/src/totals/totals.ts';
import { finish, mustBeVacant, Occupied, partOf, placeOf, writePages, type Page } from './exporting.ts';
import { startFirestore, type FirestoreEmulator } from './firestore.ts';
import { freePorts } from './ports.ts';
import { seedLedger } from './seeded.ts';

/** `npm run export`: one file, whole and the same, however often it was interrupted. */

jest.setTimeout(300_000);

const PROJECT = 'demo-coffer';

/** One of its own: what the other tests leave is no part of these books. */
let emulator: FirestoreEmulator;
beforeAll(async () => {
  delete process.env.FIRESTORE_EMULATOR_HOST;
  const [port = 0, functionsPort = 0] = await freePorts(2);
  emulator = await startFirestore({ port, functionsPort, projectId: PROJECT });
  process.env.FIRESTORE_EMULATOR_HOST = emulator.host;
  process.env.METADATA_SERVER_DETECTION = 'none';
}, 180_000);
afterAll(() => emulator.stop());

const folder = mkdtempSync(join(tmpdir(), 'coffer-export-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fileFor = (name: string) => join(folder, name);

const entries = (count: number): JournalEntry[] =>
  Array.from({ length: count }, (_, i) => ({
    ...({ id: `e${i}`, kind: 'purchase', at: i, by: 'system', reference: 'x/é' } as const),
    legs: [
      leg('platform:fees', 'QAR', minor(i + 1)),
      leg('psp:stripe:clearing', 'QAR', negate(minor(i + 1))),
    ],
  }));

const pagesOf =
  (all: readonly JournalEntry[], format: Format, size: number) =>
  async (after: string | null): Promise<Page> => {
    const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const own = all.slice(from, from + size);
    const text = await textOf(own, format, after === null);
    return { text, entries: own, next: from + size < all.length ? (own.at(-1)?.id ?? null) : null };
  };

/** Where a run can end: before a page, within what it writes of it, or after it. */
const deaths = fc.array(
  fc.record({
    pages: fc.nat(4),
    left: fc.constantFrom<'nothing' | 'more' | 'less'>('nothing', 'more', 'less'),
  }),
  { maxLength: 6 },
);

test('killed at any page, and with half a page written, and gone on with: the same bytes, and they add up', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.nat(40),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom<Format>('csv', 'jsonl'),
      deaths,
      async (count, size, format, ends) => {
        const all = entries(count);
        const file = fileFor(`property${(run += 1)}`);
        const page = pagesOf(all, format, size);
        for (const { pages, left } of ends) {
          let more = pages;
          const dying = async (after: string | null) => {
            if (more === 0) throw new Error('killed');
            more -= 1;
            return page(after);
          };
          await writePages({ file, of: 'it', page: dying }).catch((error: unknown) => {
            expect(error).toMatchObject({ message: 'killed' });
          });
          expect(existsSync(file)).toBe(false);
          if (left === 'more') await appendFile(partOf(file), '2026-01-01T00:00:00.000Z,half a ro');
          if (left === 'less') await truncate(partOf(file), 0);
        }
        const place = await writePages({ file, of: 'it', page });
        await finish(file);
        expect(readFileSync(file, 'utf8')).toBe(await textOf(all, format, true));
        expect(place).toMatchObject({ entries: count, sums: fold({}, all), whole: true });
        expect([partOf(file), placeOf(file)].filter((path) => existsSync(path))).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

test('what is there of another export is left alone', async () => {
  const file = fileFor('occupied');
  const page = pagesOf(entries(9), 'csv', 3);
  await writePages({ file, of: 'one', page });
  const before = readFileSync(partOf(file));
  await expect(writePages({ file, of: 'another', page })).rejects.toThrow(Occupied);
  expect(readFileSync(partOf(file))).toEqual(before);
  for (const text of ['{"of":"one","byt', 'null', '{"of":"one"}']) {
    writeFileSync(placeOf(file), text);
    await expect(writePages({ file, of: 'one', page })).rejects.toThrow(`${placeOf(file)} says of nothing`);
  }
  writeFileSync(file, 'written before');
  expect(() => mustBeVacant(file)).toThrow(Occupied);
  expect(() => mustBeVacant(folder)).toThrow(Occupied);
  expect(() => mustBeVacant(join(folder, 'none', 'x.csv'))).toThrow(
    `There is no folder ${join(folder, 'none')}.`,
  );
});

const span = ['--from', '2026-01-01', '--to', '2026-01-02'];
const root = join(import.meta.dirname, '..');
const argsOf = (file: string, format: string) => [
  ...['run', '-s', 'export', '--', ...span, '--format', format],
  ...['--out', file, '--json'],
];

function exported(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile('npm', args, { cwd: root, env: { ...process.env }, maxBuffer: 1e8 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

type Told = {
  ok: boolean;
  entries: number;
  opening: Record<string, number>;
  closing: Record<string, number>;
};
const lastLine = (out: string) => JSON.parse(out.trim().split('\n').at(-1) ?? '') as Told;

/** Kills it as soon as it has noted another page. @returns false when it was done before */
async function killed(file: string, format: string): Promise<boolean> {
  const script = ['local/export.ts', ...argsOf(file, format).slice(4)];
  const child = spawn(process.execPath, script, { cwd: root, env: { ...process.env }, stdio: 'ignore' });
  const over = once(child, 'exit');
  const bytes = () => (existsSync(placeOf(file)) ? readFileSync(placeOf(file), 'utf8') : '');
  for (const before = bytes(); child.exitCode === null && bytes() === before;) await setTimeout(2);
  const died = child.kill('SIGKILL');
  await over;
  return died && child.signalCode === 'SIGKILL';
}

test('the CLI: a ledger of some pages, killed again and again, is the file of one that was not', async () => {
  const db = new Firestore({ projectId: PROJECT });
  const made = await seedLedger(db, 1_300);
  await db.terminate();
  const [whole, broken, lines] = [fileFor('whole.csv'), fileFor('broken.csv'), fileFor('whole.jsonl')];
  const { code, out, err } = await exported(argsOf(whole, 'csv'));
  expect([code, err]).toEqual([0, '']);
  const told = lastLine(out);
  expect(told).toMatchObject({
    ...{ ok: true, entries: made, file: whole },
    of: `${PROJECT} (${emulator.host})`,
  });
  expect(Object.values(told.opening)).toEqual(Object.values(told.opening).map(() => 0));
  expect(Object.values(told.closing).reduce((all, one) => all + one, 0)).toBe(0);
  expect(told.closing['wallet:available QAR']).toBeGreaterThan(0);

  let kills = 0;
  for (let i = 0; i < 2; i += 1) if (await killed(broken, 'csv')) kills += 1;
  expect(kills).toBeGreaterThan(0);
  expect(existsSync(broken)).toBe(false);
  expect(lastLine((await exported(argsOf(broken, 'csv'))).out)).toEqual({ ...told, file: broken });
  expect(readFileSync(broken).equals(readFileSync(whole))).toBe(true);

  expect(lastLine((await exported(argsOf(lines, 'jsonl'))).out)).toEqual({ ...told, file: lines });
  const listed = readFileSync(lines, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { entry: string; legs: object[] });
  expect(new Set(listed.map(({ entry }) => entry)).size).toBe(made);
  // A header, and a row for each leg.
  const legs = listed.reduce((all, one) => all + one.legs.length, 0);
  expect(readFileSync(whole, 'utf8').split('\r\n')).toHaveLength(legs + 2);
});

test('what is not past is not exported, and says when it can be', async () => {
  const args = argsOf(fileFor('early.csv'), 'csv').map((one) => (one === '2026-01-02' ? '2999-01-01' : one));
  const { code, err } = await exported(args);
  expect([code, err.trim()]).toEqual([2, 'It is too early. Come back at 2999-01-01T00:20:00.000Z.']);
  expect(existsSync(partOf(fileFor('early.csv')))).toBe(false);
});

test('what is there already stays, and on the terminal each column has a name', async () => {
  const file = fileFor('told.csv');
  const args = argsOf(file, 'csv').slice(0, -1);
  const { code, out } = await exported(args);
  expect(code).toBe(0);
  expect(out.split('\n')[0]?.trim().split(/ +/)).toEqual(['opening', 'movement', 'closing']);
  expect(out).toContain(`entries of ${PROJECT} (${emulator.host}) in ${file}`);
  const before = readFileSync(file);
  expect(await exported(args)).toEqual({
    ...{ code: 2, out: '' },
    err: `${file} is there already: remove it, or name another file.\n`,
  });
  expect(readFileSync(file)).toEqual(before);
});

test('whoever interrupts it hears that it can be gone on with', async () => {
  const file = fileFor('interrupted.csv');
  const script = ['local/export.ts', ...argsOf(file, 'csv').slice(4)];
  const child = spawn(process.execPath, script, {
    cwd: root,
    env: { ...process.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [err, over] = [text(child.stderr), once(child, 'exit')];
  while (child.exitCode === null && !existsSync(placeOf(file))) await setTimeout(2);
  child.kill('SIGINT');
  await over;
  expect([child.exitCode, (await err).trim()]).toEqual([130, 'Interrupted: run the same again to go on.']);
  expect((await exported(argsOf(file, 'csv'))).code).toBe(0);
});

const rest = ['--format', 'csv', '--out', 'x'];
test.each([
  [['--from', '2026-01-01'], '--to is missing.'],
  [['--from', 'january', '--to', '2026-02-01', ...rest], '--from january is no day or time'],
  [['--from', '2026-02-01', '--to', '2026-02-31', ...rest], '--to 2026-02-31 is no day or time'],
  [['--from', '2026-02-29', '--to', '2026-03-31', ...rest], '--from 2026-02-29 is no day or time'],
  [['--from', '2026-02-30T00:00Z', '--to', '2026-03-31', ...rest], '--from 2026-02-30T00:00Z is no day or'],
  [['--from', '2026-02-01', '--to', '2026-01-01', ...rest], '--to has to be later than --from.'],
  [[...span, '--format', 'xls', '--out', 'x'], '--format xls is none: jsonl or csv.'],
  [[...span, '--format', 'csv'], '--out is missing.'],
  [[...span, ...rest, '--everything'], "Unknown option '--everything'."],
])('what was typed wrong is said in one sentence: %j', async (args, sentence) => {
  const { code, out, err } = await exported(['run', '-s', 'export', '--', ...args]);
  expect([code, out]).toEqual([2, '']);
  expect(err.trim()).toMatch(/^[^\n]+ Say what to export, and where to: npm run export[^\n]+$/);
  expect(err).toContain(sentence);
});

test('how it is used is an answer, and no mistake', async () => {
  const { code, out, err } = await exported(['run', '-s', 'export', '--', '--help']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('a day in UTC');
});
