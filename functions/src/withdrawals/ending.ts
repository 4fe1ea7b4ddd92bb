import { walletOf } from '../ledger/chart.ts';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { post } from '../ledger/ledger.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { changed, type Payee } from '../payees/payee.ts';
import { negate } from '../shared/money.ts';
import { forgetWithdrawal } from './policy.ts';
import type { Moved } from './request.ts';
import { told } from './withdrawal.texts.ts';
import { moveTo, type ClosedState, type OpenWithdrawal, type Withdrawal } from './withdrawal.ts';

/** What was read to decide about a withdrawal; what a step does not touch is not read. */
export type Books = {
  readonly id: string;
  readonly withdrawal: Withdrawal | null;
  readonly wallet: Wallet | null;
  readonly payee: Payee | null;
};

/**
 * The one way out: the reserved money leaves for the bank or goes back, in an entry that can exist once for
 * each withdrawal (W0-03). What goes back moves no lifetime counter and counts against no limit any more.
 */
export function endWithdrawal(books: Books, withdrawal: OpenWithdrawal, state: ClosedState): Moved {
  const { id, wallet, payee } = books;
  const { uid, amount, currency } = withdrawal;
  const paid = state.status === 'paid';
  const entry: JournalEntry = {
    id: `withdrawal:${id}:end`,
    kind: paid ? 'withdrawal-paid' : 'withdrawal-return',
    legs: paid
      ? [
          leg(walletOf(uid, 'reserved'), currency, negate(amount), 'withdrawn'),
          leg('bank:payouts', currency, amount),
        ]
      : [
          leg(walletOf(uid, 'reserved'), currency, negate(amount)),
          leg(walletOf(uid, 'available'), currency, amount),
        ],
    at: state.closedAt,
    by: state.closedBy,
    reference: `withdrawals/${id}`,
  };
  const reason = 'reason' in state ? state.reason : '';
  const news = told(id, withdrawal, state.status, state.closedAt, reason);
  return {
    withdrawal: moveTo(withdrawal, state, { ...news, dueAt: null }),
    posting: post(entry, { wallets: { [uid]: wallet } }),
    payee: paid || payee === null ? null : changed(payee, { recent: forgetWithdrawal(payee.recent, id) }),
  };
}
