import type { z } from 'zod';
import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { deriveId, hashInput } from '../platform/derive.ts';
import { find, load } from '../platform/firestore.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import type { Caller, Handlers } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Adjustment } from './adjustment.ts';
import { adjustmentsContract, type AdjustmentView } from './adjustments.contract.ts';
import {
  approveAdjustment,
  makeAdjustment,
  rejectAdjustment,
  reverseEntry,
  sweepAdjustments,
} from './adjustments.operations.ts';
import { adjustmentsIn } from './adjustments.store.ts';

const by = ({ uid, role, ip }: Caller, reason: string, at: number) => ({
  actor: { uid, role: role ?? '', ip, reason },
  at,
});

/** Both ways to ask share their request ids: one that corrects cannot reverse. */
const idOf = ({ uid }: Caller, requestId: string) => deriveId('adjustment', uid, requestId);

const handlers: Handlers<typeof adjustmentsContract> = {
  request: async ({ requestId, ...asked }, caller, at) => {
    const id = idOf(caller, requestId);
    const { uid, amount: money, direction, corrects, reason } = asked;
    const wish = { id, uid, ...money, direction, corrects, requestHash: hashInput(asked) };
    return view(id, await makeAdjustment(wish, by(caller, reason, at)));
  },
  reverse: async ({ requestId, ...asked }, caller, at) => {
    const id = idOf(caller, requestId);
    const { entry, reason } = asked;
    return view(id, await reverseEntry({ id, entry, requestHash: hashInput(asked) }, by(caller, reason, at)));
  },
  approve: async ({ adjustment: id, reason }, caller, at) =>
    view(id, await approveAdjustment(id, by(caller, reason, at))),
  reject: async ({ adjustment: id, reason }, caller, at) =>
    view(id, await rejectAdjustment(id, by(caller, reason, at))),
  get: async ({ adjustment: id }) => {
    const adjustment = await load(collections.adjustments.doc(id));
    if (!adjustment) throw new Refusal('not_found', { what: 'adjustment', id });
    return view(id, adjustment);
  },
  list: async (filter) => {
    const page = await find(adjustmentsIn(filter));
    const last = page.length === filter.limit ? page.at(-1) : undefined;
    return { adjustments: page.map(({ id, doc }) => view(id, doc)), next: last?.id ?? null };
  },
};

const view = (id: string, adjustment: Adjustment): z.input<typeof AdjustmentView> => ({
  id,
  kind: adjustment.kind,
  status: adjustment.status,
  uid: adjustment.uid,
  direction: adjustment.direction,
  amount: { amount: adjustment.amount, currency: adjustment.currency },
  corrects: adjustment.corrects,
  reason: adjustment.reason,
  by: adjustment.by,
  requestedAt: adjustment.requestedAt,
  entry: adjustment.status === 'posted' ? adjustment.entry : null,
  owed: adjustment.status === 'posted' ? adjustment.owed : 0,
  why: adjustment.status === 'rejected' ? adjustment.why : null,
  closedBy: adjustment.status === 'waiting' ? null : adjustment.closedBy,
  closedAt: adjustment.status === 'waiting' ? null : adjustment.closedAt,
});

export const adjustments = {
  ...serveCalls('adjustments', adjustmentsContract, handlers),
  changed: serveWritten('adjustments', (id) => deliverNews(collections.adjustments.doc(id))),
  sweep: serveSchedule('*/30 * * * *', async (at) => {
    await sweepAdjustments(at);
    await sweepNews(collections.adjustments);
  }),
};
