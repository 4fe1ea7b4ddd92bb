import type { Wallet } from '../ledger/wallet.ts';
import { minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';

/**
 * `referrals/{referred}`: who brought somebody (F55). One for each person who was brought, so one reward; nobody says of
 * themselves that they earned it: it is given when the wallet shows that they bought something (W1-24).
 */
export type Referral = {
  /** Who was brought, and by whom. */
  readonly uid: string;
  readonly referrer: string;
  readonly createdAt: number;
  /** Until then a purchase counts. */
  readonly untilAt: number;
  readonly status: 'waiting' | 'rewarded' | 'over';
  /** When it is looked at; null once it is over. */
  readonly dueAt: number | null;
};

const DAY = 24 * 3600 * 1000;

/** Credits, days and counts; all of it is given as a bonus, which nobody withdraws. */
export const rewards = {
  welcome: minor(5),
  referral: minor(10),
  windowMs: 90 * DAY,
  /** The most that one person is rewarded for. */
  most: 20,
  look: DAY,
} as const;

/**
 * Notes who brought somebody, once; the same again changes nothing.
 * @param theirs who brought the referrer
 * @throws Refusal `not_found` for oneself, or a circle of two; `wrong_status` when it was somebody else.
 */
export function refer(
  { before, theirs }: { readonly before: Referral | null; readonly theirs: Referral | null },
  { uid, referrer, at }: { readonly uid: string; readonly referrer: string; readonly at: number },
): Referral {
  if (uid === referrer || theirs?.referrer === uid)
    throw new Refusal('not_found', { what: 'user', uid: referrer });
  if (before && before.referrer !== referrer) throw new Refusal('wrong_status', { status: 'referred' });
  const untilAt = at + rewards.windowMs;
  return before ?? { uid, referrer, createdAt: at, untilAt, status: 'waiting', dueAt: at + rewards.look };
}

/** Whether somebody has bought anything, in whatever currency. */
export const hasBought = (wallet: Wallet | null): boolean =>
  Object.values(wallet?.lifetime ?? {}).some(({ purchased }) => purchased > 0);

/** What a look at it comes to; the reward itself is given before, under a name of its own. */
export function looked(
  referral: Referral,
  { earned, before, at }: { readonly earned: boolean; readonly before: number; readonly at: number },
): Referral {
  if (referral.status !== 'waiting') return referral;
  if (earned) return { ...referral, status: before < rewards.most ? 'rewarded' : 'over', dueAt: null };
  return at >= referral.untilAt
    ? { ...referral, status: 'over', dueAt: null }
    : { ...referral, dueAt: at + rewards.look };
}
