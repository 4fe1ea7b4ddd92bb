import { collections } from '../collections.ts';
import type { After, Query } from '../platform/store.ts';
import type { Referral } from '../rewards/referral.ts';

/** As many as are shown at once. */
export const PAGE = 20;

/** Whom somebody brought, newest first, one more than is shown. Index: referrer, createdAt desc. */
export const childrenOf = (referrer: string, after: After<Referral> | null): Query<Referral> => ({
  collection: collections.referrals,
  where: [['referrer', '==', referrer]],
  orderBy: [['createdAt', 'desc']],
  limit: PAGE + 1,
  ...(after !== null && { after }),
});

/** Everybody who was brought since a time, oldest first. */
export const broughtSince = (
  from: number,
  after: { readonly id: string; readonly doc: Referral } | null,
): Query<Referral> => ({
  collection: collections.referrals,
  where: [['createdAt', '>=', from]],
  orderBy: [['createdAt', 'asc']],
  limit: 100,
  ...(after !== null && { after }),
});
