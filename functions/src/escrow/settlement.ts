import { newClearance, type Clearance } from '../clearance/clearance.ts';
import { escrowOf, walletOf } from '../ledger/chart.ts';
import { leg, type EntryKind, type JournalEntry } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { lockCause } from '../jobs/job.ts';
import { negate } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import {
  escrowId,
  isClosed,
  moveTo,
  type ClosedState,
  type Closing,
  type Escrow,
  type OpenEscrow,
} from './escrow.ts';
import { divide } from './fees.ts';
import { sharesOf } from './shares.ts';
import {
  escalate,
  mustNotBeContested,
  open,
  openDispute,
  remindPayer,
  resume,
  partyIn,
  wrongStatus,
  type Side,
} from './progress.ts';
import { told } from './texts.ts';

/** Everything that moves an escrow's money: into it once, out of it once. */

/** What a decision comes to: the escrow as it will be, the move, and what still has to clear, if there is any. */
export type Settled = {
  readonly escrow: Escrow;
  readonly posting: Posting | null;
  readonly clearance?: Clearance | null;
};

/** Who acts: a person by their token, an admin by their role, or the timer. */
export type Order = { readonly by: 'person' | 'admin' | 'timer'; readonly uid: string; readonly at: number };

/** The escrow and the wallets that it may touch, as they were read; a wallet that was never used is null. */
export type EscrowBooks = {
  readonly escrow: Escrow | null;
  readonly payer: Wallet | null;
  readonly payee: Wallet | null;
};

/**
 * Locks the payer's money: available → escrow. One for each job, whoever is the payee.
 * @throws Refusal `insufficient_funds`, `wallet_frozen`.
 */
export function lock(escrow: Escrow, payer: Wallet | null): { escrow: Escrow; posting: Posting } {
  const { currency, held, lockedAt } = escrow;
  const id = escrowId(escrow);
  const entry: JournalEntry = {
    id: lockCause(escrow.job),
    kind: 'escrow-lock',
    legs: [
      leg(walletOf(escrow.payer, 'available'), currency, negate(held), 'spent'),
      leg(escrowOf(id), currency, held),
    ],
    at: lockedAt,
    by: escrow.payer,
    reference: `escrows/${id}`,
  };
  const posting = post(entry, { wallets: { [escrow.payer]: payer }, escrows: { [id]: escrow.balance } });
  return {
    escrow: { ...escrow, ...told(escrow, 'locked', lockedAt), balance: posting.escrows[id]! },
    posting,
  };
}

/**
 * Pays the payee: the payer or an admin at any time before it is disputed, the timer when it is due (D7).
 * Releasing what was released changes nothing.
 * @throws Refusal `not_yours` to the payee, `wrong_status`, `not_due`.
 */
export function release(books: EscrowBooks, order: Order): Settled {
  const { escrow, closing } = actorIn(books.escrow, order);
  if (closing === 'payee') throw new Refusal('not_yours', { side: closing });
  if (escrow.status === 'released') return unchanged(escrow);
  const from = open(escrow);
  if (from.status === 'disputed') throw wrongStatus(from);
  if (order.by === 'timer') {
    if (from.status !== 'submitted') throw wrongStatus(from);
    if (order.at < from.releaseAt) throw new Refusal('not_due', { dueAt: from.releaseAt });
  }
  return close(from, books, 'released', closing, 100, order);
}

/**
 * Gives everything back to the payer: the payer before work was submitted, the payee or an admin until it is
 * disputed, the timer when work never came (D5). Refunding what was refunded changes nothing.
 * @throws Refusal `wrong_status`, `not_due`.
 */
export function refund(books: EscrowBooks, order: Order): Settled {
  const { escrow, closing } = actorIn(books.escrow, order);
  if (escrow.status === 'refunded') return unchanged(escrow);
  const from = open(escrow);
  if (from.status === 'disputed') throw wrongStatus(from);
  if ((closing === 'payer' || closing === 'timer') && from.status !== 'held') throw wrongStatus(from);
  if (closing === 'timer' && (from.dueAt === null || order.at < from.dueAt))
    throw new Refusal('not_due', { dueAt: from.dueAt });
  return close(from, books, 'refunded', closing, 0, order);
}

export type Resolution =
  | { readonly kind: 'release' }
  | { readonly kind: 'refund' }
  | { readonly kind: 'split'; readonly percent: number }
  | { readonly kind: 'warning'; readonly to: Side };

/**
 * An admin ends a dispute. The same resolution twice is one; another one is refused.
 * @throws Refusal `wrong_status` when nothing is disputed, `own_request` when the admin is a party.
 */
export function resolve(books: EscrowBooks, resolution: Resolution, order: Order): Settled {
  const { escrow } = books;
  if (escrow === null) throw new Refusal('not_found', { what: 'escrow' });
  if (escrow.parties.includes(order.uid)) throw new Refusal('own_request');
  if (isClosed(escrow) && sameEnd(escrow, resolution)) return unchanged(escrow);
  if (escrow.status !== 'disputed') throw wrongStatus(escrow);
  mustNotBeContested(escrow);
  switch (resolution.kind) {
    case 'release':
      return close(escrow, books, 'released', 'admin', 100, order);
    case 'refund':
      return close(escrow, books, 'refunded', 'admin', 0, order);
    case 'split':
      return close(escrow, books, 'split', 'admin', resolution.percent, order);
    case 'warning':
      return { escrow: resume(escrow, resolution.to, order.at), posting: null };
  }
}

/**
 * What the timer does with an escrow that came due: the same operations as the buttons.
 * @throws Refusal `not_due`, `wrong_status`: the task or the sweep came too early or too late.
 */
export function onDue(books: EscrowBooks, at: number): Settled {
  const order: Order = { by: 'timer', uid: 'system', at };
  const { escrow } = books;
  if (escrow === null) throw new Refusal('not_found', { what: 'escrow' });
  const from = open(escrow);
  if (from.dueAt === null || at < from.dueAt) throw new Refusal('not_due', { dueAt: from.dueAt });
  switch (from.status) {
    case 'held':
      return refund(books, order);
    case 'submitted':
      return at < from.releaseAt ? { escrow: remindPayer(from, at), posting: null } : release(books, order);
    case 'revision': {
      const complaint = {
        uid: 'system',
        reason: 'no_answer',
        statement: 'No changes were handed in.',
        at,
      } as const;
      return { escrow: openDispute(from, complaint), posting: null };
    }
    case 'disputed':
      return { escrow: escalate(from, at), posting: null };
  }
}

const unchanged = (escrow: Escrow): Settled => ({ escrow, posting: null });

/** Who closes it, as the escrow knows them. @throws Refusal `not_found` for a stranger, `own_request`. */
function actorIn(escrow: Escrow | null, order: Order): { escrow: Escrow; closing: Closing } {
  if (order.by === 'person') {
    const party = partyIn(escrow, order.uid);
    return { escrow: party.escrow, closing: party.side };
  }
  if (escrow === null) throw new Refusal('not_found', { what: 'escrow' });
  // An admin's power is for other people's money.
  if (order.by === 'admin' && escrow.parties.includes(order.uid)) throw new Refusal('own_request');
  return { escrow, closing: order.by };
}

const endOf = { release: ['released', 100], refund: ['refunded', 0] } as const;

function sameEnd(escrow: Escrow & ClosedState, resolution: Resolution): boolean {
  if (escrow.closedBy !== 'admin' || resolution.kind === 'warning') return false;
  const [status, percent] =
    resolution.kind === 'split' ? (['split', resolution.percent] as const) : endOf[resolution.kind];
  return escrow.status === status && divide(escrow, percent).toPayee === escrow.outcome.toPayee;
}

const kinds = {
  released: 'escrow-release',
  refunded: 'escrow-refund',
  split: 'escrow-split',
} as const satisfies Record<ClosedState['status'], EntryKind>;

/**
 * Ends an escrow that something larger leads, as was decided there: `percent` of its price is the payee’s.
 * @throws Refusal `wrong_status` when it has ended, `chargeback_open`.
 */
export function endKept(
  books: EscrowBooks & { readonly escrow: Escrow },
  percent: number,
  closedBy: Closing,
  order: Pick<Order, 'uid' | 'at'>,
): Settled {
  const status = percent === 100 ? 'released' : percent === 0 ? 'refunded' : 'split';
  return close(open(books.escrow), books, status, closedBy, percent, order);
}

/** The one way out: the whole of what is held leaves in one entry, in three parts that re-add (I5). */
function close(
  escrow: OpenEscrow,
  books: EscrowBooks,
  status: ClosedState['status'],
  closedBy: Closing,
  percent: number,
  order: Pick<Order, 'uid' | 'at'>,
): Settled {
  const id = escrowId(escrow);
  const { payer, payee, currency, balance } = escrow;
  const outcome = divide(escrow, percent);
  const entry: JournalEntry = {
    id: `escrow:${id}:end`,
    kind: kinds[status],
    legs: [leg(escrowOf(id), currency, negate(balance)), ...sharesOf(escrow, outcome, books)],
    at: order.at,
    by: order.uid,
    reference: `escrows/${id}`,
  };
  const wallets = { [payee]: books.payee, [payer]: books.payer };
  const posting = post(entry, { wallets, escrows: { [id]: balance } });
  const closed = moveTo(
    escrow,
    { status, outcome, closedAt: order.at, closedBy },
    { ...told(escrow, status, order.at, outcome), dueAt: null, balance: posting.escrows[id]! },
  );
  const { clearanceHours } = escrow.policy;
  const earned = { uid: payee, currency, amount: outcome.toPayee, reference: `escrows/${id}` };
  const clears = clearanceHours > 0 && outcome.toPayee > 0;
  return {
    escrow: closed,
    posting,
    clearance: clears ? newClearance(earned, order.at, clearanceHours) : null,
  };
}
