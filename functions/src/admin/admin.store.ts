import { collections } from '../collections.ts';
import type { AdminAction } from '../oversight/action.ts';
import type { Query, Reader } from '../platform/store.ts';
import { targetOf } from './roles.ts';

export const readAction = (reader: Reader, id: string) =>
  reader.get({ mine: collections.adminActions.doc(id) });

/** What was decided last about somebody's role. */
export const lastAbout = (uid: string): Query<AdminAction> => ({
  collection: collections.adminActions,
  where: [['target', '==', targetOf(uid)]],
  orderBy: [['at', 'desc']],
  limit: 1,
});
