import { walletOf } from '../ledger/chart.ts';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import type { Balance, Wallet } from '../ledger/wallet.ts';
import { quiet } from '../notifications/notice.ts';
import { readyAccount } from '../payees/connected.ts';
import { destinationOf } from '../payees/destination.ts';
import { changed, type Destination, type Payee } from '../payees/payee.ts';
import { negate, type Currency, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { countWithdrawal, policy } from './policy.ts';
import { told } from './withdrawal.texts.ts';
import type { Snapshot, Withdrawal } from './withdrawal.ts';

/** What a request reads: by the id alone, in one batch. */
export type RequestBooks = {
  readonly withdrawal: Withdrawal | null;
  readonly wallet: Wallet | null;
  readonly payee: Payee | null;
};

export type WithdrawalOrder = {
  readonly id: string;
  readonly uid: string;
  readonly amount: Minor;
  readonly currency: Currency;
  readonly destination: string;
  readonly requestHash: string;
  readonly at: number;
  /** Who asks for them: the weekly run. Without it they do it themselves. */
  readonly by?: string;
};

/** What a decision comes to: the withdrawal as it will be, and what else has to be written. */
export type Moved = {
  readonly withdrawal: Withdrawal;
  readonly posting: Posting | null;
  readonly payee: Payee | null;
};

/**
 * Reserves the money: available → reserved (D3, W2-29), so that it can be neither spent nor asked for again.
 * The same request again answers what became of it.
 * @throws Refusal `request_id_reused`, `kyc_required`, `not_found`, `destination_unverified`,
 *   `currency_mismatch`, `not_due` while the destination cools off, `onboarding_required` while a connected account is not ready, `withdrawal_open`, `debt_open`,
 *   `below_minimum`, `limit_reached`, `insufficient_funds`, `wallet_frozen`.
 */
export function requestWithdrawal(books: RequestBooks, order: WithdrawalOrder): Moved {
  const { withdrawal: before, wallet, payee } = books;
  if (before && before.requestHash !== order.requestHash) throw new Refusal('request_id_reused');
  if (before) return { withdrawal: before, posting: null, payee: null };
  const { id, uid, amount, currency, at } = order;
  const verified = verifiedPayee(payee);
  const destination = usableDestination(verified, order);
  const snapshot = snapshotOf(verified, destination);
  checkWallet(wallet);
  const recent = countWithdrawal(verified.recent, { withdrawal: id, amount, currency, at });
  const posting = post(reservation(order), { wallets: { [uid]: wallet } });
  const withdrawal = newWithdrawal(order, snapshot);
  return {
    withdrawal: { ...withdrawal, ...told(id, withdrawal, 'requested', at) },
    posting,
    payee: changed(verified, { recent }),
  };
}

function verifiedPayee(payee: Payee | null): Payee {
  if (payee?.kyc.status !== 'verified')
    throw new Refusal('kyc_required', { status: payee?.kyc.status ?? 'none' });
  return payee;
}

function usableDestination(payee: Payee, order: WithdrawalOrder): Destination {
  const destination = destinationOf(payee, order.destination);
  if (destination.status !== 'verified')
    throw new Refusal('destination_unverified', { status: destination.status });
  if (destination.currency !== order.currency)
    throw new Refusal('currency_mismatch', { expected: destination.currency, found: order.currency });
  if (order.at < destination.usableAt) throw new Refusal('not_due', { dueAt: destination.usableAt });
  return destination;
}

/** The destination as it is now, with the account where it is the provider's: that has to be ready (F39). */
function snapshotOf(payee: Payee, { id, kind, mask, sealed }: Destination): Snapshot {
  return kind === 'connected'
    ? { id, mask, sealed, kind, account: readyAccount(payee).account }
    : { id, mask, sealed, kind };
}

/** One open withdrawal a person (D9), and none while money is owed (F08). */
function checkWallet(wallet: Wallet | null): void {
  const held = Object.entries(wallet?.balances ?? {}) as [Currency, Balance][];
  for (const [currency, { reserved, debt }] of held) {
    if (reserved > 0) throw new Refusal('withdrawal_open', { reserved, currency });
    if (debt > 0) throw new Refusal('debt_open', { debt, currency });
  }
}

const reservation = ({ id, uid, amount, currency, at, by }: WithdrawalOrder): JournalEntry => ({
  id: `withdrawal:${id}:request`,
  kind: 'withdrawal-request',
  legs: [
    leg(walletOf(uid, 'available'), currency, negate(amount)),
    leg(walletOf(uid, 'reserved'), currency, amount),
  ],
  at,
  by: by ?? uid,
  reference: `withdrawals/${id}`,
});

const newWithdrawal = (order: WithdrawalOrder, destination: Snapshot): Withdrawal => ({
  uid: order.uid,
  amount: order.amount,
  currency: order.currency,
  destination,
  requestHash: order.requestHash,
  requestedAt: order.at,
  policyVersion: policy.version,
  version: 1,
  dueAt: order.at + policy.targets.requested,
  ...quiet,
  status: 'requested',
  overdue: 0,
});
