import { z } from 'zod';
import { adminRoles, call } from '../shared/call.ts';
import { ReasonText, RequestId, Uid } from '../shared/schema.ts';

/** The role that somebody has from their next token on. */
const RoleView = z.object({ uid: Uid, role: z.enum(adminRoles).nullable() });

const order = { requestId: RequestId, uid: Uid, reason: ReasonText };
const example = { requestId: 'role-2026-0001', uid: 'ann' };

export const adminContract = {
  grant: call({
    summary: 'Gives somebody a role, in place of any they had. It holds from their next token on.',
    audience: 'superadmin',
    input: z.strictObject({ ...order, role: z.enum(adminRoles) }),
    output: RoleView,
    refusals: ['own_request', 'not_found', 'wrong_status', 'request_id_reused'],
    guard: 'account',
    limit: '10/min',
    bounds: 'never one’s own; one role a person; not to a disabled account or an address nobody verified',
    example: {
      input: { ...example, role: 'finance', reason: 'Joins the payouts team.' },
      output: { uid: 'ann', role: 'finance' },
    },
  }),
  revoke: call({
    summary:
      'Takes somebody’s role away: at once where money moves, elsewhere within the hour of their token.',
    audience: 'superadmin',
    input: z.strictObject(order),
    output: RoleView,
    refusals: ['own_request', 'not_found', 'wrong_status', 'request_id_reused'],
    guard: 'account',
    limit: '10/min',
    bounds: 'never one’s own',
    example: {
      input: { ...example, reason: 'Left the payouts team.' },
      output: { uid: 'ann', role: null },
    },
  }),
} as const;
