import { mustNotBeFunding, mustNotBeKept, type Job } from '../jobs/job.ts';
import { quiet } from '../notifications/notice.ts';
import { zero } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import {
  isClosed,
  moveTo,
  type DisputeReason,
  type Escrow,
  type OpenEscrow,
  type WorkingState,
} from './escrow.ts';
import { nothingMoved, quote, type FeePolicy } from './fees.ts';
import { told } from './texts.ts';

/** What happens between the lock and the end of an escrow: nothing here moves money. */

export const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;

/** How long each state may last before somebody has to act (I12). */
export const deadlines = {
  /** Work that is never submitted: the payer gets the money back. */
  held: 90 * DAY,
  /** Changes that never come: an admin decides. */
  revision: 30 * DAY,
  /** The target for a dispute; passed, it is escalated every day. */
  dispute: 48 * HOUR,
  escalation: 24 * HOUR,
  /** So long before the timer pays, the payer is reminded. */
  reminder: 24 * HOUR,
} as const;

export type Side = 'payer' | 'payee';

/** @throws Refusal `not_found` for a stranger: who is no party learns nothing. */
export function partyIn(escrow: Escrow | null, uid: string): { escrow: Escrow; side: Side } {
  if (escrow?.payer === uid) return { escrow, side: 'payer' };
  if (escrow?.payee === uid) return { escrow, side: 'payee' };
  throw new Refusal('not_found', { what: 'escrow' });
}

export const wrongStatus = (escrow: Escrow): Refusal =>
  new Refusal('wrong_status', { status: escrow.status });

/** @throws Refusal `wrong_status` in a terminal state (I7); `chargeback_open`. */
export function open(escrow: Escrow): OpenEscrow {
  if (isClosed(escrow)) throw wrongStatus(escrow);
  mustNotBeContested(escrow);
  return escrow;
}

/** @throws Refusal `chargeback_open`: until the banks have decided, its money may not be the platform's to give. */
export function mustNotBeContested({ contested: [chargeback] }: Escrow): void {
  if (chargeback !== undefined) throw new Refusal('chargeback_open', { chargeback });
}

/**
 * The escrow that a lock makes, its price and parties taken from the job (W2-23).
 * @throws Refusal `not_found`, `job_not_assigned`, `wrong_status`, `self_payment`, `payment_open`, `kept_elsewhere`.
 */
export function newEscrow(
  job: Job | null,
  order: {
    readonly id: string;
    readonly by: string;
    readonly at: number;
    readonly policy: FeePolicy;
    /** Who leads the job, where that is who locks it. */
    readonly keeper?: string;
  },
): Escrow {
  if (job?.payer !== order.by) throw new Refusal('not_found', { what: 'job', id: order.id });
  if (job.keeper !== order.keeper) mustNotBeKept(job);
  if (job.status === 'open') throw new Refusal('job_not_assigned', { job: order.id });
  if (job.status === 'cancelled') throw new Refusal('wrong_status', { status: job.status });
  if (job.payee === job.payer) throw new Refusal('self_payment');
  mustNotBeFunding(job);
  const { payer, payee, title, price, keeper } = job;
  const { id, policy, at } = order;
  const of = { job: id, title, payer, payee, ...(keeper !== undefined && { keeper }) };
  const agreed = { ...of, currency: price.currency, price: price.amount, policy };
  return heldEscrow({ ...agreed, ...quote(price.amount, policy) }, at);
}

type Agreed = Pick<
  Escrow,
  'job' | 'title' | 'payer' | 'payee' | 'currency' | 'price' | 'payerFee' | 'held' | 'policy' | 'keeper'
>;

/** An escrow as it begins; it holds nothing until the ledger says what it holds. */
export const heldEscrow = (agreed: Agreed, at: number): Escrow => ({
  ...agreed,
  parties: [agreed.payer, agreed.payee],
  balance: zero,
  refunded: zero,
  takenBack: nothingMoved,
  contested: [],
  lockedAt: at,
  version: 1,
  dueAt: agreed.keeper === undefined ? at + deadlines.held : null,
  ...quiet,
  status: 'held',
});

/**
 * The payee hands in the work: the timer starts, again after a revision (D4). The same note again, after a lost
 * answer, is the same submission. @throws Refusal `not_yours`, `wrong_status`.
 */
export function submit(found: Escrow | null, order: { uid: string; note: string; at: number }): Escrow {
  const { escrow, side } = partyIn(found, order.uid);
  if (side !== 'payee') throw new Refusal('not_yours', { side });
  const from = open(escrow);
  if (from.status === 'submitted' && from.note === order.note) return from;
  if (from.status !== 'held' && from.status !== 'revision') throw wrongStatus(from);
  const releaseAt = order.at + from.policy.releaseHours * HOUR;
  return moveTo(
    from,
    { status: 'submitted', submittedAt: order.at, note: order.note, releaseAt, reminded: false },
    { dueAt: reminderBefore(releaseAt, order.at), ...told(from, 'submitted', order.at) },
  );
}

export const reminderBefore = (releaseAt: number, at: number): number =>
  releaseAt - deadlines.reminder > at ? releaseAt - deadlines.reminder : releaseAt;

/** The payer asks for changes: the timer stops. @throws Refusal `not_yours`, `wrong_status`. */
export function revise(found: Escrow | null, order: { uid: string; wish: string; at: number }): Escrow {
  const { escrow, side } = partyIn(found, order.uid);
  if (side !== 'payer') throw new Refusal('not_yours', { side });
  const from = open(escrow);
  if (from.status === 'revision' && from.wish === order.wish) return from;
  if (from.status !== 'submitted') throw wrongStatus(from);
  return moveTo(
    from,
    { status: 'revision', askedAt: order.at, wish: order.wish },
    { dueAt: order.at + deadlines.revision, ...told(from, 'revision', order.at) },
  );
}

type Complaint = {
  readonly uid: string;
  readonly reason: DisputeReason;
  readonly statement: string;
  readonly at: number;
};

/** Either party disputes: nothing moves until an admin resolves it (F20). @throws Refusal `wrong_status`. */
export function dispute(found: Escrow | null, order: Complaint): Escrow {
  const { escrow } = partyIn(found, order.uid);
  return isSameDispute(escrow, order) ? escrow : openDispute(escrow, order);
}

/** The complaint that is open already, sent again after a lost answer. */
const isSameDispute = (escrow: Escrow, { uid, reason, statement }: Complaint): boolean =>
  escrow.status === 'disputed' &&
  escrow.openedBy === uid &&
  escrow.reason === reason &&
  escrow.statement === statement;

export function openDispute(escrow: Escrow, { uid, reason, statement, at }: Complaint): Escrow {
  const from = open(escrow);
  if (from.status === 'disputed') throw wrongStatus(from);
  return moveTo(
    from,
    {
      status: 'disputed',
      openedAt: at,
      openedBy: uid,
      reason,
      statement,
      beforeDispute: stateOf(from),
      overdue: 0,
    },
    { dueAt: at + deadlines.dispute, ...told(from, 'disputed', at) },
  );
}

/** Only the fields of the state itself, to come back to. */
function stateOf(escrow: Escrow & WorkingState): WorkingState {
  switch (escrow.status) {
    case 'held':
      return { status: 'held' };
    case 'submitted': {
      const { status, submittedAt, note, releaseAt, reminded } = escrow;
      return { status, submittedAt, note, releaseAt, reminded };
    }
    case 'revision': {
      const { status, askedAt, wish } = escrow;
      return { status, askedAt, wish };
    }
  }
}

/** A dispute that ends with a warning: no money moves, the work goes on, its clocks start again. */
export function resume(escrow: Escrow, warned: Side, at: number): Escrow {
  if (escrow.status !== 'disputed') throw wrongStatus(escrow);
  const news = told(escrow, warned === 'payer' ? 'payer-warned' : 'payee-warned', at);
  const { beforeDispute: back } = escrow;
  if (back.status !== 'submitted')
    return moveTo(escrow, back, { dueAt: at + deadlines[back.status], ...news });
  const releaseAt = at + escrow.policy.releaseHours * HOUR;
  return moveTo(
    escrow,
    { ...back, releaseAt, reminded: false },
    { dueAt: reminderBefore(releaseAt, at), ...news },
  );
}

/** The payer is told that the timer will pay, once per submission. */
export function remindPayer(escrow: Escrow, at: number): Escrow {
  if (escrow.status !== 'submitted') throw wrongStatus(escrow);
  const { status, submittedAt, note, releaseAt } = escrow;
  return moveTo(
    escrow,
    { status, submittedAt, note, releaseAt, reminded: true },
    { dueAt: releaseAt, ...told(escrow, 'reminder', at) },
  );
}

/** A dispute that nobody resolved in time: both parties hear that it is late, and it comes up again. */
export function escalate(escrow: Escrow, at: number): Escrow {
  if (escrow.status !== 'disputed') throw wrongStatus(escrow);
  const { status, openedAt, openedBy, reason, statement, beforeDispute, overdue } = escrow;
  return moveTo(
    escrow,
    { status, openedAt, openedBy, reason, statement, beforeDispute, overdue: overdue + 1 },
    { dueAt: at + deadlines.escalation, ...told(escrow, 'overdue', at) },
  );
}
