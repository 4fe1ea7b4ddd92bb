import { brakeRef } from '../brake/brake.store.ts';
import { collections } from '../collections.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { AdminAction } from '../oversight/action.ts';
import type { Operator, Query, Reader, Writer } from '../platform/store.ts';
import { splitId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Paid } from './decisions.ts';
import type { Moved } from './request.ts';
import type { Withdrawal } from './withdrawal.ts';

/** Whose it is: the id says it. */
export function ownerOf(id: string): string {
  const parts = splitId(id, 2);
  if (!parts) throw new Refusal('not_found', { what: 'withdrawal', id });
  return parts[1]!;
}

/**
 * For a request, for an approval (a frozen wallet is not paid from, nor an account that is not ready paid to), and for
 * all that gives the money back: three documents in one batch.
 */
export async function readTogether(reader: Reader, id: string) {
  const uid = ownerOf(id);
  const found = await reader.get({
    withdrawal: collections.withdrawals.doc(id),
    wallet: collections.wallets.doc(uid),
    payee: collections.payees.doc(uid),
  });
  return { id, ...found };
}

/** The same, and whether anything may leave at all. */
export async function readToApprove(reader: Reader, id: string) {
  const uid = ownerOf(id);
  const found = await reader.get({
    withdrawal: collections.withdrawals.doc(id),
    wallet: collections.wallets.doc(uid),
    payee: collections.payees.doc(uid),
    brake: brakeRef,
  });
  return { id, ...found };
}

/** A payment gives nothing back, so the limits stay; whether its reference was used before is read instead. */
export async function readForPayment(reader: Reader, id: string, referenceId: string) {
  const found = await reader.get({
    withdrawal: collections.withdrawals.doc(id),
    wallet: collections.wallets.doc(ownerOf(id)),
    reference: collections.paymentReferences.doc(referenceId),
  });
  return { id, payee: null, ...found };
}

export async function readWithdrawal(reader: Reader, id: string) {
  const found = await reader.get({ withdrawal: collections.withdrawals.doc(id) });
  return { id, wallet: null, payee: null, ...found };
}

/** Before the provider is asked: what is set aside for it as well. */
export async function readReserved(reader: Reader, id: string) {
  return reader.get({
    withdrawal: collections.withdrawals.doc(id),
    wallet: collections.wallets.doc(ownerOf(id)),
  });
}

/** A new withdrawal, the reservation, and what now counts against the limits. */
export function createWithdrawal(writer: Writer, id: string, { withdrawal, posting, payee }: Moved): void {
  writer.create(collections.withdrawals.doc(id), withdrawal);
  if (posting) writePosting(writer, posting);
  if (payee) writer.set(collections.payees.doc(withdrawal.uid), payee);
}

export type Written = Moved &
  Partial<Pick<Paid, 'reference'>> & {
    readonly id: string;
    readonly referenceId: string;
    readonly action: AdminAction | null;
  };

/** The withdrawal as it is now, and with it whatever moved and whoever used power: one commit. */
export function writeWithdrawal(writer: Writer, written: Written): void {
  const { id, withdrawal, posting, payee, reference, referenceId, action } = written;
  writer.set(collections.withdrawals.doc(id), withdrawal);
  if (posting) writePosting(writer, posting);
  if (payee) writer.set(collections.payees.doc(withdrawal.uid), payee);
  if (reference) writer.create(collections.paymentReferences.doc(referenceId), reference);
  if (action) writeAction(writer, action);
}

/** A step of a payout in which no money moves. */
export function writeStep(writer: Writer, id: string, withdrawal: Withdrawal): void {
  writer.set(collections.withdrawals.doc(id), withdrawal);
}

export const recordAction = (writer: Writer, action: AdminAction): void => writeAction(writer, action);

type Page = { readonly limit: number; readonly after?: string | undefined };
type Status = Withdrawal['status'];
const cursor = ({ limit, after }: Page) => ({ limit, ...(after !== undefined && { after }) });

/** Somebody's own, newest first. Index: uid, requestedAt desc; uid, status, requestedAt desc. */
export function withdrawalsOf(
  uid: string,
  page: Page & { readonly status?: Status | undefined },
): Query<Withdrawal> {
  const where: [string, Operator, unknown][] = [['uid', '==', uid]];
  if (page.status !== undefined) where.push(['status', '==', page.status]);
  return {
    collection: collections.withdrawals,
    where,
    orderBy: [['requestedAt', 'desc']],
    ...cursor(page),
  };
}

/** For finance, oldest first. Index: status, requestedAt. */
export const withdrawalsIn = (status: Status, page: Page): Query<Withdrawal> => ({
  collection: collections.withdrawals,
  where: [['status', '==', status]],
  orderBy: [['requestedAt', 'asc']],
  ...cursor(page),
});

export const dueWithdrawals = (at: number): Query<Withdrawal> => ({
  collection: collections.withdrawals,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});
