import { allActs } from './acts.ts';
import { finish } from './ending.ts';
import type { Fault } from './faults.ts';
import type { Deployment } from './load.ts';
import { prelude } from './prelude.ts';
import { openStage, type StageOptions } from './stage.ts';
import type { Step } from './steps.ts';

export type Plan = Omit<StageOptions, 'complain'> & {
  readonly steps: readonly Step[];
  /** Whether time passes every deadline in the end; it does unless this is false. */
  readonly ending?: boolean;
};

export type Violation = { readonly what: string; readonly step: number };

export type Outcome = {
  readonly violations: readonly Violation[];
  readonly traceHash: string;
  readonly trace: readonly string[];
  readonly faults: Record<Fault, number>;
  readonly matrix: Readonly<Record<string, number>>;
  /** How often each call ended how. */
  readonly seen: Readonly<Record<string, number>>;
  /** How many steps were taken before the first violation ended it. */
  readonly taken: number;
  /** Without the beginning and the end. */
  readonly stepsPerSecond: number;
};

/** A gap so long passes at once: schedules run at its end. */
const LONG_MS = 30 * 60_000;

/** Plays the steps of a plan; the same plan is always the same play. */
export async function simulate(deployment: Deployment, plan: Plan): Promise<Outcome> {
  const { seed, steps } = plan;
  const violations: Violation[] = [];
  let step = -1;
  const complain = (what: string) => {
    if (!violations.some((one) => one.what === what)) violations.push({ what, step });
  };
  const stage = await openStage(deployment, { ...plan, complain });
  const { world, trace, luck } = stage;
  const { scheduler, faults, platform } = world;
  let taken = 0;
  let stepsPerSecond = 0;
  try {
    faults.pause(true);
    await prelude(world);
    faults.pause(false);
    const begin = scheduler.now();
    const clock = performance.now();
    for (const one of steps) {
      const at = begin + one.at;
      if (at - scheduler.now() > LONG_MS) platform.quiet(at - LONG_MS / 3, true);
      await scheduler.runUntil(at);
      if (violations.length > 0) break;
      step = one.index;
      taken += 1;
      stage.begin(step);
      trace.say(`# ${step} ${one.kind}`);
      void Promise.resolve(allActs[one.kind](world, luck('play', step), `request-${seed}-${step}`)).catch(
        (error: unknown) => complain(`the step ${one.kind} failed: ${String(error)}`),
      );
    }
    stepsPerSecond = Math.round((taken * 1000) / (performance.now() - clock));
    step = (steps.at(-1)?.index ?? 0) + 1;
    if (violations.length === 0 && plan.ending !== false) await finish(stage, deployment);
  } finally {
    await stage.close();
  }
  return {
    violations,
    traceHash: trace.hash(),
    trace: trace.lines,
    faults: faults.counts(),
    matrix: faults.matrix(),
    seen: Object.fromEntries([...stage.seen].sort()),
    taken,
    stepsPerSecond,
  };
}
