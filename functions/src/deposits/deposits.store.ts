import { collections } from '../collections.ts';
import type { Query, Reader } from '../platform/store.ts';
import { splitId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Deposit } from './deposit.ts';

/** Whose it is: the id says it. */
export function ownerOf(id: string): string {
  const parts = splitId(id, 2);
  if (!parts) throw new Refusal('not_found', { what: 'deposit', id });
  return parts[1]!;
}

/** @param referenceId the reference as the bank has it, hashed */
export const readToVerify = (reader: Reader, id: string, referenceId: string) =>
  reader.get({
    deposit: collections.deposits.doc(id),
    wallet: collections.wallets.doc(ownerOf(id)),
    reference: collections.depositReferences.doc(referenceId),
  });

export const readDeposit = (reader: Reader, id: string) =>
  reader.get({ deposit: collections.deposits.doc(id) });

type Page = { readonly limit: number; readonly after?: string | undefined };

/** For finance, oldest first. Index: status, submittedAt. */
export const depositsIn = (status: Deposit['status'], { limit, after }: Page): Query<Deposit> => ({
  collection: collections.deposits,
  where: [['status', '==', status]],
  orderBy: [['submittedAt', 'asc']],
  limit,
  ...(after !== undefined && { after }),
});

export const dueDeposits = (at: number): Query<Deposit> => ({
  collection: collections.deposits,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});
