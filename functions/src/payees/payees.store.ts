import { collections } from '../collections.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { AdminAction } from '../oversight/action.ts';
import type { Query, Reader, Writer } from '../platform/store.ts';
import type { Payee } from './payee.ts';

export const readPayee = (reader: Reader, uid: string) => reader.get({ payee: collections.payees.doc(uid) });

/** The payee where it changed, and whoever used power. */
export function writePayee(
  writer: Writer,
  uid: string,
  written: { readonly payee: Payee | null; readonly action: AdminAction | null },
): void {
  if (written.payee) writer.set(collections.payees.doc(uid), written.payee);
  if (written.action) writeAction(writer, written.action);
}

export const duePayees = (at: number): Query<Payee> => ({
  collection: collections.payees,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});

/** Everybody with something to look at, the most urgent first: only they have a deadline. */
export const payeesToReview = (page: { limit: number; after?: string | undefined }): Query<Payee> => ({
  collection: collections.payees,
  where: [['dueAt', '>', 0]],
  orderBy: [['dueAt', 'asc']],
  limit: page.limit,
  ...(page.after !== undefined && { after: page.after }),
});

/** Whose connected account this is: of one that the provider no longer shows, nothing else says so. */
export const payeesWith = (account: string): Query<Payee> => ({
  collection: collections.payees,
  where: [['connected.account', '==', account]],
  limit: 1,
});

/** Whose connected account the provider is to be asked about. */
export const payeesToAsk = (at: number): Query<Payee> => ({
  collection: collections.payees,
  where: [['askAt', '<=', at]],
  orderBy: [['askAt', 'asc']],
});
