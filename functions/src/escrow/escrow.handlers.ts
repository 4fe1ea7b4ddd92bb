import { z } from 'zod';
import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { load } from '../platform/firestore.ts';
import { feePolicy } from '../platform/params.ts';
import { holds, serveCalls, serveSchedule, serveTask, serveWritten } from '../platform/serve.ts';
import { remind } from '../platform/tasks.ts';
import type { Caller, Handlers } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import { escrowContract, EscrowId } from './escrow.contract.ts';
import { escrowId, isClosed, type Escrow } from './escrow.ts';
import { nothingMoved } from './fees.ts';
import {
  askForRevision,
  lockEscrow,
  openDispute,
  refundEscrow,
  releaseEscrow,
  resolveDispute,
  settleDue,
  submitWork,
  sweepEscrows,
  type By,
} from './escrow.operations.ts';

const handlers: Handlers<typeof escrowContract> = {
  lock: async ({ job }, caller, at) =>
    view(await lockEscrow(job, { uid: caller.uid, at, policy: feePolicy() })),
  submit: async ({ escrow, note }, { uid }, at) => view(await submitWork(escrow, { uid, note, at })),
  revise: async ({ escrow, wish }, { uid }, at) => view(await askForRevision(escrow, { uid, wish, at })),
  release: async ({ escrow, reason }, caller, at) =>
    view(await releaseEscrow(escrow, actor(caller, reason, at))),
  refund: async ({ escrow, reason }, caller, at) =>
    view(await refundEscrow(escrow, actor(caller, reason, at))),
  dispute: async ({ escrow, ...complaint }, { uid }, at) =>
    view(await openDispute(escrow, { ...complaint, uid, at })),
  resolve: async ({ escrow, resolution, reason }, caller, at) =>
    view(await resolveDispute(escrow, resolution, actor(caller, reason, at))),
};

/** Support acts as support only when it says why; without a reason it is a person like any other. */
function actor(caller: Caller, reason: string | undefined, at: number): By {
  const admin =
    reason !== undefined && holds(caller, 'support') && caller.role
      ? { uid: caller.uid, role: caller.role, ip: caller.ip, reason }
      : null;
  return { uid: caller.uid, admin, at };
}

const view = (escrow: Escrow): z.input<(typeof escrowContract)['lock']['output']> => ({
  id: escrowId(escrow),
  job: escrow.job,
  title: escrow.title,
  payer: escrow.payer,
  payee: escrow.payee,
  status: escrow.status,
  currency: escrow.currency,
  price: escrow.price,
  payerFee: escrow.payerFee,
  held: escrow.held,
  outcome: isClosed(escrow) ? escrow.outcome : nothingMoved,
  closedBy: isClosed(escrow) ? escrow.closedBy : null,
  lockedAt: escrow.lockedAt,
  releaseAt: escrow.status === 'submitted' ? escrow.releaseAt : null,
  dueAt: escrow.dueAt,
});

/** After each change: tell the parties what happened, and ask to be woken when the escrow is due. */
async function afterChange(id: string): Promise<void> {
  const escrow = await load(collections.escrows.doc(id));
  if (!escrow) return;
  if (escrow.news.length > 0) await deliverNews(collections.escrows.doc(id));
  if (escrow.dueAt !== null) await remind('escrow-due', { escrow: id }, escrow.dueAt);
}

/** The task: settles what is due. One that comes early asks to be woken again, which chains far dates. */
async function whenDue({ escrow }: { escrow: string }, at: number): Promise<void> {
  try {
    await settleDue(escrow, at);
  } catch (error) {
    const dueAt = error instanceof Refusal && error.reason === 'not_due' ? error.facts.dueAt : null;
    if (typeof dueAt !== 'number') throw error;
    await remind('escrow-due', { escrow }, dueAt, at);
  }
}

export const escrow = {
  ...serveCalls('escrow', escrowContract, handlers),
  changed: serveWritten('escrows', afterChange),
  due: serveTask(z.strictObject({ escrow: EscrowId }), whenDue),
  sweep: serveSchedule('*/5 * * * *', async (at) => {
    await sweepEscrows(at);
    await sweepNews(collections.escrows);
  }),
};
