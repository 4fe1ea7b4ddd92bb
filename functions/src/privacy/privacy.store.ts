import type { Booking } from '../bookings/booking.ts';
import type { Chargeback } from '../chargebacks/chargeback.ts';
import { collections } from '../collections.ts';
import type { Deposit } from '../deposits/deposit.ts';
import type { Escrow } from '../escrow/escrow.ts';
import type { Job } from '../jobs/job.ts';
import type { InboxNotice } from '../notifications/notice.ts';
import type { CardPayment } from '../payments/funding.ts';
import type { Query, Reader, Writer } from '../platform/store.ts';
import type { Username } from '../profiles/username.ts';
import type { Purchase } from '../purchases/purchase.ts';
import type { Refund } from '../refunds/refund.ts';
import type { Begun, Erasure } from './erasure.ts';

/** All that is somebody's, newest first; each by an index that apps or finance use as well. */

export const jobsBy = (uid: string): Query<Job> => ({
  collection: collections.jobs,
  where: [['payer', '==', uid]],
  orderBy: [['createdAt', 'desc']],
});

export const jobsFor = (uid: string): Query<Job> => ({
  collection: collections.jobs,
  where: [['payee', '==', uid]],
  orderBy: [['createdAt', 'desc']],
});

export const escrowsOf = (uid: string): Query<Escrow> => ({
  collection: collections.escrows,
  where: [['parties', 'array-contains', uid]],
  orderBy: [['lockedAt', 'desc']],
});

export const paymentsOf = (uid: string): Query<CardPayment> => ({
  collection: collections.payments,
  where: [['payer', '==', uid]],
  orderBy: [['createdAt', 'desc']],
});

export const bookingsOf = (uid: string): Query<Booking> => ({
  collection: collections.bookings,
  where: [['parties', 'array-contains', uid]],
  orderBy: [['createdAt', 'desc']],
});

export const depositsOf = (uid: string): Query<Deposit> => ({
  collection: collections.deposits,
  where: [['uid', '==', uid]],
  orderBy: [['submittedAt', 'desc']],
});

/** The one in use and those given up lately. Index: uid, claimedAt desc. */
export const usernamesOf = (uid: string): Query<Username> => ({
  collection: collections.usernames,
  where: [['uid', '==', uid]],
  orderBy: [['claimedAt', 'desc']],
});

export const purchasesOf = (uid: string): Query<Purchase> => ({
  collection: collections.purchases,
  where: [['uid', '==', uid]],
  orderBy: [['createdAt', 'desc']],
});

/** As payer, or as somebody it was taken from. Index: parties, requestedAt desc. */
export const refundsOf = (uid: string): Query<Refund> => ({
  collection: collections.refunds,
  where: [['parties', 'array-contains', uid]],
  orderBy: [['requestedAt', 'desc']],
});

/** The same. Index: parties, openedAt desc. */
export const chargebacksOf = (uid: string): Query<Chargeback> => ({
  collection: collections.chargebacks,
  where: [['parties', 'array-contains', uid]],
  orderBy: [['openedAt', 'desc']],
});

export const noticesTo = (uid: string): Query<InboxNotice> => ({
  collection: collections.notices(uid),
  orderBy: [['at', 'desc']],
});

export const dueErasures = (at: number): Query<Erasure> => ({
  collection: collections.erasures,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});

export const readToErase = (reader: Reader, uid: string) =>
  reader.get({ erasure: collections.erasures.doc(uid), wallet: collections.wallets.doc(uid) });

/** The erasure, the wallet that nothing leaves any more, and who used power: one commit. */
export function writeBegun(writer: Writer, uid: string, { erasure, isNew, wallet, record }: Begun): void {
  if (!isNew) return;
  writer.set(collections.erasures.doc(uid), erasure);
  if (wallet) writer.set(collections.wallets.doc(uid), wallet);
  if (record) writer.create(collections.adminActions.doc(record.id), record);
}
