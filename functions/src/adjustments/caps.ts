import { currencies, minor, type Currency, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import type { RecentAdjustment } from './adjustment.ts';

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;

/**
 * Up to the cap one admin is enough; above it a second one decides (W2-47). What is done to one person in a window counts
 * together, whoever does it, credits and debits and all currencies; and so does what one admin does to all people, so
 * that splitting passes neither way. A change is a new version.
 */
export const capsPolicy = {
  version: 2,
  windowMs: 7 * DAY,
  /** The most in a window to one person, and by one admin: what is remembered of them stays small. */
  count: { toPerson: 50, byAdmin: 500 },
  /** So many times the cap is what one admin alone does to all people in a window. */
  people: 10n,
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

/** What is inside the window, of one person and of one admin. */
export type Recent = Readonly<Record<'toPerson' | 'byAdmin', readonly RecentAdjustment[]>>;

export type Judged = {
  /** With the new one, last. */
  readonly recent: Recent;
  /** Whether another admin has to approve it. */
  readonly secondAdmin: boolean;
};

/**
 * Counts one more; what is seven days old counts no longer.
 * @throws Refusal `limit_reached` above the most in one window.
 */
export function judge(before: Recent, wanted: RecentAdjustment): Judged {
  const { count, people } = capsPolicy;
  const toPerson = withOne(before.toPerson, wanted, count.toPerson);
  const byAdmin = withOne(before.byAdmin, wanted, count.byAdmin);
  const secondAdmin = usedOf(toPerson) > WHOLE || usedOf(byAdmin) > people * WHOLE;
  return { recent: { toPerson, byAdmin }, secondAdmin };
}

function withOne(before: readonly RecentAdjustment[], wanted: RecentAdjustment, limit: number) {
  const { windowMs } = capsPolicy;
  const inside = before.filter(({ at }) => at > wanted.at - windowMs);
  if (inside.length >= limit) {
    const retryAt = Math.min(...inside.map(({ at }) => at)) + windowMs;
    throw new Refusal('limit_reached', { limit, used: inside.length, retryAt });
  }
  return [...inside, wanted];
}

const usedOf = (recent: readonly RecentAdjustment[]): bigint =>
  recent.reduce((sum, one) => sum + shareOf(one), 0n);

/** One that was rejected counts no longer. */
export function forget({ toPerson, byAdmin }: Recent, adjustment: string): Recent {
  const others = (all: readonly RecentAdjustment[]) => all.filter((one) => one.adjustment !== adjustment);
  return { toPerson: others(toPerson), byAdmin: others(byAdmin) };
}
