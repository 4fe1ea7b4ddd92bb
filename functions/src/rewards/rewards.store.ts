import { collections } from '../collections.ts';
import type { Query } from '../platform/store.ts';
import type { Purchase } from '../purchases/purchase.ts';
import type { Origin } from './origin.ts';
import type { Referral } from './referral.ts';

export const dueReferrals = (at: number): Query<Referral> => ({
  collection: collections.referrals,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});

export const dueOrigins = (at: number): Query<Origin> => ({
  collection: collections.origins,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});

/** Enough to know somebody's cards by. */
const MOST_PAID = 10;

/** What somebody bought lately. Index: uid, createdAt desc. */
export const boughtBy = (uid: string): Query<Purchase> => ({
  collection: collections.purchases,
  where: [['uid', '==', uid]],
  orderBy: [['createdAt', 'desc']],
  limit: MOST_PAID,
});
