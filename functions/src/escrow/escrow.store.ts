import type { Clearance } from '../clearance/clearance.ts';
import { collections } from '../collections.ts';
import type { Posting } from '../ledger/ledger.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { AdminAction } from '../oversight/action.ts';
import type { Query, Reader, Writer } from '../platform/store.ts';
import { splitId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import { lockCause } from '../jobs/job.ts';
import { escrowId, type Escrow } from './escrow.ts';

/** For a lock: the job, the caller's wallet, and whether the job's money was locked before. */
export const readForLock = (reader: Reader, job: string, payer: string) =>
  reader.get({
    job: collections.jobs.doc(job),
    wallet: collections.wallets.doc(payer),
    before: collections.journal.doc(lockCause(job)),
  });

/** The escrow and both parties' wallets in one batch: the id says whose they are. */
export function readForSettlement(reader: Reader, id: string) {
  const [, payer, payee] = partsOf(id);
  return reader.get({
    escrow: collections.escrows.doc(id),
    payer: collections.wallets.doc(payer),
    payee: collections.wallets.doc(payee),
  });
}

/** A release pays only the payee, so the payer's wallet is not even read. */
export async function readForRelease(reader: Reader, id: string) {
  const [, , payee] = partsOf(id);
  const found = await reader.get({
    escrow: collections.escrows.doc(id),
    payee: collections.wallets.doc(payee),
  });
  return { ...found, payer: null };
}

/** A refund pays only the payer. */
export async function readForRefund(reader: Reader, id: string) {
  const [, payer] = partsOf(id);
  const found = await reader.get({
    escrow: collections.escrows.doc(id),
    payer: collections.wallets.doc(payer),
  });
  return { ...found, payee: null };
}

export const readEscrow = (reader: Reader, id: string) => reader.get({ escrow: collections.escrows.doc(id) });

/** @throws Refusal `not_found` unless the id itself names this person: nobody makes us read strangers' wallets. */
export function mustName(id: string, uid: string): void {
  if (!partsOf(id).slice(1).includes(uid)) throw new Refusal('not_found', { what: 'escrow' });
}

function partsOf(id: string): [string, string, string] {
  const parts = splitId(id, 3);
  if (!parts) throw new Refusal('not_found', { what: 'escrow' });
  return parts as [string, string, string];
}

export type Written = {
  readonly escrow: Escrow;
  readonly posting: Posting | null;
  readonly action: AdminAction | null;
  readonly clearance?: Clearance | null;
};

/** Replaces the escrow, and with it whatever moved and whoever used power. */
export function writeEscrow(writer: Writer, { escrow, posting, action, clearance }: Written): void {
  const id = escrowId(escrow);
  writer.set(collections.escrows.doc(id), escrow);
  if (clearance) writer.create(collections.clearances.doc(id), clearance);
  if (posting) writePosting(writer, posting);
  if (action) writeAction(writer, action);
}

export function createEscrow(writer: Writer, escrow: Escrow, posting: Posting): void {
  writer.create(collections.escrows.doc(escrowId(escrow)), escrow);
  writePosting(writer, posting);
}

/** What the sweep looks for: everything whose time has come, oldest first. */
export const dueEscrows = (at: number): Query<Escrow> => ({
  collection: collections.escrows,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
  limit: 100,
});
