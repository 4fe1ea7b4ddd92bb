import { learningPlants } from './learning.plants.ts';

/** The classic bugs, each as an edit of the product's source while it is loaded; nothing of them is in it. */
export type Plant = { readonly file: string; readonly find: string; readonly put: string };

export const plants: Readonly<Record<string, readonly Plant[]>> = {
  ...learningPlants,
  /** A repeated call makes another thing. */
  'no-idempotency-key': [
    {
      file: 'platform/derive.ts',
      find: 'JSON.stringify([kind, uid, requestId])',
      put: 'JSON.stringify([kind, uid, requestId, Math.random()])',
    },
  ],
  /** The provider is asked again under no key, and nobody looks whether it has done it. */
  'no-key-at-provider': [
    {
      file: 'psp/stripe.refunds.gateway.ts',
      find: '{ idempotencyKey: `refund:${refund}` }',
      put: '{}',
    },
    {
      file: 'psp/stripe.refunds.gateway.ts',
      find: 'if (one.metadata?.refund === refund) return refundOf(one);',
      put: 'if (one.metadata?.refund === "none") return refundOf(one);',
    },
  ],
  'status-read-outside': [
    {
      file: 'escrow/escrow.operations.ts',
      find: 'const { escrow } = await atomically({\n    read: (reader) => readEscrow(reader, id),\n    decide: ({ escrow: before }) =>',
      put: 'const before = await load(collections.escrows.doc(id));\n  const { escrow } = await atomically({\n    read: (reader) => readEscrow(reader, id),\n    decide: () =>',
    },
  ],
  'fee-twice': [
    {
      file: 'escrow/fees.ts',
      find: 'const toPayee = minor(gross - fee);',
      put: 'const toPayee = minor(gross - fee - feeOf(minor(gross - fee), policy.payeeFeeBps));',
    },
  ],
  'missing-refund': [
    {
      file: 'withdrawals/withdrawals.store.ts',
      find: 'if (posting) writePosting(writer, posting);\n  if (payee) writer.set(collections.payees.doc(withdrawal.uid), payee);\n  if (reference)',
      put: "if (posting && withdrawal.status !== 'cancelled') writePosting(writer, posting);\n  if (payee) writer.set(collections.payees.doc(withdrawal.uid), payee);\n  if (reference)",
    },
  ],
  'task-without-due-time': [
    {
      file: 'escrow/settlement.ts',
      find: 'if (order.at < from.releaseAt) throw',
      put: 'if (order.at < 0) throw',
    },
    {
      file: 'escrow/settlement.ts',
      find: "if (closing === 'timer' && (from.dueAt === null || order.at < from.dueAt))",
      put: "if (closing === 'timer' && from.dueAt === null)",
    },
    {
      file: 'escrow/settlement.ts',
      find: 'if (from.dueAt === null || at < from.dueAt) throw',
      put: 'if (from.dueAt === null) throw',
    },
    {
      file: 'escrow/settlement.ts',
      find: 'return at < from.releaseAt ? { escrow: remindPayer(from, at), posting: null } : release(books, order);',
      put: 'return release(books, order);',
    },
  ],
  'told-before-commit': [
    {
      file: 'withdrawals/withdrawals.operations.ts',
      find: 'export async function makeWithdrawal(order: WithdrawalOrder): Promise<Withdrawal> {',
      put: "import { createOnce } from '../platform/firestore.ts';\nexport async function makeWithdrawal(order: WithdrawalOrder): Promise<Withdrawal> {\n  await createOnce(collections.notices(order.uid).doc(`withdrawal.${order.id}.1.requested.0`), { kind: 'withdrawal-requested', text: '', facts: {}, about: `withdrawals/${order.id}`, at: order.at, readAt: null });",
    },
  ],
  'two-step-withdrawal': [
    {
      file: 'withdrawals/withdrawals.store.ts',
      find: '  writer.create(collections.withdrawals.doc(id), withdrawal);\n',
      put: '',
    },
    {
      file: 'withdrawals/withdrawals.operations.ts',
      find: 'decide: (books) => requestWithdrawal(books, order),\n    write: (writer, moved) => {\n      if (moved.posting) createWithdrawal(writer, order.id, moved);\n    },\n  });',
      put: 'decide: (books) => requestWithdrawal(books, order),\n    write: (writer, moved) => {\n      if (moved.posting) createWithdrawal(writer, order.id, moved);\n    },\n  });\n  await (await import("../platform/firestore.ts")).createOnce(collections.withdrawals.doc(order.id), withdrawal);',
    },
  ],
  'amount-not-compared': [
    {
      file: 'purchases/payment.ts',
      find: "return report.amount === purchase.price ? null : 'amount';",
      put: 'return null;',
    },
  ],
  'split-the-wrong-way': [
    {
      file: 'escrow/settlement.ts',
      find: "'split', 'admin', resolution.percent, order",
      put: "'split', 'admin', 100 - resolution.percent, order",
    },
  ],
  'same-admin': [
    {
      file: 'withdrawals/decisions.ts',
      find: 'if (approvedBy === by && needsSecondAdmin(',
      put: "if (approvedBy === '' && needsSecondAdmin(",
    },
    {
      file: 'adjustments/adjust.ts',
      find: 'if (adjustment.by === by) throw',
      put: "if (adjustment.by === '') throw",
    },
  ],
  'timer-pays-disputed': [
    {
      file: 'escrow/settlement.ts',
      find: 'return { escrow: escalate(from, at), posting: null };',
      put: "return close(from, books, 'released', 'timer', 100, order);",
    },
  ],
  /** Beyond what is free nobody asks for the fee. */
  'revision-unpaid': [
    {
      file: 'bookings/working.ts',
      find: '  if (fee > 0) {\n    const escrow',
      put: '  if (fee > 1e9) {\n    const escrow',
    },
  ],
  /** Whoever has done less gets more. */
  'cancellation-shared-the-wrong-way': [
    {
      file: 'bookings/sharing.ts',
      find: 'return progress < 50 ? 25 : 75;',
      put: 'return progress < 50 ? 75 : 25;',
    },
  ],
  /** Who fails keeps what the policy of cancellations leaves. */
  'failure-keeps-credits': [
    {
      file: 'generations/outcome.ts',
      find: 'const back = found.generation.price;',
      put: 'const { back } = returned(found.generation.price, found.generation.policy.cancelBps);',
    },
  ],
  /** A success that comes after the end is one. */
  'second-life': [
    {
      file: 'generations/outcome.ts',
      find: 'if (!isOpen(generation)) return afterwards(id, generation, report, at);',
      put: "if (!isOpen(generation)) return report.outcome === 'succeeded' ? still(moveTo(generation, { status: 'completed', task: report.task, resultUrl: report.resultUrl }, { news: [], dueAt: null })) : still(generation);",
    },
  ],
  'clears-early': [
    {
      file: 'clearance/clearance.ts',
      find: 'const availableAt = at + hours * HOUR;',
      put: 'const availableAt = at + hours * 60_000;',
    },
  ],
};
