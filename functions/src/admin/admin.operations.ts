import { writeAction } from '../oversight/action.store.ts';
import type { AdminAction } from '../oversight/action.ts';
import { accountOf, roleOf, setRole } from '../platform/accounts.ts';
import { atomically, find } from '../platform/firestore.ts';
import type { AdminRole } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import { lastAbout, readAction } from './admin.store.ts';
import { mustBeAnother, recordRole, roleAfter, type RoleOrder } from './roles.ts';

/**
 * Records who gives or takes which role, and only then does it, so that no power is ever there without its
 * record. Dying between the two leaves a record and no power; the same request again finishes it.
 * @returns the role that the person has now: another one, when somebody decided otherwise since this request
 * @throws Refusal `own_request`; `not_found` when there is no such account; `wrong_status` when it is disabled
 *   and would be given a role, or has no room for one; `request_id_reused`.
 */
export async function changeRole(order: RoleOrder): Promise<AdminRole | null> {
  mustBeAnother(order);
  const { id, uid, role } = order;
  const [account, last] = await Promise.all([accountOf(uid), findLast(uid)]);
  if (!account) throw new Refusal('not_found', { what: 'user', uid });
  if (account.disabled && role !== null) throw new Refusal('wrong_status', { status: 'disabled' });
  await atomically({
    read: (reader) => readAction(reader, id),
    decide: ({ mine }) => recordRole(order, { had: roleOf(account), mine, last }),
    write: (writer, record) => {
      if (record) writeAction(writer, record);
    },
  });
  return settle(uid);
}

const findLast = async (uid: string): Promise<AdminAction | null> =>
  (await find(lastAbout(uid)))[0]?.doc ?? null;

/**
 * Makes the claim what the latest record says, not what this request said: a request that is repeated late, or
 * is overtaken by another, gives back no role that was taken meanwhile. Auth has no transactions, so it looks
 * again afterwards.
 */
async function settle(uid: string): Promise<AdminRole | null> {
  for (let last = await findLast(uid); ;) {
    const role = last ? roleAfter(last) : null;
    await setRole(uid, role);
    const now = await findLast(uid);
    if (now?.id === last?.id) return role;
    last = now;
  }
}
