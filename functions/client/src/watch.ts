import type { Booking } from '../../src/bookings/booking.ts';
import type { Certificate } from '../../src/certificates/certificate.ts';
import type { Escrow } from '../../src/escrow/escrow.ts';
import type { Generation } from '../../src/generations/generation.ts';
import type { Progress } from '../../src/learning/watched.ts';
import { newWallet, type Wallet, type WalletEntry } from '../../src/ledger/wallet.ts';
import type { InboxNotice } from '../../src/notifications/notice.ts';
import type { Enrolment } from '../../src/orders/enrolment.ts';
import type { Member } from '../../src/orders/member.ts';
import type { Order } from '../../src/orders/ordered.ts';
import type { CardPayment } from '../../src/payments/funding.ts';
import type { Membership } from '../../src/plans/membership.ts';
import type { Sale } from '../../src/plans/sale.ts';
import type { Purchase } from '../../src/purchases/purchase.ts';
import type { Root } from '../../src/roots/root.ts';
import { fromStored } from '../../src/shared/stored.ts';
import type { Withdrawal } from '../../src/withdrawals/withdrawal.ts';

/**
 * What the app imported from `firebase/firestore` (or `@react-native-firebase/firestore`, whose functions have
 * the same names), and its `getFirestore(app)` as `db`.
 */
export type FirestoreFunctions = {
  readonly db: object;
  readonly doc: (db: never, path: string) => unknown;
  readonly collection: (db: never, path: string) => unknown;
  readonly query: (from: never, ...narrowed: never[]) => unknown;
  readonly where: (field: string, operator: '==' | 'array-contains', value: unknown) => unknown;
  readonly orderBy: (field: string, direction: 'desc') => unknown;
  readonly limit: (count: number) => unknown;
  readonly onSnapshot: (
    what: never,
    next: (snapshot: unknown) => void,
    error?: (error: unknown) => void,
  ) => () => void;
};

/** A document with its id. Times are milliseconds since 1970, amounts minor units. */
export type Found<T> = T & { readonly id: string };

export type WatchOptions = {
  /** Called once when reading is denied or fails for good; then nothing more comes. */
  readonly onError?: (error: unknown) => void;
};
export type ListOptions = WatchOptions & {
  /** How many, newest first where there is an order; 20 unless said. */
  readonly limit?: number;
};

/** Stops listening. */
export type Unsubscribe = () => void;

type WatchList<T, O = ListOptions> = (
  uid: string,
  show: (found: Found<T>[]) => void,
  options?: O,
) => Unsubscribe;

/** Live reads of what is the signed-in person's own: called at once, and again with each change. */
export type Watch = {
  /** Balances. A wallet that nothing was ever posted to is an empty one. */
  wallet(uid: string, show: (wallet: Wallet) => void, options?: WatchOptions): Unsubscribe;
  /** What happened to the wallet. */
  readonly entries: WatchList<WalletEntry>;
  /** Escrows on either side. */
  readonly escrows: WatchList<Escrow>;
  /** Bookings on either side. */
  readonly bookings: WatchList<Booking>;
  readonly purchases: WatchList<Purchase>;
  /** Card payments for jobs. */
  readonly payments: WatchList<CardPayment>;
  /** Work that credits pay for. */
  readonly generations: WatchList<Generation>;
  /** Which plan and badges they have; null while they never bought any. */
  membership(uid: string, show: (membership: Membership | null) => void, options?: WatchOptions): Unsubscribe;
  /** What they bought of plans and badges. */
  readonly sales: WatchList<Sale>;
  /** Which package of courses they have; null while they never bought one. */
  member(uid: string, show: (member: Member | null) => void, options?: WatchOptions): Unsubscribe;
  /** What they ordered of packages and courses. */
  readonly orders: WatchList<Order>;
  /** The single courses that they bought. */
  readonly enrolments: WatchList<Enrolment>;
  /** How far they are in each course, in no order. */
  readonly progress: WatchList<Progress>;
  readonly certificates: WatchList<Certificate>;
  readonly withdrawals: WatchList<Withdrawal>;
  readonly notices: WatchList<InboxNotice, ListOptions & { readonly unread?: boolean }>;
  /** The root of a UTC day, to hold its receipts against (`verifyReceipt`); null until the day is built. */
  root(day: string, show: (root: Root | null) => void, options?: WatchOptions): Unsubscribe;
};

type Narrowing = {
  readonly field: string;
  readonly operator: '==' | 'array-contains';
  readonly value: unknown;
};
type DocumentSnapshot = { readonly id: string; data(): object | undefined };
type QuerySnapshot = { readonly docs: readonly DocumentSnapshot[] };

export function watchOver(firestore: FirestoreFunctions): Watch {
  const { db, doc, collection, query, where, orderBy, limit, onSnapshot } = firestore;

  const list =
    <T, O extends ListOptions = ListOptions>(
      path: (uid: string) => string,
      newest: string | null,
      narrow: (uid: string, options: O) => readonly Narrowing[] = () => [],
    ): WatchList<T, O> =>
    (uid, show, options = {} as O) => {
      const filters = narrow(uid, options).map(({ field, operator, value }) => where(field, operator, value));
      const order = newest === null ? [] : [orderBy(newest, 'desc')];
      const narrowed = [...filters, ...order, limit(options.limit ?? 20)];
      return onSnapshot(
        query(collection(db as never, path(uid)) as never, ...(narrowed as never[])) as never,
        (snapshot) => show((snapshot as QuerySnapshot).docs.map(found<T>)),
        options.onError,
      );
    };

  /** One document; null while it is not there. */
  const one = (path: string, show: (found: unknown) => void, options: WatchOptions = {}): Unsubscribe =>
    onSnapshot(
      doc(db as never, path) as never,
      (snapshot) => {
        const data = (snapshot as DocumentSnapshot).data();
        show(data ? fromStored(data) : null);
      },
      options.onError,
    );

  const own = (field: string) => (uid: string) => [{ field, operator: '==' as const, value: uid }];
  return {
    wallet: (uid, show, options) =>
      one(`wallets/${uid}`, (found) => show((found as Wallet | null) ?? newWallet), options),
    root: (day, show, options) => one(`roots/${day}`, (found) => show(found as Root | null), options),
    entries: list((uid) => `wallets/${uid}/entries`, 'n'),
    escrows: list(
      () => 'escrows',
      'lockedAt',
      (uid) => [{ field: 'parties', operator: 'array-contains', value: uid }],
    ),
    bookings: list(
      () => 'bookings',
      'createdAt',
      (uid) => [{ field: 'parties', operator: 'array-contains', value: uid }],
    ),
    purchases: list(() => 'purchases', 'createdAt', own('uid')),
    payments: list(() => 'payments', 'createdAt', own('payer')),
    generations: list(() => 'generations', 'createdAt', own('uid')),
    membership: (uid, show, options) =>
      one(`memberships/${uid}`, (found) => show(found as Membership | null), options),
    sales: list(() => 'sales', 'createdAt', own('uid')),
    member: (uid, show, options) => one(`members/${uid}`, (found) => show(found as Member | null), options),
    orders: list(() => 'orders', 'createdAt', own('uid')),
    enrolments: list(() => 'enrolments', 'sinceAt', own('uid')),
    progress: list(() => 'progress', null, own('uid')),
    certificates: list(() => 'certificates', 'issuedAt', own('uid')),
    withdrawals: list(() => 'withdrawals', 'requestedAt', own('uid')),
    notices: list(
      (uid) => `inboxes/${uid}/notices`,
      'at',
      (_, { unread = false }) => (unread ? [{ field: 'readAt', operator: '==', value: null }] : []),
    ),
  };
}

const found = <T>(snapshot: DocumentSnapshot): Found<T> => ({
  ...(fromStored(snapshot.data() ?? {}) as T),
  id: snapshot.id,
});
