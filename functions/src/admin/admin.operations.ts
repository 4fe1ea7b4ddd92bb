import { logger } from 'firebase-functions/logger';
import { collections } from '../collections.ts';
import { writeAction } from '../oversight/action.store.ts';
import { accountOf, roleOf, setRole } from '../platform/accounts.ts';
import { atomically, load } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import type { AdminRole } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import { claimLags, readDecisions } from './admin.store.ts';
import { decideRole, mustBeAnother, type RoleDecision, type RoleOrder } from './roles.ts';

/**
 * Records who gives or takes which role, and only then does it, so that no power is ever there without its
 * record. Dying between the two leaves a record, and the sweep makes the claim follow it.
 * @returns the role that the person has now: another one, when somebody decided otherwise since this request
 * @throws Refusal `own_request`; `role_missing` when the admin's own role was taken by then; `not_found` when
 *   there is no such account; `wrong_status` when it is disabled or its address not verified and it would be
 *   given a role, or has no room for one; `request_id_reused`.
 */
export async function changeRole(order: RoleOrder): Promise<AdminRole | null> {
  mustBeAnother(order);
  const { uid, role } = order;
  const account = await accountOf(uid);
  if (!account) throw new Refusal('not_found', { what: 'user', uid });
  if (account.disabled && role !== null) throw new Refusal('wrong_status', { status: 'disabled' });
  // Anybody can sign up with a colleague's address; only its owner can verify it.
  if (role !== null && account.email !== undefined && !account.emailVerified)
    throw new Refusal('wrong_status', { status: 'email_unverified' });
  await atomically({
    read: (reader) => readDecisions(reader, order),
    decide: (found) => decideRole(order, { ...found, had: roleOf(account) }),
    write: (writer, decided) => {
      if (decided === null) return;
      writeAction(writer, decided.record);
      writer.set(collections.roleDecisions.doc(uid), decided.decision);
    },
  });
  return followDecision(uid);
}

/**
 * Makes the claim what the latest decision says, not what some request said: one that is repeated late, or is
 * overtaken by another, gives back no role that was taken meanwhile. Auth has no transactions, so it looks again
 * afterwards, and only then the decision counts as followed.
 */
async function followDecision(uid: string): Promise<AdminRole | null> {
  for (;;) {
    const decision = await load(collections.roleDecisions.doc(uid));
    if (!decision) return null;
    await setRole(uid, decision.role);
    if (await closeDecision(uid, decision)) return decision.role;
  }
}

/** Nothing is left to do about it, unless there is a later one. */
async function closeDecision(uid: string, { record }: Pick<RoleDecision, 'record'>): Promise<boolean> {
  const { same } = await atomically({
    read: (reader) => reader.get({ now: collections.roleDecisions.doc(uid) }),
    decide: ({ now }) => ({ now, same: now?.record === record }),
    write: (writer, { now, same }) => {
      if (now && same) writer.set(collections.roleDecisions.doc(uid), { ...now, dueAt: null });
    },
  });
  return same;
}

/** Decisions whose function died before the claim followed them, or while an older one was under way. */
export const sweepRoles = (at: number): Promise<Swept> =>
  sweep(claimLags(at), async (uid) => {
    const decision = await load(collections.roleDecisions.doc(uid));
    try {
      await followDecision(uid);
    } catch (error) {
      // The account is gone, or full: no later look would find it otherwise.
      if (!(error instanceof Refusal) || !decision) throw error;
      logger.error('a role cannot be set', { uid, reason: error.reason, record: decision.record });
      await closeDecision(uid, decision);
    }
  });
