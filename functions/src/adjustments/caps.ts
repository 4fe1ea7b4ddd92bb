import { currencies, minor, type Currency, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import type { RecentAdjustment } from './adjustment.ts';

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;

/**
 * Up to the cap one admin is enough; above it a second one decides (W2-47). What one admin does to one person in a
 * window counts together, credits and debits and all currencies, so that splitting does not pass. A change is a new
 * version.
 */
export const capsPolicy = {
  version: 1,
  windowMs: 7 * DAY,
  /** The most by one admin to one person in a window, so that what is remembered of them stays small. */
  count: 50,
  /** When finance is told that one still waits. */
  waits: 24 * HOUR,
  caps: {
    QAR: minor(500_00),
    USD: minor(137_50),
    INR: minor(12_000_00),
    KWD: minor(42_500),
    JPY: minor(21_250),
    CREDIT: minor(500),
  } satisfies Record<Currency, Minor>,
} as const;

/** The caps of all currencies multiplied: of this every amount's share of its cap is a whole number. */
const WHOLE = currencies.reduce((product, currency) => product * BigInt(capsPolicy.caps[currency]), 1n);

const shareOf = ({ amount, currency }: Pick<RecentAdjustment, 'amount' | 'currency'>): bigint =>
  BigInt(amount) * (WHOLE / BigInt(capsPolicy.caps[currency]));

export type Judged = {
  /** What is inside the window, the new one last. */
  readonly recent: readonly RecentAdjustment[];
  /** Whether another admin has to approve it. */
  readonly secondAdmin: boolean;
};

/**
 * Counts one more of the same admin about the same person; what is seven days old counts no longer.
 * @throws Refusal `limit_reached` above the most in one window.
 */
export function judge(before: readonly RecentAdjustment[], wanted: RecentAdjustment): Judged {
  const { windowMs, count } = capsPolicy;
  const inside = before.filter(({ at }) => at > wanted.at - windowMs);
  if (inside.length >= count) {
    const retryAt = Math.min(...inside.map(({ at }) => at)) + windowMs;
    throw new Refusal('limit_reached', { limit: count, used: inside.length, retryAt });
  }
  const recent = [...inside, wanted];
  const used = recent.reduce((sum, one) => sum + shareOf(one), 0n);
  return { recent, secondAdmin: used > WHOLE };
}

/** One that was rejected counts no longer. */
export const forget = (recent: readonly RecentAdjustment[], adjustment: string): RecentAdjustment[] =>
  recent.filter((one) => one.adjustment !== adjustment);
