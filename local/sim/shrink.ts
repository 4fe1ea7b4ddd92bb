import type { Deployment } from './load.ts';
import { simulate, type Outcome, type Plan, type Violation } from './simulate.ts';
import type { Step } from './steps.ts';

/** What kind of violation it is, whoever it befell. */
export const kindOf = ({ what }: Pick<Violation, 'what'>): string =>
  what
    .replaceAll(/[0-9a-f]{24}/g, '')
    .replaceAll(/\b(user|finance|support)?\d+\b/g, '')
    .slice(0, 40);

type Shrunk = { readonly steps: readonly Step[]; readonly outcome: Outcome; readonly tries: number };

/**
 * The shortest list of steps that it finds on which the same kind of violation comes up: takes out halves, then smaller
 * and smaller parts (delta debugging), until nothing can be left out or the time is over.
 */
export async function shrink(
  deployment: Deployment,
  plan: Plan,
  first: Outcome,
  seconds: number,
): Promise<Shrunk> {
  const wanted = kindOf(first.violations[0]!);
  const until = performance.now() + seconds * 1000;
  // What came up on the way is looked for on the way.
  const ending = first.violations[0]!.step > (plan.steps.at(-1)?.index ?? 0);
  const fails = async (steps: readonly Step[]): Promise<Outcome | null> => {
    const outcome = await simulate(deployment, { ...plan, steps, ending, keepTrace: false });
    return outcome.violations.some((one) => kindOf(one) === wanted) ? outcome : null;
  };
  // What fails does so before the step that would have been next: until then time has to pass, so that one stays.
  let best = { steps: plan.steps.slice(0, first.taken + 1), outcome: first };
  let tries = 0;
  for (let parts = 2; best.steps.length > 1 && performance.now() < until;) {
    const size = Math.ceil(best.steps.length / parts);
    let found: typeof best | null = null;
    for (let from = 0; from < best.steps.length && !found && performance.now() < until; from += size) {
      const steps = [...best.steps.slice(0, from), ...best.steps.slice(from + size)];
      tries += 1;
      const outcome = await fails(steps);
      if (outcome) found = { steps: steps.slice(0, outcome.taken + 1), outcome };
    }
    if (found) {
      best = found;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) break;
    else parts = Math.min(best.steps.length, parts * 2);
  }
  return { ...best, tries };
}
