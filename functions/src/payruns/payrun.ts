import type { Newsworthy } from '../notifications/notice.ts';
import { joinId } from '../shared/ids.ts';
import type { Cash, Minor } from '../shared/money.ts';
import type { Reason } from '../shared/refusal.ts';
import { weekOf } from '../shared/week.ts';

/** What is paid out by the week. Another currency is a word here, its minimum in `policy.ts`, and its own run. */
export const weeklyCurrencies = ['INR'] as const satisfies readonly Cash[];
export type WeeklyCurrency = (typeof weeklyCurrencies)[number];

const HOUR = 3600 * 1000;

/** The week of payouts begins on Monday at 05:00 UTC: after the night’s audit, and when India is at work. */
const BEGINS = 5 * HOUR;

/** `2026-W05-INR`: one run a week and currency, whoever starts it and how often. */
export const runIdOf = (at: number, currency: WeeklyCurrency): string => `${weekOf(at - BEGINS)}-${currency}`;

export const lineIdOf = (run: string, uid: string): string => joinId(run, uid);

/**
 * `payrunJoins/{uid}`: that somebody wishes to be paid every week, and where to. Whoever has none, or left, is not
 * paid unasked: where and when money goes is its owner’s to say.
 */
export type PayrunJoin = Newsworthy & {
  readonly uid: string;
  /** Null once they left. */
  readonly weekly: WeeklyCurrency | null;
  /** One of their destinations; what it holds is copied when they are paid, and not before. */
  readonly destination: string;
  readonly changedAt: number;
  /** Why they were passed over since they were paid last, as far as they were told: each once. */
  readonly told: readonly SkipReason[];
  /** Counts changes, so that each has its own cause. */
  readonly version: number;
};

/** Why somebody is not paid: what a request of their own would be refused for; `left`: they joined no more. */
export type SkipReason = Reason | 'left';

/** `payrunLines/{run}~{uid}`: what a run came to for one person. Written with the withdrawal, in one commit. */
export type PayrunLine = {
  readonly run: string;
  readonly uid: string;
  /** When it came to that. */
  readonly at: number;
  /** How often it went wrong. */
  readonly attempts: number;
  /** When it is tried again; null where it is not. */
  readonly retryAt: number | null;
} & LineState;

export type LineState =
  /** The id is of run and person, so it is the same however often it is asked for. */
  | { readonly outcome: 'requested'; readonly withdrawal: string; readonly amount: Minor }
  | { readonly outcome: 'skipped'; readonly reason: SkipReason }
  /** Not their fault, nor ours to decide: something did not answer. */
  | { readonly outcome: 'failed' };

export const outcomes = ['requested', 'skipped', 'failed'] as const satisfies readonly LineState['outcome'][];
export type Outcome = (typeof outcomes)[number];

/** What a run does, in this order: a line for each who joined, those that failed again, and then the sums. */
export const phases = ['people', 'retry', 'fold', 'done'] as const;
export type Phase = (typeof phases)[number];

/** `payruns/{week}-{currency}`: how far a week’s run has come, and in the end what it came to. */
export type Payrun = {
  readonly currency: WeeklyCurrency;
  /** Minor units: who has less waits for another week. As it was when the run began. */
  readonly minimum: Minor;
  /** `system`, or the admin who did not wait for Monday. */
  readonly by: string;
  readonly startedAt: number;
  readonly phase: Phase;
  /** The last of the page before; null at the beginning of a phase. */
  readonly cursor: string | null;
  /** Counts pages, so that each is counted once. */
  readonly version: number;
  /** Folded from the lines at the end. */
  readonly totals: Totals;
  /** When the sweep goes on with it; null when it is done. */
  readonly dueAt: number | null;
  readonly doneAt: number | null;
};

/** People, and minor units of the run’s currency. */
export type Totals = {
  readonly people: number;
  readonly requested: number;
  readonly amount: Minor;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  readonly failed: number;
};
