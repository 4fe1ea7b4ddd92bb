import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { plants } from './plants.ts';

/** The simulator as `npm run sim` starts it: in a process of its own, where nothing else has touched the clock. */

const root = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

type Line = {
  readonly ok: boolean;
  readonly seed: number;
  readonly steps: number;
  readonly violations: readonly string[];
  readonly traceHash: string;
  readonly stepsPerSecond: number;
  readonly faults: Readonly<Record<string, number>>;
};

async function sim(...args: string[]): Promise<{ lines: Line[]; output: string }> {
  const node = join(root, 'node_modules', '.bin', 'node');
  const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await run(node, [join('local', 'sim', 'main.ts'), '--json', ...args], options).catch(
    (error: unknown) => error as { stdout: string },
  );
  const lines = stdout.split('\n').filter((line) => line.startsWith('{"ok":'));
  return { lines: lines.map((line) => JSON.parse(line) as Line), output: stdout };
}

/** The same each time: together they see every pair of fault and operation that matters. And one that nobody has seen. */
const usual = '1,2,3,4,5,6,7,8,9,10,11,12,13,14,random';

test('the seeds of this list, and a fresh one, break nothing, and see every fault where it is dangerous', async () => {
  const { lines, output } = await sim('--seed', usual, '--steps', '800', '--coverage');
  const wrong = output.split('\n').filter((line) => !line.startsWith('{"ok":true'));
  // The number of the fresh one, for whoever reads the log.
  process.stdout.write(`the fresh seed was ${lines.at(-1)?.seed ?? 'none'}\n`);
  expect(wrong.filter((line) => line !== '' && !line.includes(' pairs of a fault '))).toEqual([]);
  expect(lines).toHaveLength(usual.split(',').length);
}, 600_000);

test('one seed is one play: twice in a process, and in another one', async () => {
  const [first, second] = (await sim('--seed', '77,77', '--steps', '300')).lines;
  const [third] = (await sim('--seed', '77', '--steps', '300')).lines;
  expect(first?.traceHash).toMatch(/^[0-9a-f]{32}$/);
  expect(second?.traceHash).toBe(first?.traceHash);
  expect(third?.traceHash).toBe(first?.traceHash);
  const [other] = (await sim('--seed', '78', '--steps', '300')).lines;
  expect(other?.traceHash).not.toBe(first?.traceHash);
}, 300_000);

/** What nobody had thought of, by the seed that came upon it. */
const found = {
  'a booking that ended while its card was asked for says so, and nothing of its job': ['10', '1400'],
} as const;
test.each(Object.entries(found))(
  '%s',
  async (_, [seed, steps]) => {
    const { lines } = await sim('--seed', seed, '--steps', steps, '--shrink', '0');
    expect(lines.map(({ violations }) => violations)).toEqual([[]]);
  },
  300_000,
);

test.each(Object.keys(plants))(
  '%s is caught within 2,000 steps',
  async (name) => {
    for (const seed of ['6', '4', '2', '11', '1', '3', '5', '7', '9']) {
      const { lines } = await sim('--plant', name, '--seed', seed, '--steps', '2000', '--shrink', '0');
      expect(lines).toHaveLength(1);
      if (!lines[0]!.ok) return;
    }
    throw new Error(`${name} was not caught`);
  },
  300_000,
);

test('the same seeds are the same plays on the official emulator, which agrees with the memory on everything', async () => {
  const args = ['--seed', '1,2', '--steps', '100'];
  const [memory, emulator] = [await sim(...args), await sim(...args, '--store', 'emulator', '--shrink', '0')];
  expect(emulator.lines.map(({ ok, violations }) => [ok, violations])).toEqual(
    memory.lines.map(() => [true, []]),
  );
  expect(emulator.lines.map(({ traceHash }) => traceHash)).toEqual(
    memory.lines.map(({ traceHash }) => traceHash),
  );
}, 600_000);

test('what fails is told on fewer steps, and by a command that shows it again', async () => {
  const planted = ['--plant', 'two-step-withdrawal'];
  const { output, lines } = await sim(...planted, '--seed', '1', '--steps', '200', '--shrink', '8');
  expect(lines[0]?.ok).toBe(false);
  const only = /npm run sim -- --seed 1 --steps 200 --only (\S+) --plant two-step-withdrawal --shrink 0/.exec(
    output,
  )?.[1];
  expect(only).toMatch(/^[\d,-]+$/);
  const [, found, taken] = /the shortest list of steps found, (\d+) of (\d+)/.exec(output) ?? [];
  expect(Number(found)).toBeLessThan(Number(taken) / 2);
  const again = await sim(...planted, '--seed', '1', '--steps', '200', '--shrink', '0', '--only', only!);
  expect(again.lines[0]?.violations[0]?.slice(0, 20)).toBe(lines[0]?.violations[0]?.slice(0, 20));
}, 300_000);

test('a mutant that unit tests left alive is played, and told of when nobody notices it', async () => {
  const file = 'functions/src/escrow/fees.ts';
  const source = readFileSync(join(root, file), 'utf8');
  const mutant = (text: string, replacement: string) => {
    const before = source.slice(0, source.indexOf(text)).split('\n');
    const [line, column] = [before.length, before.at(-1)!.length + 1];
    const end = { line, column: column + text.length };
    return {
      mutatorName: 'made',
      replacement,
      status: 'Survived',
      location: { start: { line, column }, end },
    };
  };
  const mutants = [mutant('gross - fee', 'gross + fee'), mutant('export const', 'export  const')];
  const report = join(mkdtempSync(join(tmpdir(), 'mutants-')), 'report.json');
  writeFileSync(report, JSON.stringify({ files: { [file]: { source, mutants } } }));
  const args = ['local/mutants/main.ts', '--report', report, '--seeds', '1', '--steps', '150', '--at', '1'];
  const node = join(root, 'node_modules', '.bin', 'node');
  const { stdout } = await run(node, args, { cwd: root }).catch(
    (error: unknown) => error as { stdout: string },
  );
  expect(stdout).toMatch(/gross - fee → gross \+ fee {2}# (?!SURVIVES)/);
  expect(stdout).toMatch(/export const → export {2}const {2}# SURVIVES/);
  expect(stdout).toContain('0 by unit tests, 1 by the simulator, 0 explained, 1 alive of 2: 50.0 %');
}, 120_000);
