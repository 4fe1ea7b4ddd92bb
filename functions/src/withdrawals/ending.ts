import { walletOf } from '../ledger/chart.ts';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { incoming } from '../ledger/debt.ts';
import { post } from '../ledger/ledger.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { changed, type Payee } from '../payees/payee.ts';
import { negate } from '../shared/money.ts';
import { recheckAt } from './payout.steps.ts';
import { forgetWithdrawal } from './policy.ts';
import type { Moved } from './request.ts';
import { told } from './withdrawal.texts.ts';
import {
  moveTo,
  type ClosedState,
  type OpenWithdrawal,
  type PaidByProvider,
  type Withdrawal,
} from './withdrawal.ts';

/** What was read to decide about a withdrawal; what a step does not touch is not read. */
export type Books = {
  readonly id: string;
  readonly withdrawal: Withdrawal | null;
  readonly wallet: Wallet | null;
  readonly payee: Payee | null;
};

/**
 * The one way out: the reserved money leaves for the bank, or for the provider that pays it out, or goes back, in
 * an entry that can exist once for each withdrawal (W0-03). What goes back repays first what its owner owes, moves no
 * lifetime counter and counts against no limit any more.
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
          leg('payout' in state ? 'psp:stripe:clearing' : 'bank:payouts', currency, amount),
        ]
      : [
          leg(walletOf(uid, 'reserved'), currency, negate(amount)),
          ...incoming({ uid, wallet }, currency, amount),
        ],
    at: state.closedAt,
    by: state.closedBy,
    reference: `withdrawals/${id}`,
    ...(paid && 'payout' in state && { psp: { provider: 'stripe', source: `payout:${id}` } }),
  };
  // A provider's code says nothing to its owner.
  const reason = 'reason' in state && !('payout' in state) ? state.reason : '';
  const news = told(id, withdrawal, state.status, state.closedAt, reason);
  return {
    withdrawal: moveTo(withdrawal, state, { ...news, dueAt: afterEnd(state) }),
    posting: post(entry, { wallets: { [uid]: wallet } }),
    payee: paid ? null : withoutIt(payee, id),
  };
}

/** What the provider paid is asked about again; all else is over. */
const afterEnd = (state: ClosedState): number | null =>
  state.status === 'paid' && 'payout' in state ? recheckAt(state.closedAt, state.closedAt) : null;

const withoutIt = (payee: Payee | null, id: string): Payee | null =>
  payee && changed(payee, { recent: forgetWithdrawal(payee.recent, id) });

/**
 * It was paid, and came back (W2-34, W3-14): the provider has the money again, its owner too, and it was never
 * withdrawn. What they owe is repaid first.
 */
export function bounce(books: Books, withdrawal: PaidByProvider, why: string, at: number): Moved {
  const { id, wallet, payee } = books;
  const { uid, amount, currency, closedAt, payout } = withdrawal;
  const entry: JournalEntry = {
    id: `withdrawal:${id}:bounce`,
    kind: 'withdrawal-bounce',
    legs: [
      leg('psp:stripe:clearing', currency, negate(amount)),
      ...incoming({ uid, wallet }, currency, amount, 'withdrawn'),
    ],
    at,
    by: 'psp:stripe',
    reference: `withdrawals/${id}`,
    psp: { provider: 'stripe', source: `payout:${id}` },
  };
  const end = { closedAt: at, closedBy: 'psp:stripe', reason: why, paidAt: closedAt } as const;
  const state: ClosedState = { status: 'failed', ...end, payout: { ...payout, problem: null, why } };
  return {
    withdrawal: moveTo(withdrawal, state, { ...told(id, withdrawal, 'bounced', at), dueAt: null }),
    posting: post(entry, { wallets: { [uid]: wallet } }),
    payee: withoutIt(payee, id),
  };
}
