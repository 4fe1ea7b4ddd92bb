import { deriveId } from '../platform/derive.ts';
import { serveCalls, serveSchedule } from '../platform/serve.ts';
import type { AdminRole, Caller, Handlers } from '../shared/call.ts';
import { adminContract } from './admin.contract.ts';
import { changeRole, sweepRoles } from './admin.operations.ts';

type Asked = { readonly requestId: string; readonly uid: string; readonly reason: string };

/** Both calls share their request ids: one that granted cannot revoke. */
async function change({ requestId, uid, reason }: Asked, role: AdminRole | null, caller: Caller, at: number) {
  const id = `role.${deriveId('role', caller.uid, requestId)}`;
  const actor = { uid: caller.uid, role: caller.role ?? '', ip: caller.ip, reason };
  return { uid, role: await changeRole({ id, uid, role, actor, at }) };
}

const handlers: Handlers<typeof adminContract> = {
  grant: ({ role, ...asked }, caller, at) => change(asked, role, caller, at),
  revoke: (asked, caller, at) => change(asked, null, caller, at),
};

export const admin = {
  ...serveCalls('admin', adminContract, handlers),
  sweep: serveSchedule('*/5 * * * *', sweepRoles),
};
