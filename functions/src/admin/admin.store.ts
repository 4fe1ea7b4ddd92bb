import { collections } from '../collections.ts';
import type { Query, Reader } from '../platform/store.ts';
import type { RoleDecision, RoleOrder } from './roles.ts';

/** The record of this request, and what was decided last about the person and about the admin who asks. */
export const readDecisions = (reader: Reader, { id, uid, actor }: RoleOrder) =>
  reader.get({
    mine: collections.adminActions.doc(id),
    last: collections.roleDecisions.doc(uid),
    actors: collections.roleDecisions.doc(actor.uid),
  });

/** Decisions that no claim is known to follow yet. */
export const claimLags = (at: number): Query<RoleDecision> => ({
  collection: collections.roleDecisions,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});
