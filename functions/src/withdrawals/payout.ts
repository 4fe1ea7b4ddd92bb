import type { EventResult } from '../psp/event.ts';
import type { PayoutReport, TransferReport } from '../psp/ports.ts';
import { Refusal } from '../shared/refusal.ts';
import { bounce, endWithdrawal, type Books } from './ending.ts';
import {
  begun,
  isFailed,
  isReversed,
  nextAsk,
  patience,
  recheckAt,
  reversing,
  withIds,
  type Truth,
} from './payout.steps.ts';
import type { Moved } from './request.ts';
import { told } from './withdrawal.texts.ts';
import {
  isPaidByProvider,
  isProcessing,
  isQuietlyPaid,
  isUnderWay,
  moveTo,
  type PaidByProvider,
  type Payout,
  type Processing,
  type Withdrawal,
} from './withdrawal.ts';

/**
 * A withdrawal on its way through the provider. Its transfer is what our books go by: while it stands the money is
 * reserved or paid, and only when the whole of it was taken back, or was never made, the owner has it again.
 */

export type Settled = Moved & {
  readonly result: EventResult;
  /** For the log: what a person has to look at. */
  readonly problem: string | null;
};

const nothing = (withdrawal: Withdrawal, result: EventResult = 'nothing'): Settled => ({
  ...{ withdrawal, posting: null, payee: null },
  ...{ result, problem: null },
});
const settled = (moved: Moved): Settled => ({ ...moved, result: 'settled', problem: null });

/**
 * Does what the provider says. Nothing depends on when it was asked: what is known to have come back stays so, and
 * an older answer finds nothing to do.
 * @throws Refusal `not_found`.
 */
export function settlePayout(books: Books, truth: Truth, at: number): Settled {
  const withdrawal = found(books);
  if (isProcessing(withdrawal)) return settleProcessing(books, withdrawal, truth, at);
  if (isPaidByProvider(withdrawal)) return settlePaid(books, withdrawal, truth, at);
  const { transfer } = truth;
  if (transfer === null || isReversed(transfer)) return nothing(withdrawal);
  // It left our balance, and no withdrawal of ours says so.
  return { ...nothing(withdrawal, 'review'), problem: `transfer_while_${withdrawal.status}` };
}

function settleProcessing(books: Books, withdrawal: Processing, truth: Truth, at: number): Settled {
  const { payout: before } = withdrawal;
  const problem = problemOf(withdrawal, truth);
  if (problem !== null) return stopped(books.id, withdrawal, problem, at);
  const payout = withIds(before, truth);
  if (truth.transfer && isReversed(truth.transfer))
    return returned(books, { ...withdrawal, payout }, payout.why ?? 'transfer_reversed', at);
  const { step } = before;
  // Once it is taken back nothing but that is waited for.
  if (step === 'reversal') return nothing(withdrawal);
  switch (truth.payout?.status) {
    case 'failed':
    case 'cancelled':
      return next(withdrawal, reversing(payout, truth.payout, at), at);
    case 'paid':
      return paid(books, { ...withdrawal, payout }, at);
    case 'pending':
      return step === 'sent'
        ? cleared(withdrawal)
        : next(withdrawal, { ...payout, ...begun('sent', at) }, at);
    case undefined:
      return step === 'transfer' && truth.transfer
        ? next(withdrawal, { ...payout, ...begun('payout', at) }, at)
        : cleared(withdrawal);
  }
}

/** What was paid may come back days later (https://docs.stripe.com/payouts#payout-failures). */
function settlePaid(books: Books, withdrawal: PaidByProvider, truth: Truth, at: number): Settled {
  const { payout: before, approvedBy, approvedAt, secondBy, closedAt, closedBy } = withdrawal;
  const problem = problemOf(withdrawal, truth);
  if (problem !== null) return { ...nothing(withdrawal, 'review'), problem };
  if (truth.transfer && isReversed(truth.transfer))
    return settled(bounce(books, withdrawal, before.why ?? 'transfer_reversed', at));
  if (before.step === 'reversal') return nothing(withdrawal);
  if (!isFailed(truth.payout)) return nothing(askedAbout(withdrawal, at));
  const payout = reversing(before, truth.payout, at);
  const state = { status: 'paid', approvedBy, approvedAt, secondBy, closedAt, closedBy, payout } as const;
  const more = { news: withdrawal.news, dueAt: nextAsk(payout, at) };
  return settled({ withdrawal: moveTo(withdrawal, state, more), posting: null, payee: null });
}

/** It is paid as before: it comes up on its next day, or never. Nobody hears of that. */
function askedAbout(withdrawal: PaidByProvider, at: number): Withdrawal {
  const dueAt = recheckAt(withdrawal.closedAt, at);
  return dueAt === withdrawal.dueAt ? withdrawal : { ...withdrawal, dueAt, version: withdrawal.version + 1 };
}

/**
 * The provider's definite no to one step. No transfer, and the money goes back; no payout, and the transfer is
 * taken back first. What is not taken back waits for a person. An answer to a question that was asked again since
 * (`version`) says nothing any more.
 * @throws Refusal `not_found`.
 */
export function refusePayout(books: Books, version: number, why: string, at: number): Settled {
  const withdrawal = found(books);
  if (!isUnderWay(withdrawal) || withdrawal.version !== version) return nothing(withdrawal);
  if (!isProcessing(withdrawal)) return { ...nothing(withdrawal, 'review'), problem: `reversal_${why}` };
  const { payout } = withdrawal;
  switch (payout.step) {
    case 'transfer':
      return returned(books, withdrawal, why, at);
    case 'payout':
      return next(withdrawal, { ...payout, why, ...begun('reversal', at) }, at);
    case 'sent':
    case 'reversal':
      return stopped(books.id, withdrawal, `${payout.step}_${why}`, at);
  }
}

/** One that waits too long comes up again a day later. Unchanged while it is not due. */
export function escalatePayout(id: string, withdrawal: Withdrawal, at: number): Withdrawal {
  if (!isUnderWay(withdrawal) || isQuietlyPaid(withdrawal)) return withdrawal;
  if (at < withdrawal.payout.escalateAt) return withdrawal;
  const payout = { ...withdrawal.payout, escalateAt: at + patience.escalate };
  const { version, dueAt } = withdrawal;
  // Its owner was told that it was paid: what comes of that is not known yet.
  if (!isProcessing(withdrawal)) return { ...withdrawal, payout, version: version + 1 };
  const state = { ...stateOf(withdrawal), overdue: withdrawal.overdue + 1, payout };
  return moveTo(withdrawal, state, { ...told(id, withdrawal, 'overdue', at), dueAt });
}

function found({ id, withdrawal }: Books): Withdrawal {
  if (!withdrawal) throw new Refusal('not_found', { what: 'withdrawal', id });
  return withdrawal;
}

/** Whatever is not exactly what was asked for. */
function problemOf(
  { amount, currency, destination, payout: known }: Processing | PaidByProvider,
  { transfer, payout }: Truth,
): string | null {
  const fits = (one: TransferReport | PayoutReport) => one.amount === amount && one.currency === currency;
  if (transfer) {
    const same = (known.transfer ?? transfer.transfer) === transfer.transfer;
    const there = destination.kind === 'connected' && transfer.account === destination.account;
    if (!same || !fits(transfer) || !there) return 'transfer_differs';
    const comesBack = known.step === 'reversal' || isFailed(payout);
    if (transfer.reversed > 0 && !isReversed(transfer) && !comesBack) return 'transfer_partly_reversed';
  }
  if (payout) {
    const same = (known.payout ?? payout.payout) === payout.payout;
    if (!same || !fits(payout)) return 'payout_differs';
    if (transfer === null && known.transfer === null) return 'transfer_missing';
  }
  return null;
}

const stateOf = ({ status, overdue, approvedBy, approvedAt, secondBy, payout }: Processing) => ({
  ...{ status, overdue, approvedBy, approvedAt, secondBy, payout },
});

const next = (withdrawal: Processing, payout: Payout, at: number): Settled =>
  settled({
    withdrawal: moveTo(
      withdrawal,
      { ...stateOf(withdrawal), payout },
      { news: withdrawal.news, dueAt: nextAsk(payout, at) },
    ),
    posting: null,
    payee: null,
  });

/** What had been wrong is so no longer. */
const cleared = (withdrawal: Processing): Settled =>
  nothing(
    withdrawal.payout.problem === null
      ? withdrawal
      : {
          ...withdrawal,
          payout: { ...withdrawal.payout, problem: null },
          version: withdrawal.version + 1,
        },
  );

/** Nothing moves; a person looks, and its owner hears that it takes longer, once. */
function stopped(id: string, withdrawal: Processing, problem: string, at: number): Settled {
  if (withdrawal.payout.problem === problem) return { ...nothing(withdrawal, 'review'), problem };
  const payout = { ...withdrawal.payout, problem, escalateAt: at + patience.escalate };
  const state = { ...stateOf(withdrawal), overdue: withdrawal.overdue + 1, payout };
  const news = told(id, withdrawal, 'overdue', at);
  const after = moveTo(withdrawal, state, { ...news, dueAt: nextAsk(payout, at) });
  return { ...nothing(after, 'review'), problem };
}

const by = { closedBy: 'psp:stripe' } as const;

function paid(books: Books, withdrawal: Processing, at: number): Settled {
  const { approvedBy, approvedAt, secondBy } = withdrawal;
  const payout = { ...withdrawal.payout, ...begun('sent', at) };
  const state = { status: 'paid', approvedBy, approvedAt, secondBy, payout, closedAt: at, ...by } as const;
  return settled(endWithdrawal(books, withdrawal, state));
}

function returned(books: Books, withdrawal: Processing, why: string, at: number): Settled {
  const payout = { ...withdrawal.payout, problem: null, why };
  const state = { status: 'failed', reason: why, payout, paidAt: null, closedAt: at, ...by } as const;
  return settled(endWithdrawal(books, withdrawal, state));
}
