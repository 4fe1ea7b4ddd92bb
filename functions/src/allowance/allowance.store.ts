import { collections } from '../collections.ts';
import type { Query } from '../platform/store.ts';
import type { Subscription } from './subscription.ts';

/** Subscriptions that Stripe is to be asked about. */
export const dueSubscriptions = (at: number): Query<Subscription> => ({
  collection: collections.subscriptions,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});
