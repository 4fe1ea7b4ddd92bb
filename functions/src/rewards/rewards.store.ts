import { collections } from '../collections.ts';
import type { Query } from '../platform/store.ts';
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
