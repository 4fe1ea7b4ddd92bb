import type { Actor, AdminAction } from '../oversight/action.ts';
import type { AdminRole } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';

/** Who is to have which role, and who says so. */
export type RoleOrder = {
  /** Of its record: one for each request of one admin. */
  readonly id: string;
  readonly uid: string;
  readonly role: AdminRole | null;
  readonly actor: Actor;
  readonly at: number;
};

/** An account is no document: nobody can write themselves a role (W2-05). */
export const targetOf = (uid: string): string => `accounts/${uid}`;

/** What a record says the person is to have. */
export const roleAfter = (action: AdminAction): AdminRole | null => action.after.role as AdminRole | null;

/** @throws Refusal `own_request`. */
export function mustBeAnother({ uid, actor }: RoleOrder): void {
  if (uid === actor.uid) throw new Refusal('own_request');
}

/**
 * The record to be made; null when this request made it before. Each is later than the one before it, however
 * the clocks of two instances differ, so that the latest record is always the one that counts.
 * @throws Refusal `request_id_reused`.
 */
export function recordRole(
  order: RoleOrder,
  known: {
    readonly had: AdminRole | null;
    readonly mine: AdminAction | null;
    readonly last: AdminAction | null;
  },
): AdminAction | null {
  const { id, uid, role, actor, at } = order;
  const { had, mine, last } = known;
  if (mine) {
    const same = mine.target === targetOf(uid) && roleAfter(mine) === role && mine.reason === actor.reason;
    if (!same) throw new Refusal('request_id_reused');
    return null;
  }
  return {
    id,
    action: role === null ? 'admin-revoke' : 'admin-grant',
    target: targetOf(uid),
    by: actor.uid,
    role: actor.role,
    ip: actor.ip,
    at: Math.max(at, (last?.at ?? 0) + 1),
    reason: actor.reason,
    before: { role: had },
    after: { role },
  };
}
