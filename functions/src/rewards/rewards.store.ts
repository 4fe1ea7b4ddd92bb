import { collections } from '../collections.ts';
import type { Query } from '../platform/store.ts';
import type { Referral } from './referral.ts';

export const dueReferrals = (at: number): Query<Referral> => ({
  collection: collections.referrals,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});

/** Those that somebody was rewarded for. */
export const rewardedOf = (referrer: string): Query<Referral> => ({
  collection: collections.referrals,
  where: [
    ['referrer', '==', referrer],
    ['status', '==', 'rewarded'],
  ],
});
