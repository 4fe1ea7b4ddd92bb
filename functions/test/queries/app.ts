import { adjustmentsIn } from '../../src/adjustments/adjustments.store.ts';
import { alertsIn } from '../../src/alerts/alerts.store.ts';
import { bookingsIn } from '../../src/bookings/bookings.store.ts';
import { certificatesOf } from '../../src/certificates/certificates.store.ts';
import { collections } from '../../src/collections.ts';
import { depositsIn } from '../../src/deposits/deposits.store.ts';
import { generationsOf } from '../../src/generations/generations.store.ts';
import { invoicesOf } from '../../src/invoices/invoices.store.ts';
import { progressBy } from '../../src/learning/learning.store.ts';
import { linesIn, runsUpTo } from '../../src/payruns/payruns.store.ts';
import type { Query } from '../../src/platform/store.ts';
import type { AdminRole } from '../../src/shared/call.ts';
import { pageOfEntries } from '../../src/wallet/wallet.store.ts';
import { withdrawalsIn, withdrawalsOf } from '../../src/withdrawals/withdrawals.store.ts';

/**
 * The queries that apps may make and listen to, with the web or mobile SDK: the rules allow them and an index
 * answers them, and both are tested from this list. Any other filter or order needs a line here first.
 */
export type AppQuery = {
  readonly about: string;
  /** A person about themselves, or an admin. */
  readonly who: 'person' | AdminRole;
  readonly query: (uid: string) => Query<unknown>;
};

const page = { limit: 20 };

export const appQueries: readonly AppQuery[] = [
  // A person about what is theirs.
  {
    about: 'what happened to my wallet, newest first',
    who: 'person',
    query: (uid) => pageOfEntries(uid, page),
  },
  {
    about: 'one kind of it',
    who: 'person',
    query: (uid) => pageOfEntries(uid, { ...page, kind: 'purchase' }),
  },
  {
    about: 'my notices, newest first',
    who: 'person',
    query: (uid) => ({ collection: collections.notices(uid), orderBy: [['at', 'desc']], ...page }),
  },
  {
    about: 'those I have not read',
    who: 'person',
    query: (uid) => ({
      collection: collections.notices(uid),
      where: [['readAt', '==', null]],
      orderBy: [['at', 'desc']],
      ...page,
    }),
  },
  {
    about: 'how many those are (counted, or listened to without an order)',
    who: 'person',
    query: (uid) => ({ collection: collections.notices(uid), where: [['readAt', '==', null]] }),
  },
  {
    about: 'my purchases, newest first',
    who: 'person',
    query: (uid) => ({
      collection: collections.purchases,
      where: [['uid', '==', uid]],
      orderBy: [['createdAt', 'desc']],
      ...page,
    }),
  },
  {
    about: 'my purchases in one state',
    who: 'person',
    query: (uid) => ({
      collection: collections.purchases,
      where: [
        ['uid', '==', uid],
        ['status', '==', 'review'],
      ],
      orderBy: [['createdAt', 'desc']],
      ...page,
    }),
  },
  {
    about: 'my escrows on either side, newest first',
    who: 'person',
    query: (uid) => ({
      collection: collections.escrows,
      where: [['parties', 'array-contains', uid]],
      orderBy: [['lockedAt', 'desc']],
      ...page,
    }),
  },
  {
    about: 'my escrows in one state',
    who: 'person',
    query: (uid) => ({
      collection: collections.escrows,
      where: [
        ['parties', 'array-contains', uid],
        ['status', '==', 'held'],
      ],
      orderBy: [['lockedAt', 'desc']],
      ...page,
    }),
  },
  {
    about: 'my bookings on either side, newest first',
    who: 'person',
    query: (uid) => ({
      collection: collections.bookings,
      where: [['parties', 'array-contains', uid]],
      orderBy: [['createdAt', 'desc']],
      ...page,
    }),
  },
  {
    about: 'what I bought of the platform, newest first',
    who: 'person',
    query: (uid) => ({
      collection: collections.sales,
      where: [['uid', '==', uid]],
      orderBy: [['createdAt', 'desc']],
      ...page,
    }),
  },
  {
    about: 'my certificates, newest first',
    who: 'person',
    query: (uid) => certificatesOf(uid, page),
  },
  {
    about: 'how far I am in what I learn',
    who: 'person',
    query: (uid) => ({ ...progressBy(uid), ...page }),
  },
  {
    about: 'my orders of packages and courses, newest first',
    who: 'person',
    query: (uid) => ({
      collection: collections.orders,
      where: [['uid', '==', uid]],
      orderBy: [['createdAt', 'desc']],
      ...page,
    }),
  },
  {
    about: 'the courses that I bought, newest first',
    who: 'person',
    query: (uid) => ({
      collection: collections.enrolments,
      where: [['uid', '==', uid]],
      orderBy: [['sinceAt', 'desc']],
      ...page,
    }),
  },
  {
    about: 'my transfers to the bank, newest first',
    who: 'person',
    query: (uid) => ({
      collection: collections.deposits,
      where: [['uid', '==', uid]],
      orderBy: [['submittedAt', 'desc']],
      ...page,
    }),
  },
  {
    about: 'jobs that I offer, newest first',
    who: 'person',
    query: (uid) => ({
      collection: collections.jobs,
      where: [['payer', '==', uid]],
      orderBy: [['createdAt', 'desc']],
      ...page,
    }),
  },
  {
    about: 'jobs that I was chosen for, newest first',
    who: 'person',
    query: (uid) => ({
      collection: collections.jobs,
      where: [['payee', '==', uid]],
      orderBy: [['createdAt', 'desc']],
      ...page,
    }),
  },
  {
    about: 'my card payments, newest first',
    who: 'person',
    query: (uid) => ({
      collection: collections.payments,
      where: [['payer', '==', uid]],
      orderBy: [['createdAt', 'desc']],
      ...page,
    }),
  },
  {
    about: 'my money that clears, latest first',
    who: 'person',
    query: (uid) => ({
      collection: collections.clearances,
      where: [['uid', '==', uid]],
      orderBy: [['availableAt', 'desc']],
      ...page,
    }),
  },
  { about: 'my withdrawals, newest first', who: 'person', query: (uid) => withdrawalsOf(uid, page) },
  {
    about: 'my withdrawals in one state',
    who: 'person',
    query: (uid) => withdrawalsOf(uid, { ...page, status: 'requested' }),
  },
  {
    about: 'what each weekly run came to for me, newest first',
    who: 'person',
    query: (uid) => ({
      collection: collections.payrunLines,
      where: [['uid', '==', uid]],
      orderBy: [['at', 'desc']],
      ...page,
    }),
  },
  {
    about: 'credits that I was given, what ends first at first',
    who: 'person',
    query: (uid) => ({
      collection: collections.lots,
      where: [['uid', '==', uid]],
      orderBy: [['expiresAt', 'asc']],
      ...page,
    }),
  },
  { about: 'my generations, newest first', who: 'person', query: (uid) => generationsOf(uid, page) },
  {
    about: 'those of which credits came back',
    who: 'person',
    query: (uid) => generationsOf(uid, { ...page, refunded: true }),
  },
  { about: 'my invoices, newest first', who: 'person', query: (uid) => invoicesOf(uid, page) },
  {
    about: 'my invoices of one kind',
    who: 'person',
    query: (uid) => invoicesOf(uid, { ...page, kind: 'fee' }),
  },

  // Support.
  {
    about: 'open disputes, oldest first',
    who: 'support',
    query: () => ({
      collection: collections.escrows,
      where: [['status', '==', 'disputed']],
      orderBy: [['openedAt', 'asc']],
      ...page,
    }),
  },

  // Finance.
  {
    about: 'bookings that wait for support, the most urgent first',
    who: 'support',
    query: () => bookingsIn('disputed', page),
  },
  {
    about: 'transfers that finance looks for, oldest first',
    who: 'finance',
    query: () => depositsIn('waiting', page),
  },
  {
    about: 'withdrawals in one state, oldest first',
    who: 'finance',
    query: () => withdrawalsIn('requested', page),
  },
  {
    about: 'withdrawals in one state, largest first',
    who: 'finance',
    query: () => ({
      collection: collections.withdrawals,
      where: [['status', '==', 'requested']],
      orderBy: [['amount', 'desc']],
      ...page,
    }),
  },
  { about: 'weekly runs, newest first', who: 'finance', query: () => runsUpTo(page) },
  {
    about: 'what a weekly run came to, for one outcome',
    who: 'finance',
    query: () => linesIn('2026-W01-INR', { ...page, outcome: 'requested' }),
  },
  {
    about: 'purchases under review, oldest first',
    who: 'finance',
    query: () => ({
      collection: collections.purchases,
      where: [['status', '==', 'review']],
      orderBy: [['reviewAt', 'asc']],
      ...page,
    }),
  },
  {
    about: 'card payments under review, oldest first',
    who: 'finance',
    query: () => ({
      collection: collections.payments,
      where: [['status', '==', 'review']],
      orderBy: [['reviewAt', 'asc']],
      ...page,
    }),
  },
  {
    about: 'refunds in one state, newest first',
    who: 'finance',
    query: () => ({
      collection: collections.refunds,
      where: [['status', '==', 'review']],
      orderBy: [['requestedAt', 'desc']],
      ...page,
    }),
  },
  {
    about: 'refunds of one payment, newest first',
    who: 'finance',
    query: () => ({
      collection: collections.refunds,
      where: [['target', '==', 'payments/job~ann']],
      orderBy: [['requestedAt', 'desc']],
      ...page,
    }),
  },
  {
    about: 'chargebacks in one state, newest first',
    who: 'finance',
    query: () => ({
      collection: collections.chargebacks,
      where: [['status', '==', 'open']],
      orderBy: [['openedAt', 'desc']],
      ...page,
    }),
  },
  {
    about: 'payment events of one outcome, newest first',
    who: 'finance',
    query: () => ({
      collection: collections.pspEvents,
      where: [['result', '==', 'double_payment']],
      orderBy: [['receivedAt', 'desc']],
      ...page,
    }),
  },
  {
    about: 'the journal of one document',
    who: 'finance',
    query: () => ({ collection: collections.journal, where: [['reference', '==', 'purchases/p1']] }),
  },
  {
    about: 'frozen wallets',
    who: 'finance',
    query: () => ({ collection: collections.wallets, where: [['frozen', '==', true]], ...page }),
  },
  {
    about: 'corrections that wait for a second admin, newest first',
    who: 'finance',
    query: () => adjustmentsIn({ ...page, status: 'waiting' }),
  },
  { about: 'alerts, newest first', who: 'finance', query: () => alertsIn(undefined, page) },
  { about: 'open alerts, newest first', who: 'finance', query: () => alertsIn('open', page) },
  {
    about: 'admin actions, newest first',
    who: 'finance',
    query: () => ({ collection: collections.adminActions, orderBy: [['at', 'desc']], ...page }),
  },
  {
    about: 'admin actions on one document, newest first',
    who: 'finance',
    query: () => ({
      collection: collections.adminActions,
      where: [['target', '==', 'withdrawals/w1']],
      orderBy: [['at', 'desc']],
      ...page,
    }),
  },
  {
    about: 'admin actions of one admin, newest first',
    who: 'finance',
    query: () => ({
      collection: collections.adminActions,
      where: [['by', '==', 'the-finance']],
      orderBy: [['at', 'desc']],
      ...page,
    }),
  },
];
