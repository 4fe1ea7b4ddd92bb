import { collections } from '../collections.ts';
import type { Query } from '../platform/store.ts';
import type { PspEvent } from './event.ts';

/** Events that were recorded and not dealt with, and those that a person has to look at, oldest first. */
export const dueEvents = (at: number): Query<PspEvent> => ({
  collection: collections.pspEvents,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});
