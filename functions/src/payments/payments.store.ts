import { collections } from '../collections.ts';
import { escrowId } from '../escrow/escrow.ts';
import { lockCause } from '../jobs/job.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { AdminAction } from '../oversight/action.ts';
import type { Query, Reader, Writer } from '../platform/store.ts';
import { splitId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import type { BeginBooks, Begun } from './begin.ts';
import type { CardPayment } from './funding.ts';
import type { CollectBooks, Collected } from './unpaid.ts';

/** The job that is paid for, and who pays: the id says both. */
export function partsOf(id: string): { job: string; payer: string } {
  const parts = splitId(id, 2);
  if (!parts) throw new Refusal('not_found', { what: 'payment', id });
  return { job: parts[0]!, payer: parts[1]! };
}

/** For a beginning: five documents, by the id alone, in one batch. */
export async function readToBegin(reader: Reader, id: string): Promise<BeginBooks> {
  const { job, payer } = partsOf(id);
  const { lock, ...found } = await reader.get({
    payment: collections.payments.doc(id),
    job: collections.jobs.doc(job),
    wallet: collections.wallets.doc(payer),
    buyer: collections.buyers.doc(payer),
    lock: collections.journal.doc(lockCause(job)),
  });
  return { ...found, funded: lock !== null };
}

export function writeBegun(writer: Writer, id: string, { payment, job, buyer, posting }: Begun): void {
  if (job === null || buyer === null) return;
  writer.set(collections.payments.doc(id), payment);
  writer.set(collections.jobs.doc(payment.job), job);
  writer.set(collections.buyers.doc(payment.payer), buyer);
  if (posting) writePosting(writer, posting);
}

/** For what a provider says: whatever it is, these four are all that it can touch. */
export function readToCollect(reader: Reader, id: string): Promise<CollectBooks> {
  const { job, payer } = partsOf(id);
  return reader.get({
    payment: collections.payments.doc(id),
    job: collections.jobs.doc(job),
    wallet: collections.wallets.doc(payer),
    buyer: collections.buyers.doc(payer),
  });
}

/** The payment and all that came of it: one commit. */
export function writeCollected(
  writer: Writer,
  id: string,
  { payment, posting, escrow, job, buyer }: Collected,
  action: AdminAction | null = null,
): void {
  writer.set(collections.payments.doc(id), payment);
  if (escrow) writer.create(collections.escrows.doc(escrowId(escrow)), escrow);
  if (posting) writePosting(writer, posting);
  if (job) writer.set(collections.jobs.doc(payment.job), job);
  if (buyer) writer.set(collections.buyers.doc(payment.payer), buyer);
  if (action) writeAction(writer, action);
}

export const duePayments = (at: number): Query<CardPayment> => ({
  collection: collections.payments,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});
