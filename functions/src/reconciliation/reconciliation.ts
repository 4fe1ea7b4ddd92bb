import { minor, negate, zero, type Currency, type Minor } from '../shared/money.ts';
import type { Provider } from '../psp/gateway.ts';
import { Refusal } from '../shared/refusal.ts';
import {
  feeIn,
  feeOver,
  fits,
  grossIn,
  type Line,
  type LineVerdict,
  type Move,
  type MoveVerdict,
} from './compare.ts';
import { phases, type Phase } from './phases.ts';

/** `net = gross - fees`. Minor units. */
export type Sums = { readonly gross: Minor; readonly fees: Minor; readonly net: Minor };

/**
 * `reconciliations/{provider}~{day}`: how the comparison of one UTC day stands, and what it found. It goes through
 * its phases page by page; `cursor` is the last of the page that is done, so a run that dies is gone on with.
 */
export type Reconciliation = {
  readonly provider: Provider;
  /** `2026-01-31`. */
  readonly day: string;
  readonly startedAt: number;
  /** Counts pages, so that of two that did the same one only the first is counted. */
  readonly version: number;
  readonly phase: Phase;
  readonly cursor: string | null;
  readonly counts: Counts;
  /** By currency; what the provider states in a currency that we do not know is only counted. */
  readonly totals: Readonly<Partial<Record<Currency, { readonly provider: Sums; readonly books: Sums }>>>;
  /** By how much more, and on other lines less, than the books assumed the provider took: the two hide nothing. */
  readonly feesOff: Readonly<Partial<Record<Currency, FeesOff>>>;
  /** When the sweep goes on with it; null when it is done. */
  readonly dueAt: number | null;
  /** Null while it is not done. */
  readonly doneAt: number | null;
};

export type FeesOff = { readonly more: Minor; readonly less: Minor };

export type Counts = {
  readonly lines: number;
  readonly moves: number;
  /** Lines about which there is nothing to say. */
  readonly matched: number;
  readonly differences: number;
  /** Entries that no line is known for yet. */
  readonly waiting: number;
};

/** `settlements/{provider}_{line}`: a line as the provider told it, kept so that both sides can be looked up. */
export type Settled = Line & {
  readonly provider: Provider;
  /** The reconciliation of its day. */
  readonly batch: string;
};

const DAY = 24 * 3600 * 1000;
const PATIENCE = 10 * 60 * 1000;

export const reconciliationId = (provider: Provider, day: string): string => `${provider}~${day}`;
/** From its first millisecond to the first of the next. */
export function spanOf(day: string): { readonly from: number; readonly to: number } {
  const from = Date.parse(`${day}T00:00:00.000Z`);
  return { from, to: from + DAY };
}
/** The days whose lines may stand for an entry of this one: itself, the day before and the day after. */
export const aroundOf = (day: string): { readonly from: number; readonly to: number } => {
  const { from, to } = spanOf(day);
  return { from: from - DAY, to: to + DAY };
};
/** Began as long before the end of the day as an order never stays open. */
export const pendingBefore = (day: string): number => spanOf(day).from;

const noCounts: Counts = { lines: 0, moves: 0, matched: 0, differences: 0, waiting: 0 };
const noSums: Sums = { gross: zero, fees: zero, net: zero };

/**
 * Begins a day, or begins it anew when it was done before. One that is under way goes on as it is.
 * @throws Refusal `not_due` while the day is not over.
 */
export function begin(
  found: Reconciliation | null,
  { provider, day, at, anew }: { provider: Provider; day: string; at: number; anew: boolean },
): Reconciliation {
  const { to } = spanOf(day);
  if (at < to) throw new Refusal('not_due', { dueAt: to });
  if (found && !(anew && isIdle(found))) return found;
  return {
    ...{ provider, day, startedAt: at, version: (found?.version ?? 0) + 1, phase: 'fetch', cursor: null },
    ...{ counts: noCounts, totals: {}, feesOff: {}, dueAt: at + PATIENCE, doneAt: null },
  };
}

/** What one page came to. */
export type Step = {
  /** The last of the page; null when it was the last page. */
  readonly cursor: string | null;
  readonly counts?: Partial<Counts>;
  readonly provider?: readonly Tally[];
  readonly books?: readonly Tally[];
  readonly feeOver?: readonly { readonly currency: Currency; readonly amount: Minor }[];
};
type Tally = { readonly currency: Currency; readonly gross: Minor; readonly fee: Minor };

/** Adds a page, unless somebody else has added it already. */
export function advance(now: Reconciliation, seen: Reconciliation, step: Step, at: number): Reconciliation {
  if (now.version !== seen.version) return now;
  const { cursor, counts = {}, provider = [], books = [] } = step;
  const phase = cursor === null ? phaseAfter(now) : now.phase;
  const totals = { ...now.totals };
  for (const [side, tallies] of [
    ['provider', provider],
    ['books', books],
  ] as const)
    for (const { currency, gross, fee } of tallies) {
      const both = totals[currency] ?? { provider: noSums, books: noSums };
      const { gross: all, fees } = both[side];
      const sums = { gross: minor(all + gross), fees: minor(fees + fee) };
      totals[currency] = { ...both, [side]: { ...sums, net: minor(sums.gross - sums.fees) } };
    }
  const off = { ...now.feesOff };
  for (const { currency, amount } of step.feeOver ?? []) {
    const { more, less } = off[currency] ?? { more: zero, less: zero };
    off[currency] = {
      more: minor(more + Math.max(0, amount)),
      less: minor(less + Math.max(0, negate(amount))),
    };
  }
  const added = (name: keyof Counts) => now.counts[name] + (counts[name] ?? 0);
  return {
    ...now,
    ...{ version: now.version + 1, phase, cursor, totals, feesOff: off },
    counts: {
      ...{ lines: added('lines'), moves: added('moves'), matched: added('matched') },
      differences: added('differences'),
      // Looked for once more at the end: then it is found or missing, and waits no longer.
      waiting: phase === 'done' ? 0 : added('waiting'),
    },
    dueAt: dueOf(now.day, phase, at),
    doneAt: phase === 'done' ? at : null,
  };
}

/** Nothing of it is under way. */
const isIdle = ({ phase }: Reconciliation): boolean => isLast(phase) || phase === 'done';
/** What waits until the next day is over. */
const isLast = (phase: Phase): boolean => phase === 'around' || phase === 'late';

function phaseAfter({ phase, counts }: Reconciliation): Phase {
  if (phase === 'summary' && counts.waiting === 0) return 'done';
  return phases[phases.indexOf(phase) + 1] ?? 'done';
}

function dueOf(day: string, phase: Phase, at: number): number | null {
  if (phase === 'done') return null;
  return isLast(phase) ? Math.max(at + PATIENCE, aroundOf(day).to) : at + PATIENCE;
}

/** Whether there is something that can be done now: what is late is only known when the next day is over. */
export const isReady = ({ phase, day }: Reconciliation, at: number): boolean =>
  phase !== 'done' && (!isLast(phase) || at >= aroundOf(day).to);

/** What a page of lines adds. */
export function linesStep(
  lines: readonly Line[],
  verdicts: ReadonlyMap<string, LineVerdict>,
  cursor: string | null,
): Step {
  const judged = lines.map((line) => ({ line, verdict: verdicts.get(line.id)! }));
  const right = judged.filter(({ verdict }) => fits(verdict));
  return {
    cursor,
    counts: { lines: lines.length, matched: right.length, differences: lines.length - right.length },
    provider: lines.flatMap((line) =>
      line.currency === null ? [] : [{ currency: line.currency, gross: grossIn(line), fee: feeIn(line) }],
    ),
    feeOver: judged.flatMap(({ line, verdict }) => {
      const amount = feeOver(line, verdict);
      return line.currency === null || amount === 0 ? [] : [{ currency: line.currency, amount }];
    }),
  };
}

/** What a page of entries adds. */
export const movesStep = (
  moves: readonly Move[],
  verdicts: ReadonlyMap<string, MoveVerdict>,
  cursor: string | null,
): Step => ({
  cursor,
  counts: {
    moves: moves.length,
    waiting: moves.filter(({ id }) => verdicts.get(id) === 'missing_at_provider').length,
  },
  books: moves,
});
