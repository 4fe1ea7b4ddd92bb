/** The books as they lie in the store, and what is wrong with them: for tests and the demo's `conservation`. */
import type { Firestore, QuerySnapshot } from '@google-cloud/firestore';
import type { Adjustment } from '../functions/src/adjustments/adjustment.ts';
import type { Chargeback } from '../functions/src/chargebacks/chargeback.ts';
import type { Clearance } from '../functions/src/clearance/clearance.ts';
import type { Commission } from '../functions/src/commissions/commission.ts';
import type { CommissionTable } from '../functions/src/commissions/rates.ts';
import { collections } from '../functions/src/collections.ts';
import type { Deposit } from '../functions/src/deposits/deposit.ts';
import type { Booking } from '../functions/src/bookings/booking.ts';
import type { Escrow } from '../functions/src/escrow/escrow.ts';
import type { Generation } from '../functions/src/generations/generation.ts';
import type { Job } from '../functions/src/jobs/job.ts';
import type { JournalEntry } from '../functions/src/ledger/journal.ts';
import type { Wallet, WalletEntry } from '../functions/src/ledger/wallet.ts';
import type { GivenLot } from '../functions/src/lots/lifetime.ts';
import type { PayrunLine } from '../functions/src/payruns/payrun.ts';
import { fromStored } from '../functions/src/shared/stored.ts';
import type { Enrolment } from '../functions/src/orders/enrolment.ts';
import type { Member } from '../functions/src/orders/member.ts';
import type { Order } from '../functions/src/orders/ordered.ts';
import type { CardPayment } from '../functions/src/payments/funding.ts';
import type { Purchase } from '../functions/src/purchases/purchase.ts';
import type { Refund } from '../functions/src/refunds/refund.ts';
import type { Withdrawal } from '../functions/src/withdrawals/withdrawal.ts';
import { bookingProblems } from './books/agreements.ts';
import { balanceProblems, conservationProblems, entryProblems } from './books/balances.ts';
import { causeProblems } from './books/causes.ts';
import { historyProblems } from './books/histories.ts';
import { commissionProblems } from './books/commissioned.ts';
import { learningProblems } from './books/learned.ts';
import { payrunProblems } from './books/weeks.ts';

type Stored<T> = ReadonlyMap<string, T>;

export type Books = {
  readonly journal: Stored<JournalEntry>;
  readonly wallets: Stored<Wallet>;
  /** By owner, in the order of their numbers. */
  readonly histories: Stored<readonly WalletEntry[]>;
  readonly jobs: Stored<Job>;
  readonly escrows: Stored<Escrow>;
  readonly payments: Stored<CardPayment>;
  readonly chargebacks: Stored<Chargeback>;
  readonly refunds: Stored<Refund>;
  readonly clearances: Stored<Clearance>;
  readonly purchases: Stored<Purchase>;
  readonly withdrawals: Stored<Withdrawal>;
  readonly payrunLines: Stored<PayrunLine>;
  readonly adjustments: Stored<Adjustment>;
  readonly bookings: Stored<Booking>;
  readonly orders: Stored<Order>;
  readonly members: Stored<Member>;
  readonly enrolments: Stored<Enrolment>;
  readonly commissions: Stored<Commission>;
  readonly commissionTables: Stored<CommissionTable>;
  readonly deposits: Stored<Deposit>;
  readonly generations: Stored<Generation>;
  readonly lots: Stored<GivenLot>;
  /** The fold of the journal: what each account holds, under `account currency`; credits are positive. */
  readonly accounts: Stored<number>;
};

const plain = <T>({ docs }: QuerySnapshot): Stored<T> =>
  new Map(docs.map((one) => [one.id, fromStored(one.data()) as T]));

/** The books out of documents as our code has them: those of a collection by id, and all wallets' entries by owner. */
export function assemble(all: <T>(collection: string) => Stored<T>, histories: Books['histories']): Books {
  const journal = all<JournalEntry>(collections.journal.path);
  return {
    journal,
    wallets: all<Wallet>(collections.wallets.path),
    histories,
    jobs: all<Job>(collections.jobs.path),
    escrows: all<Escrow>(collections.escrows.path),
    payments: all<CardPayment>(collections.payments.path),
    chargebacks: all<Chargeback>(collections.chargebacks.path),
    refunds: all<Refund>(collections.refunds.path),
    clearances: all<Clearance>(collections.clearances.path),
    purchases: all<Purchase>(collections.purchases.path),
    withdrawals: all<Withdrawal>(collections.withdrawals.path),
    payrunLines: all<PayrunLine>(collections.payrunLines.path),
    adjustments: all<Adjustment>(collections.adjustments.path),
    bookings: all<Booking>(collections.bookings.path),
    orders: all<Order>(collections.orders.path),
    members: all<Member>(collections.members.path),
    enrolments: all<Enrolment>(collections.enrolments.path),
    commissions: all<Commission>(collections.commissions.path),
    commissionTables: all<CommissionTable>(collections.commissionTables.path),
    deposits: all<Deposit>(collections.deposits.path),
    generations: all<Generation>(collections.generations.path),
    lots: all<GivenLot>(collections.lots.path),
    accounts: foldOf(journal),
  };
}

/** The collections that the books are made of, beside the wallets' entries. */
const names = [
  'journal',
  'wallets',
  'jobs',
  'escrows',
  'payments',
  'chargebacks',
  'refunds',
  'clearances',
  'purchases',
  'withdrawals',
  'payrunLines',
  'adjustments',
  'bookings',
  'orders',
  'members',
  'enrolments',
  'commissions',
  'commissionTables',
  'deposits',
  'generations',
  'lots',
] as const satisfies readonly (keyof typeof collections)[];

/** Reads all of it at one instant, so that it may be done while money moves. */
export const readBooks = (db: Firestore): Promise<Books> =>
  db.runTransaction(
    async (transaction) => {
      const found = new Map<string, Stored<unknown>>();
      for (const name of names) {
        const { path } = collections[name];
        found.set(path, plain(await transaction.get(db.collection(path))));
      }
      const entries = await transaction.get(db.collectionGroup('entries'));
      const owned = Map.groupBy(entries.docs, ({ ref }) => ref.parent.parent?.id ?? '');
      const histories = [...owned].map(([uid, docs]) => {
        const history = docs.map((one) => fromStored(one.data()) as WalletEntry);
        return [uid, history.sort((a, b) => a.n - b.n)] as const;
      });
      return assemble(<T>(name: string) => found.get(name) as Stored<T>, new Map(histories));
    },
    { readOnly: true },
  );

/** What each account holds, added up from nothing but legs. */
export function foldOf(journal: Stored<JournalEntry>): Stored<number> {
  const held = new Map<string, number>();
  for (const { legs } of journal.values())
    for (const { account, currency, amount } of legs) {
      const name = `${account} ${currency}`;
      held.set(name, (held.get(name) ?? 0) + amount);
    }
  return held;
}

/** All accounts of a currency together: zero, or money was made or lost. */
export function totals({ accounts }: Books): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, amount] of accounts) {
    const currency = name.slice(name.lastIndexOf(' ') + 1);
    sums[currency] = (sums[currency] ?? 0) + amount;
  }
  return sums;
}

/** Everything that is not as it must always be, each line beginning with the invariant that it breaks. */
export const violations = (books: Books): string[] => [
  ...entryProblems(books),
  ...balanceProblems(books),
  ...conservationProblems(books),
  ...causeProblems(books),
  ...bookingProblems(books),
  ...learningProblems(books),
  ...commissionProblems(books),
  ...payrunProblems(books),
  ...historyProblems(books),
];
