import { dangerOf } from './coverage.ts';
import type { Dice } from './dice.ts';

/** What can go wrong, each by its own rate: of the operations that it can befall, this part. */
export const usual = {
  'commit-aborted': 0.01,
  'commit-answer-lost': 0.02,
  'read-failed': 0.005,
  'killed-before': 0.005,
  'killed-after': 0.008,
  'provider-timeout-before': 0.03,
  'provider-timeout-after': 0.06,
  'provider-error': 0.02,
  'webhook-doubled': 0.08,
  'webhook-delayed': 0.06,
  'webhook-reordered': 0.06,
  'webhook-lost': 0.05,
  'webhook-forged': 0.03,
  'wrong-amount': 0.04,
  'task-early': 0.08,
  'task-late': 0.06,
  'task-doubled': 0.08,
  'task-lost': 0.08,
  'task-refused': 0.01,
  'schedule-missed': 0.05,
  'schedule-doubled': 0.03,
  'trigger-doubled': 0.04,
  'trigger-late': 0.04,
  'trigger-lost': 0.02,
  'payout-returned': 0.1,
  'clock-skew': 0.05,
  'answer-lost': 0.01,
} as const satisfies Record<string, number>;

export type Fault = keyof typeof usual;
export const faultNames = Object.keys(usual) as Fault[];

export type Faults = {
  /** Whether it happens now, to an operation of something that is called so. */
  readonly strikes: (dice: Dice, fault: Fault, operation: string) => boolean;
  readonly counts: () => Record<Fault, number>;
  /** How often each befell what: `fault operation`. */
  readonly matrix: () => Readonly<Record<string, number>>;
  /** While it is paused nothing goes wrong. */
  readonly pause: (paused: boolean) => void;
};

/** @param rates those that are not as usual; 0 switches one off */
export function createFaults(rates: Partial<Record<Fault, number>> = {}): Faults {
  const counts = Object.fromEntries(faultNames.map((name) => [name, 0])) as Record<Fault, number>;
  const matrix = new Map<string, number>();
  let still = false;
  return {
    strikes(dice, fault, operation) {
      const rate = (rates[fault] ?? usual[fault]) * dangerOf(fault, operation);
      if (still || !dice.chance(rate)) return false;
      counts[fault] += 1;
      const pair = `${fault} ${operation}`;
      matrix.set(pair, (matrix.get(pair) ?? 0) + 1);
      return true;
    },
    counts: () => ({ ...counts }),
    matrix: () => Object.fromEntries([...matrix].sort()),
    pause: (paused) => void (still = paused),
  };
}
