import type { Finding } from '../alerts/alert.ts';
import { isOver, type Booking } from '../bookings/booking.ts';
import type { Chargeback } from '../chargebacks/chargeback.ts';
import type { Deposit } from '../deposits/deposit.ts';
import { isClosed, type Escrow } from '../escrow/escrow.ts';
import { isOpen as isOpenWork, type Generation } from '../generations/generation.ts';
import type { Job } from '../jobs/job.ts';
import { buckets, type Bucket } from '../ledger/chart.ts';
import { hasLots, isBought, sumOf } from '../ledger/lots.ts';
import { lotsOf, type Balance, type Wallet } from '../ledger/wallet.ts';
import { isOpen as isOpenPayment, type CardPayment } from '../payments/funding.ts';
import type { Purchase } from '../purchases/purchase.ts';
import { isOpen as isOpenRefund, type Refund } from '../refunds/refund.ts';
import { format, type Currency, type Minor } from '../shared/money.ts';
import type { FactsOf } from '../shared/refusal.ts';
import { isOpen as isOpenWithdrawal, isUnderWay, type Withdrawal } from '../withdrawals/withdrawal.ts';

/** What keeps somebody from being erased: money of theirs, or money on its way to or from them. */
export type Left = FactsOf['money_left'];

type Sum = { readonly amount: Minor; readonly currency: Currency };
const left = (what: string, id: string, { amount, currency }: Sum): Left => ({ what, id, amount, currency });

/** For finance: it came after they were erased, or was owed again. */
export const erasedMoney = (uid: string, { what, id, amount, currency }: Left): Finding => ({
  ...{ kind: 'erased_money', severity: 'warning', people: [uid] },
  title: what === 'debt' ? 'Somebody who was erased owes again' : 'Money came for somebody who was erased',
  explanation: `${uid} is erased: ${format(amount, currency)} (${what}) that nobody can spend or pay. Put it right with adjustments-request, or return it at the provider.`,
  facts: { what, id, amount, currency },
  about: id === uid ? `wallets/${uid}` : `erasures/${uid}`,
});

/** The first part of a wallet that is not empty; what they owe is one too. */
export function leftInWallet(uid: string, wallet: Wallet | null): Left | null {
  for (const [currency, balance] of Object.entries(wallet?.balances ?? {}) as [Currency, Balance][])
    for (const bucket of buckets)
      if (ownIn(wallet, balance, bucket, currency) !== 0)
        return left(bucket, uid, { amount: ownIn(wallet, balance, bucket, currency), currency });
  return null;
}

/** Credits that were given are given up: nobody paid for them, and nobody could be paid for them. */
function ownIn(wallet: Wallet | null, balance: Balance, bucket: Bucket, currency: Currency): Minor {
  if (bucket !== 'available' || !hasLots(currency)) return balance[bucket];
  return sumOf(lotsOf(wallet, currency).filter(isBought));
}

/** Work that is under way holds credits, and may give them back. */
export const leftInGeneration: Matter<Generation> = (id, generation) =>
  isOpenWork(generation) ? left('generation', id, { amount: generation.balance, currency: 'CREDIT' }) : null;

/** Documents of one kind with their ids; a judge says what of one is left. */
export type Matter<T> = (id: string, doc: T) => Left | null;

export const leftInEscrow: Matter<Escrow> = (id, escrow) =>
  isClosed(escrow) && escrow.contested.length === 0 && escrow.balance === 0
    ? null
    : left('escrow', id, { amount: escrow.balance, currency: escrow.currency });

/**
 * A booking that is not over. One that a creator was asked for and nobody paid keeps them from nothing, or anybody could
 * keep them by asking: it is rejected for them.
 */
export const leftInBooking =
  (uid: string): Matter<Booking> =>
  (id, booking) =>
    isOver(booking) || mayBeLeft(uid, booking) ? null : left('booking', id, booking.terms.price);

/** Whether this creator may still say no. */
export const mayBeLeft = (uid: string, { payee, status }: Booking): boolean =>
  payee === uid && (status === 'requested' || status === 'accepted');

/** A transfer that nobody has found yet. */
export const leftInDeposit: Matter<Deposit> = (id, deposit) =>
  deposit.status === 'waiting' ? left('deposit', id, deposit) : null;

/** A job that may still be funded. One whose escrow has ended stays as it is for good; of a booking’s, that tells. */
export const leftInJob =
  (hadEscrow: boolean): Matter<Job> =>
  (id, { status, price, keeper }) =>
    status === 'cancelled' || hadEscrow || keeper?.startsWith('bookings/') ? null : left('job', id, price);

const unpaid = ['created', 'pending', 'review'];
export const leftInPurchase: Matter<Purchase> = (id, { status, dueAt, price, currency }) =>
  dueAt === null && !unpaid.includes(status) ? null : left('purchase', id, { amount: price, currency });

export const leftInPayment: Matter<CardPayment> = (id, payment) =>
  payment.dueAt === null && payment.balance === 0 && !isOpenPayment(payment) && payment.status !== 'review'
    ? null
    : left('payment', id, { amount: payment.held, currency: payment.currency });

export const leftInRefund: Matter<Refund> = (id, refund) =>
  refund.dueAt === null && !isOpenRefund(refund) && refund.status !== 'review'
    ? null
    : left('refund', id, refund);

export const leftInChargeback: Matter<Chargeback> = (id, chargeback) =>
  chargeback.status === 'open' ? left('chargeback', id, chargeback) : null;

/** What the provider paid may still come back, and is asked about for some days. */
export const leftInWithdrawal: Matter<Withdrawal> = (id, withdrawal) =>
  isOpenWithdrawal(withdrawal) || isUnderWay(withdrawal) ? left('withdrawal', id, withdrawal) : null;
