import type { Wallet } from '../ledger/wallet.ts';
import { quiet, tell, type Newsworthy } from '../notifications/notice.ts';
import { minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';

/**
 * `referrals/{referred}`: who brought somebody (F55). One for each person who was brought, so one reward; nobody says of
 * themselves that they earned it: it is given when the wallet shows that they bought something (W1-24).
 */
export type Referral = Newsworthy & {
  /** Who was brought, and by whom. */
  readonly uid: string;
  readonly referrer: string;
  readonly createdAt: number;
  /** Until then a purchase counts. */
  readonly untilAt: number;
  /** `flagged`: from a device that too many came from, or who brought them did; or by a card that another paid with. */
  readonly status: 'waiting' | 'rewarded' | 'over' | 'flagged';
  /** When it is looked at; null once it is over. */
  readonly dueAt: number | null;
  /** The link that they came by, as the app said. */
  readonly link: string | null;
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

/** `referrers/{uid}`: how many somebody was rewarded for. */
export type Referrer = { readonly rewarded: number };

/** Who brought whom is followed so far; nobody is that far down by being brought. */
export const LONGEST = 100;

export type ReferralOrder = Pick<Referral, 'uid' | 'referrer' | 'link'> & {
  /** Names the notice to who brought them. */
  readonly notice: string;
  readonly at: number;
};

/**
 * Notes who brought somebody, once; the same again changes nothing.
 * @param above who brought the referrer, who brought them, and so on up to the first
 * @throws Refusal `not_found` for oneself, or a circle of any length (W4-20); `wrong_status` when it was somebody else, or
 *   when somebody who has bought things already says so.
 */
export function refer(
  {
    before,
    wallet,
    above,
  }: {
    readonly before: Referral | null;
    readonly wallet: Wallet | null;
    readonly above: readonly string[];
  },
  { uid, referrer, link, notice, at }: ReferralOrder,
): Referral {
  if (uid === referrer || above.includes(uid) || above.length >= LONGEST)
    throw new Refusal('not_found', { what: 'user', uid: referrer });
  if (before && before.referrer !== referrer) throw new Refusal('wrong_status', { status: 'referred' });
  if (before) return before;
  if (hasBought(wallet)) throw new Refusal('wrong_status', { status: 'bought' });
  const untilAt = at + rewards.windowMs;
  // Neither the notice nor what it is about says who came.
  const { news } = tell(quiet, { cause: notice, about: `referrers/${referrer}`, at }, [
    { to: referrer, kind: 'codes-attached', text: 'Somebody came here because of you.', facts: {} },
  ]);
  return {
    ...{ uid, referrer, link, createdAt: at, untilAt, news },
    ...{ status: 'waiting', dueAt: at + rewards.look },
  };
}

/** Nothing is given for it. */
export const flagged = (referral: Referral): Referral =>
  referral.status === 'waiting' ? { ...referral, status: 'flagged', dueAt: null } : referral;

/** Whether somebody has bought anything, in whatever currency. */
export const hasBought = (wallet: Wallet | null): boolean =>
  Object.values(wallet?.lifetime ?? {}).some(({ purchased }) => purchased > 0);

/**
 * What a look at it comes to: `rewarded` where the reward is given in the same commit.
 * @param isThere whether who brought them still has an account
 */
export function looked(
  referral: Referral,
  found: {
    readonly earned: boolean;
    readonly isThere: boolean;
    readonly before: number;
    readonly at: number;
  },
): Referral {
  const { earned, isThere, before, at } = found;
  if (referral.status !== 'waiting') return referral;
  const over: Referral = { ...referral, status: 'over', dueAt: null };
  if (earned) return isThere && before < rewards.most ? { ...over, status: 'rewarded' } : over;
  return at >= referral.untilAt || !isThere ? over : { ...referral, dueAt: at + rewards.look };
}
