import { collections } from '../collections.ts';
import type { Query } from '../platform/store.ts';
import type { Alert } from './alert.ts';

type Page = { readonly limit: number; readonly after?: string | undefined };

/** Newest first. Index: at desc; status, at desc. */
export const alertsIn = (status: Alert['status'] | undefined, { limit, after }: Page): Query<Alert> => ({
  collection: collections.alerts,
  where: status === undefined ? [] : [['status', '==', status]],
  orderBy: [['at', 'desc']],
  limit,
  ...(after !== undefined && { after }),
});
