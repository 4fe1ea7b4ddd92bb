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
 * `roleDecisions/{uid}`: what was decided last about somebody's role. It gives no power, the claim does; it is
 * there so that decisions about one person come one after the other, and so that the claim follows the last.
 */
export type RoleDecision = {
  readonly role: AdminRole | null;
  /** The id of its record in `adminActions`. */
  readonly record: string;
  readonly at: number;
  /** When the sweep makes the claim follow; null once it is known to. */
  readonly dueAt: number | null;
};

const MINUTE = 60 * 1000;

type Known = {
  readonly had: AdminRole | null;
  readonly mine: AdminAction | null;
  readonly last: RoleDecision | null;
  readonly actors: RoleDecision | null;
};

/**
 * The record to be made, and the decision; null when this request made it before. Each is later than the one
 * before it, however the clocks of two instances differ.
 * @throws Refusal `request_id_reused`; `role_missing` when it was decided meanwhile that the admin is no
 *   superadmin: of two who take each other's role at once, one keeps theirs.
 */
export function decideRole(
  order: RoleOrder,
  { had, mine, last, actors }: Known,
): { readonly record: AdminAction; readonly decision: RoleDecision } | null {
  const { id, uid, role, actor } = order;
  if (mine) {
    const same = mine.target === targetOf(uid) && roleAfter(mine) === role && mine.reason === actor.reason;
    if (!same) throw new Refusal('request_id_reused');
    return null;
  }
  if (actors && actors.role !== 'superadmin') throw new Refusal('role_missing', { role: 'superadmin' });
  const at = Math.max(order.at, (last?.at ?? 0) + 1);
  const record: AdminAction = {
    id,
    action: role === null ? 'admin-revoke' : 'admin-grant',
    target: targetOf(uid),
    by: actor.uid,
    role: actor.role,
    ip: actor.ip,
    at,
    reason: actor.reason,
    before: { role: had },
    after: { role },
  };
  return { record, decision: { role, record: id, at, dueAt: at + MINUTE } };
}
