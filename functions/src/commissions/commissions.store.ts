import type { Clearance } from '../clearance/clearance.ts';
import { collections } from '../collections.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import type { CardPayment } from '../payments/funding.ts';
import type { Query, Reader, Writer } from '../platform/store.ts';
import { commissionId, type Commission, type CommissionStatus } from './commission.ts';
import type { CommissionTable } from './rates.ts';
import type { Settled } from './commissioning.ts';

/** What is looked at now. Index: dueAt. */
export const dueCommissions = (at: number): Query<Commission> => ({
  collection: collections.commissions,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});

export type CommissionFilter = {
  readonly status?: CommissionStatus | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
};

/** What somebody earned, newest first. Index: uid, at desc; uid, status, at desc. */
export const commissionsOf = (
  uid: string,
  { status, limit, after }: CommissionFilter,
): Query<Commission> => ({
  collection: collections.commissions,
  where: [['uid', '==', uid], ...(status ? [['status', '==', status] as const] : [])],
  orderBy: [['at', 'desc']],
  limit,
  ...(after !== undefined && { after }),
});

/** The table that held at a time; none where none was defined before. Index: at desc. */
export const tableAt = (at: number): Query<CommissionTable> => ({
  collection: collections.commissionTables,
  where: [['at', '<=', at]],
  orderBy: [['at', 'desc']],
  limit: 1,
});

/** Enough to know somebody’s cards by. */
const MOST_PAID = 5;

/** What somebody paid with a card lately. Index: payer, createdAt desc. */
export const paidBy = (uid: string): Query<CardPayment> => ({
  collection: collections.payments,
  where: [['payer', '==', uid]],
  orderBy: [['createdAt', 'desc']],
  limit: MOST_PAID,
});

/** All that a commission may touch, and what it follows, in one batch. Who earns it never changes. */
export const readCommission = (reader: Reader, id: string, order: string, uid: string) =>
  reader.get({
    order: collections.orders.doc(order),
    commission: collections.commissions.doc(id),
    wallet: collections.wallets.doc(uid),
    clearance: collections.clearances.doc(id),
  });

export function writeSettled(
  writer: Writer,
  { commission, clearance, posting }: Settled,
  before: { readonly commission: Commission | null; readonly clearance: Clearance | null },
): void {
  const id = commissionId(commission);
  const ref = collections.commissions.doc(id);
  if (before.commission) writer.set(ref, commission);
  else writer.create(ref, commission);
  if (clearance && clearance !== before.clearance) writer.set(collections.clearances.doc(id), clearance);
  if (posting) writePosting(writer, posting);
}
