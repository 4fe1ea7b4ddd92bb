import type { RecentWithdrawal } from '../payees/payee.ts';
import { minor, type Currency, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { countIn, usedIn } from '../shared/window.ts';

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;

/** What one currency allows, in its minor units. */
type CurrencyLimits = {
  readonly minimum: Minor;
  /** The most in one window. */
  readonly most: Minor;
  /** Above it, another admin than the approver marks it paid, or approves it too where the provider pays (D13). */
  readonly secondAdminAbove: Minor;
};

const limitsOf = (minimum: number, most: number, secondAdminAbove: number): CurrencyLimits => ({
  minimum: minor(minimum),
  most: minor(most),
  secondAdminAbove: minor(secondAdminAbove),
});

/** D9 and D13. Where they name no amount, it is about what QAR allows. A change is a new version. */
export const policy = {
  version: 1,
  windowMs: 7 * DAY,
  /** The most withdrawals in one window, whatever their currency. */
  count: 3,
  /** How soon an admin should have acted; passed, it is escalated every day. Nothing is decided by a timer. */
  targets: { requested: 72 * HOUR, approved: 72 * HOUR, escalation: 24 * HOUR },
  limits: {
    QAR: limitsOf(50_00, 20_000_00, 5_000_00),
    USD: limitsOf(10_00, 5_500_00, 1_375_00),
    INR: limitsOf(500_00, 480_000_00, 120_000_00),
    KWD: limitsOf(4_000, 1_700_000, 425_000),
    JPY: limitsOf(2_000, 850_000, 212_500),
    // Credits are spent here, and never withdrawn.
    CREDIT: limitsOf(1, 0, 0),
  } satisfies Record<Currency, CurrencyLimits>,
} as const;

/**
 * Counts a withdrawal against the limits of the sliding window; what is seven days old is outside it.
 * @throws Refusal `below_minimum`; `limit_reached` with the limit, what is used, and when there is room
 *   (`retryAt`, null when the amount alone is above the limit).
 */
export function countWithdrawal(
  recent: readonly RecentWithdrawal[],
  wanted: RecentWithdrawal,
): RecentWithdrawal[] {
  const { amount, currency } = wanted;
  const { minimum, most } = policy.limits[currency];
  if (amount < minimum) throw new Refusal('below_minimum', { minimum, amount, currency });
  return countIn(recent, wanted, { ...policy, most });
}

/** How much of one currency the window still has room for, in its minor units. */
export const roomIn = (recent: readonly RecentWithdrawal[], currency: Currency, at: number): Minor =>
  minor(Math.max(0, policy.limits[currency].most - usedIn(recent, { currency, at }, policy.windowMs)));

/** A returned withdrawal counts no longer. */
export const forgetWithdrawal = (
  recent: readonly RecentWithdrawal[],
  withdrawal: string,
): RecentWithdrawal[] => recent.filter((one) => one.withdrawal !== withdrawal);

/** Whether a second admin is needed: to mark it paid, or to approve it too where the provider pays. */
export const needsSecondAdmin = (amount: Minor, currency: Currency): boolean =>
  amount > policy.limits[currency].secondAdminAbove;
