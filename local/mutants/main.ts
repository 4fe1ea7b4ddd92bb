import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { equivalent } from './equivalent.ts';

/**
 * `npm run mutants`: Stryker makes them and runs the unit tests; each mutant that is left alive, or that they did not
 * reach, is played in the simulator. Says which survive both. Ends with 1 when fewer than nine in ten are dead, or one survives without a written reason.
 */

const { values } = parseArgs({
  options: {
    /** Which files; all of the domain without it. */
    mutate: { type: 'string' },
    /** What Stryker has found already. */
    report: { type: 'string' },
    seeds: { type: 'string', default: '1,2,3' },
    steps: { type: 'string', default: '600' },
    /** How many at a time. */
    at: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) },
  },
});

type Place = { readonly line: number; readonly column: number };
export type Mutant = {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Place; readonly end: Place };
};
type Report = {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
};

const root = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

const offsetOf = (source: string, { line, column }: Place): number =>
  source
    .split('\n')
    .slice(0, line - 1)
    .reduce((sum, text) => sum + text.length + 1, 0) +
  column -
  1;

/** What was there, and all of the file with the mutant in it. */
function mutate(source: string, { location, replacement = '' }: Mutant) {
  const [from, to] = [offsetOf(source, location.start), offsetOf(source, location.end)];
  return {
    was: source.slice(from, to),
    text: source.slice(0, from) + replacement + source.slice(to),
  };
}

/** What a simulated run says of it; null when nobody notices. */
async function played(file: string, text: string, name: string): Promise<string | null> {
  const path = join(root, '.local', `mutant-${name}.ts`);
  writeFileSync(path, text);
  const args = ['local/sim/main.ts', '--mutant', `${file}=${path}`, '--seed', values.seeds];
  try {
    await run(process.execPath, [...args, '--steps', values.steps, '--json', '--shrink', '0'], {
      ...{ cwd: root, timeout: 300_000, maxBuffer: 64 * 1024 * 1024 },
    });
    return null;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const told = /"violations":\["(.{0,80})/.exec(stdout)?.[1];
    return (
      told ?? (stderr.split('\n').find((line) => line.includes('Error')) ?? 'it does not end').slice(0, 80)
    );
  }
}

function stryker(): string {
  const bin = join('node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  const which = values.mutate === undefined ? [] : ['--mutate', values.mutate];
  const { status } = spawnSync(process.execPath, [bin, 'run', 'local/mutants/stryker.config.js', ...which], {
    ...{ cwd: root, stdio: 'inherit' },
  });
  if (status !== 0) throw new Error('Stryker did not get through.');
  return join(root, '.local', 'mutants.json');
}

const { files } = JSON.parse(readFileSync(values.report ?? stryker(), 'utf8')) as Report;
mkdirSync(join(root, '.local'), { recursive: true });
const all = Object.entries(files).flatMap(([file, { source, mutants }]) =>
  mutants.map((mutant) => ({ file, source, mutant })),
);
const invalid = ['CompileError', 'RuntimeError'];
const dead = all.filter(({ mutant }) => ['Killed', 'Timeout', ...invalid].includes(mutant.status)).length;
const left = all.filter(({ mutant }) => ['Survived', 'NoCoverage', 'Ignored'].includes(mutant.status));
console.log(`${dead} of ${all.length} are killed by unit tests; ${left.length} are played`);

let [byPlay, excused] = [0, 0];
const alive: string[] = [];
const waiting = left.entries();
await Promise.all(
  Array.from({ length: Number(values.at) }, async () => {
    for (const [i, { file, source, mutant }] of waiting) {
      const { was, text } = mutate(source, mutant);
      const line = source.split('\n')[mutant.location.start.line - 1]?.trim() ?? '';
      const what = `${file}:${mutant.location.start.line} ${was.slice(0, 60)} → ${mutant.replacement?.slice(0, 60) ?? ''}`;
      const by = await played(file, text, String(i));
      const why = equivalent.find((one) => file.endsWith(one.file) && line.includes(one.line));
      if (by !== null) byPlay += 1;
      else if (why) excused += 1;
      else alive.push(what);
      console.log(by === null ? `${what}  # ${why ? `same: ${why.why}` : 'SURVIVES'}` : `${what}  # ${by}`);
    }
  }),
);
const score = (100 * (dead + byPlay)) / (all.length - excused);
console.log(
  `${dead} by unit tests, ${byPlay} by the simulator, ${excused} explained, ${alive.length} alive of ${all.length}: ${score.toFixed(1)} %`,
);
if (score < 90) process.exitCode = 1;
