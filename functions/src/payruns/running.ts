import { minor, zero, type Minor } from '../shared/money.ts';
import { policy } from '../withdrawals/policy.ts';
import { phases, type Payrun, type PayrunLine, type Totals, type WeeklyCurrency } from './payrun.ts';

/** Longer than any one turn lasts: a run that nobody works on any more is due then. */
export const PATIENCE = 10 * 60 * 1000;

const noTotals: Totals = { people: 0, requested: 0, amount: zero, skipped: {}, failed: 0 };

/** What has to be there at least to be paid: never less than anybody may withdraw (D9). Minor units. */
export const minimumOf = (currency: WeeklyCurrency, wished: number): Minor =>
  minor(Math.max(wished, policy.limits[currency].minimum));

type Beginning = Pick<Payrun, 'currency' | 'minimum' | 'by'> & { readonly at: number };

/** Begins a week’s run; one that is there is the one. */
export const begin = (found: Payrun | null, { currency, minimum, by, at }: Beginning): Payrun =>
  found ?? {
    ...{ currency, minimum, by, startedAt: at, phase: 'people', cursor: null, version: 1 },
    ...{ totals: noTotals, dueAt: at + PATIENCE, doneAt: null },
  };

/** What one page came to. */
export type Step = {
  /** The last of the page; null when it was the last page of its phase. */
  readonly cursor: string | null;
  /** Of a page that was added up. */
  readonly lines?: readonly PayrunLine[];
  /** When what failed is tried again: the phase is not over before. */
  readonly waitsUntil?: number | null;
};

/** Adds a page, unless somebody else has added it already. */
export function advance(now: Payrun, seen: Payrun, step: Step, at: number): Payrun {
  if (now.version !== seen.version || now.phase === 'done') return now;
  const { cursor, lines = [], waitsUntil = null } = step;
  const over = cursor === null && waitsUntil === null;
  const phase = over ? (phases[phases.indexOf(now.phase) + 1] ?? 'done') : now.phase;
  const done = phase === 'done';
  return {
    ...now,
    ...{ phase, cursor, version: now.version + 1, totals: lines.reduce(addLine, now.totals) },
    dueAt: done ? null : (waitsUntil ?? at + PATIENCE),
    doneAt: done ? at : null,
  };
}

function addLine(totals: Totals, line: PayrunLine): Totals {
  const people = totals.people + 1;
  switch (line.outcome) {
    case 'requested': {
      const amount = minor(totals.amount + line.amount);
      return { ...totals, people, requested: totals.requested + 1, amount };
    }
    case 'skipped': {
      const { reason } = line;
      const skipped = { ...totals.skipped, [reason]: (totals.skipped[reason] ?? 0) + 1 };
      return { ...totals, people, skipped };
    }
    case 'failed':
      return { ...totals, people, failed: totals.failed + 1 };
  }
}
