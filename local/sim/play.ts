import { unseen } from './coverage.ts';
import { loadDeployment, type Deployment } from './load.ts';
import type { Emulator } from './emulator.ts';
import { listOf, readList } from './lists.ts';
import { shrink } from './shrink.ts';
import { simulate, type Outcome, type Plan } from './simulate.ts';
import { stepsOf } from './steps.ts';

export type Wish = {
  /** Numbers, or `random`. */
  readonly seeds: readonly string[];
  readonly steps: number;
  /** The numbers of those steps that are taken; all without it. */
  readonly only?: string | undefined;
  readonly plant?: string | undefined;
  /** `memory`, or `emulator`: the same in memory, with the official emulator beside it. */
  readonly store: string;
  readonly trace: boolean;
  readonly stats: boolean;
  readonly shrinkSeconds: number;
  readonly json: boolean;
  /** Whether every pair of a fault and an operation that matters has to have been seen. */
  readonly coverage: boolean;
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Plays each seed; answers what the process is to exit with. */
export async function play(wish: Wish): Promise<number> {
  const deployment = await loadDeployment();
  const emulator = wish.store === 'emulator' ? await (await import('./emulator.ts')).startEmulator() : null;
  try {
    return await playAll(deployment, wish, emulator);
  } finally {
    await emulator?.stop();
  }
}

async function playAll(deployment: Deployment, wish: Wish, emulator: Emulator | null): Promise<number> {
  let failed = 0;
  const matrix: Record<string, number> = {};
  for (const text of wish.seeds) {
    const seed = text === 'random' ? Math.floor(Math.random() * 1e9) : Number(text);
    if (!Number.isSafeInteger(seed)) throw new Error(`--seed takes a whole number or random, not ${text}`);
    const outcome = await playOne(deployment, seed, wish, emulator?.mirror);
    if (outcome.violations.length > 0) failed += 1;
    for (const [pair, times] of Object.entries(outcome.matrix)) matrix[pair] = (matrix[pair] ?? 0) + times;
  }
  const missing = wish.coverage ? unseen(matrix) : [];
  if (wish.coverage) say(`${Object.keys(matrix).length} pairs of a fault and an operation were seen`);
  for (const pair of missing) say(`never seen: ${pair}`);
  if (missing.length > 0) return 1;
  return failed === 0 ? 0 : 1;
}

async function playOne(
  deployment: Deployment,
  seed: number,
  wish: Wish,
  mirror: Plan['mirror'],
): Promise<Outcome> {
  const only = wish.only === undefined ? null : readList(wish.only);
  const steps = stepsOf(seed, wish.steps).filter(({ index }) => only?.has(index) ?? true);
  const plan: Plan = { seed, steps, keepTrace: wish.trace, mirror };
  const outcome = await simulate(deployment, plan);
  const ok = outcome.violations.length === 0;
  if (wish.trace) for (const line of outcome.trace) say(line);
  if (wish.stats)
    for (const [what, times] of Object.entries({ ...outcome.seen, ...outcome.matrix }))
      say(`${times}\t${what}`);
  if (!ok) await explain(deployment, plan, outcome, wish);
  const { violations, traceHash, stepsPerSecond, faults, taken } = outcome;
  const line = { ok, seed, steps: taken, violations: violations.map(({ what }) => what).slice(0, 10) };
  if (wish.json) say(JSON.stringify({ ...line, traceHash, stepsPerSecond, faults }));
  else
    say(
      `seed ${seed}: ${ok ? 'fine' : 'FAILED'}, ${taken} steps, ${stepsPerSecond} a second, trace ${traceHash}`,
    );
  return outcome;
}

/** What went wrong, on as few steps as can be found, and the command that shows it again. */
async function explain(deployment: Deployment, plan: Plan, outcome: Outcome, wish: Wish): Promise<void> {
  say(`seed ${plan.seed} fails at step ${outcome.violations[0]!.step}:`);
  for (const { what } of outcome.violations.slice(0, 10)) say(`  ${what}`);
  if (wish.shrinkSeconds <= 0) return;
  const shrunk = await shrink(deployment, plan, outcome, wish.shrinkSeconds);
  const indexes = shrunk.steps.map(({ index }) => index);
  say(`the shortest list of steps found, ${indexes.length} of ${outcome.taken}, in ${shrunk.tries} tries:`);
  for (const { index, kind } of shrunk.steps) say(`  ${index} ${kind}`);
  for (const { what } of shrunk.outcome.violations.slice(0, 3)) say(`  ${what}`);
  const planted = wish.plant === undefined ? '' : ` --plant ${wish.plant}`;
  const which = indexes.length === 0 ? '' : ` --only ${listOf(indexes)}`;
  say(`npm run sim -- --seed ${plan.seed} --steps ${wish.steps}${which}${planted} --shrink 0 --trace`);
}
