import type { z } from 'zod';
import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { deriveId, hashInput } from '../platform/derive.ts';
import { load } from '../platform/firestore.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import { pspSecrets as secrets, refundGateways } from '../psp/providers.gateway.ts';
import type { Handlers } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import { legsOf } from './plan.ts';
import type { Refund } from './refund.ts';
import { refundsContract, type RefundView } from './refunds.contract.ts';
import { decideRefund, makeRefund, previewRefund } from './refunds.operations.ts';
import { sweepRefunds } from './returning.operations.ts';

const handlers: Handlers<typeof refundsContract> = {
  preview: async ({ target, amount = null }, _, at) => {
    const { plan, fingerprint } = await previewRefund(refundGateways(), target, amount, at);
    return {
      amount: plan.amount,
      currency: plan.currency,
      remaining: plan.remaining,
      legs: legsOf(plan).map((one) => ({ account: one.account, amount: one.amount })),
      owed: [...plan.owed],
      plan: fingerprint,
    };
  },
  create: async ({ requestId, plan, reason, ...asked }, caller, at) => {
    const id = deriveId('refund', caller.uid, requestId);
    const { target, amount = null } = asked;
    const actor = { uid: caller.uid, role: caller.role ?? '', ip: caller.ip, reason };
    const requestHash = hashInput({ ...asked, plan });
    const wish = { id, target, amount, fingerprint: plan, actor, requestHash, at };
    return view(id, await makeRefund(refundGateways(), wish));
  },
  get: async ({ refund: id }) => {
    const refund = await load(collections.refunds.doc(id));
    if (!refund) throw new Refusal('not_found', { what: 'refund', id });
    return view(id, refund);
  },
  resolve: async ({ refund: id, decision, reason }, caller, at) => {
    const actor = { uid: caller.uid, role: caller.role ?? '', ip: caller.ip, reason };
    return view(id, await decideRefund(id, decision, actor, at));
  },
};

const view = (id: string, refund: Refund): z.input<typeof RefundView> => ({
  id,
  target: refund.target,
  uid: refund.uid,
  status: refund.status,
  amount: refund.amount,
  currency: refund.currency,
  provider: refund.provider,
  why: refund.status === 'failed' || refund.status === 'review' ? refund.why : null,
  requestedAt: refund.requestedAt,
});

export const refunds = {
  ...serveCalls('refunds', refundsContract, handlers, { secrets }),
  changed: serveWritten('refunds', (id) => deliverNews(collections.refunds.doc(id))),
  sweep: serveSchedule(
    '*/5 * * * *',
    async (at) => {
      await sweepRefunds(refundGateways(), at);
      await sweepNews(collections.refunds);
    },
    { secrets },
  ),
};
