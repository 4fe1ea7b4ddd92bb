import { collections } from '../collections.ts';
import type { Query } from '../platform/store.ts';
import type { Audit } from './audit.ts';

/** Audits that a run left behind. */
export const dueAudits = (at: number): Query<Audit> => ({
  collection: collections.audits,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});
