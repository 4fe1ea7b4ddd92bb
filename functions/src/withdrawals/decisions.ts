import { mustBeOff, type Brake } from '../brake/brake.ts';
import { balanceOf, type Wallet } from '../ledger/wallet.ts';
import { cooledAt } from '../payees/bank.ts';
import { readyAccount } from '../payees/connected.ts';
import type { Payee } from '../payees/payee.ts';
import type { Currency } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { endWithdrawal, type Books } from './ending.ts';
import { newPayout, nextAsk } from './payout.steps.ts';
import { needsSecondAdmin, policy } from './policy.ts';
import type { Moved } from './request.ts';
import { told } from './withdrawal.texts.ts';
import {
  isOpen,
  isProcessing,
  moveTo,
  type Approval,
  type OpenWithdrawal,
  type PaymentReference,
  type Processing,
  type Proof,
  type SecondApproval,
  type Withdrawal,
} from './withdrawal.ts';

/** Everything that happens to a withdrawal after its request. A replay of the same step changes nothing. */

const DAY = 24 * 3600 * 1000;

/** An admin about somebody else's money, or the owner about their own. */
export type Step = { readonly by: string; readonly at: number };
export type Reasoned = Step & { readonly reason: string };

const unmoved = (withdrawal: Withdrawal): Moved => ({ withdrawal, posting: null, payee: null });
const wrongStatus = ({ status }: Withdrawal) => new Refusal('wrong_status', { status });

/** @throws Refusal `not_found`; `own_request` for one's own (D13). */
function othersOf({ id, withdrawal }: Books, by: string): Withdrawal {
  if (!withdrawal) throw new Refusal('not_found', { what: 'withdrawal', id });
  if (withdrawal.uid === by) throw new Refusal('own_request');
  return withdrawal;
}

/** @throws Refusal `wrong_status` in a terminal state (I7), and while the provider has it: its word alone counts then. */
function open(withdrawal: Withdrawal): Exclude<OpenWithdrawal, Processing> {
  if (!isOpen(withdrawal) || isProcessing(withdrawal)) throw wrongStatus(withdrawal);
  return withdrawal;
}

/**
 * An admin lets it pass; no money moves (W0-02). A frozen wallet pays nothing out, nor does one in debt (F08). What
 * goes to a connected account is on its way with that; above the threshold, with the approval of a second admin (D13).
 * @throws Refusal `not_found`, `own_request`, `wrong_status`, `payouts_stopped`, `wallet_frozen`, `debt_open`,
 *   `amount_mismatch` when another amount is reserved for it, `onboarding_required` while the connected account is not
 *   ready, `not_due` while the bank behind it cools off.
 */
export function approve(books: Books & { readonly brake: Brake | null }, { by, at }: Step): Moved {
  const withdrawal = othersOf(books, by);
  if (hasApproved(withdrawal, by)) return unmoved(withdrawal);
  const { status, amount, currency, destination } = withdrawal;
  const automatic = destination.kind === 'connected';
  const second = automatic && status === 'approved';
  if (status !== 'requested' && !second) throw wrongStatus(withdrawal);
  mustBeOff(books.brake);
  if (books.wallet?.frozen) throw new Refusal('wallet_frozen');
  mustOweNothing(books.wallet, currency);
  mustBeReserved(books.wallet, withdrawal);
  if (automatic) mustBeReady(books.payee, destination.account, at);
  if (second) return sentOff(books, withdrawal, { ...approvalOf(withdrawal), secondBy: by }, at);
  const approval = { approvedBy: by, approvedAt: at };
  if (automatic && !needsSecondAdmin(amount, currency))
    return sentOff(books, withdrawal, { ...approval, secondBy: null }, at);
  const state = { status: 'approved', ...approval, overdue: 0 } as const;
  const dueAt = at + policy.targets.approved;
  const approved = moveTo(withdrawal, state, { ...told(books.id, withdrawal, 'approved', at), dueAt });
  return { withdrawal: approved, posting: null, payee: null };
}

function hasApproved(withdrawal: Withdrawal, by: string): boolean {
  if (!('approvedBy' in withdrawal)) return false;
  return withdrawal.approvedBy === by || ('secondBy' in withdrawal && withdrawal.secondBy === by);
}

const approvalOf = ({ approvedBy, approvedAt }: Approval): Approval => ({ approvedBy, approvedAt });

/** What was asked for in good standing is not let pass once its owner owes; finance may still reject it. */
function mustOweNothing(wallet: Wallet | null, currency: Currency): void {
  const { debt } = balanceOf(wallet, currency);
  if (debt > 0) throw new Refusal('debt_open', { debt, currency });
}

/**
 * What leaves is what was set aside for it, and one person has one open withdrawal (D9): a document that says another
 * amount was edited by hand. @throws Refusal `amount_mismatch` with what is reserved.
 */
export function mustBeReserved(
  wallet: Wallet | null,
  { amount, currency }: Pick<Withdrawal, 'amount' | 'currency'>,
): void {
  const { reserved } = balanceOf(wallet, currency);
  if (reserved !== amount) throw new Refusal('amount_mismatch', { expected: reserved, found: amount });
}

/**
 * It may have changed since the request: money goes to the account that was asked for, or nowhere; and that pays it
 * out to the bank that it has then, so another bank waits here too (F38).
 */
function mustBeReady(payee: Payee | null, account: string, at: number): void {
  const ready = readyAccount(payee);
  if (ready.account !== account) throw new Refusal('onboarding_required', { status: 'none', due: [] });
  const dueAt = cooledAt(ready);
  if (at < dueAt) throw new Refusal('not_due', { dueAt });
}

/** From here on the provider decides what becomes of it. */
function sentOff({ id }: Books, withdrawal: Withdrawal, by: Approval & SecondApproval, at: number): Moved {
  const payout = newPayout(at);
  const state = { status: 'processing', overdue: 0, ...by, payout } as const;
  const news = told(id, withdrawal, 'processing', at);
  return unmoved(moveTo(withdrawal, state, { ...news, dueAt: nextAsk(payout, at) }));
}

/**
 * An admin says no, before or after an approval; the money goes back.
 * @throws Refusal `not_found`, `own_request`, `wrong_status`.
 */
export function reject(books: Books, { by, reason, at }: Reasoned): Moved {
  const withdrawal = othersOf(books, by);
  if (withdrawal.status === 'rejected' && withdrawal.closedBy === by) return unmoved(withdrawal);
  const state = { status: 'rejected', closedAt: at, closedBy: by, reason } as const;
  return endWithdrawal(books, open(withdrawal), state);
}

/**
 * The bank did not take it (W2-34); the money goes back.
 * @throws Refusal `not_found`, `own_request`, `wrong_status` unless it was approved.
 */
export function fail(books: Books, { by, reason, at }: Reasoned): Moved {
  const withdrawal = othersOf(books, by);
  if (withdrawal.status === 'failed' && withdrawal.closedBy === by) return unmoved(withdrawal);
  if (withdrawal.status !== 'approved') throw wrongStatus(withdrawal);
  return endWithdrawal(books, withdrawal, { status: 'failed', closedAt: at, closedBy: by, reason });
}

/**
 * The owner takes it back, while nobody approved it.
 * @throws Refusal `not_found` for a stranger too, `wrong_status`.
 */
export function cancel(books: Books, { by, at }: Step): Moved {
  const { id, withdrawal } = books;
  if (withdrawal?.uid !== by) throw new Refusal('not_found', { what: 'withdrawal', id });
  if (withdrawal.status === 'cancelled') return unmoved(withdrawal);
  if (withdrawal.status !== 'requested') throw wrongStatus(withdrawal);
  return endWithdrawal(books, withdrawal, { status: 'cancelled', closedAt: at, closedBy: by });
}

export type Payment = Step &
  Proof & { readonly amount: number; readonly currency: Currency; readonly referenceId: string };
export type Paid = Moved & { readonly reference: PaymentReference | null };

/**
 * An admin shows that it was paid. Nothing but an approved withdrawal can be paid (W0-04, W4-05); the amount
 * must be the whole; a reference pays once. The same payment again changes nothing.
 * @throws Refusal `not_found`, `own_request`, `amount_mismatch`, `wrong_status`, `reference_reused`,
 *   `same_admin` above the threshold, `invalid_input` when the payment lies in the future or before the
 *   approval.
 */
export function pay(
  books: Books & { readonly reference: PaymentReference | null },
  { by, at, amount, currency, method, reference, paidAt }: Payment,
): Paid {
  const withdrawal = othersOf(books, by);
  const whole = withdrawal.amount === amount && withdrawal.currency === currency;
  if (!whole) {
    const { amount: expected, currency: expectedCurrency } = withdrawal;
    throw new Refusal('amount_mismatch', {
      expected,
      expectedCurrency,
      found: amount,
      foundCurrency: currency,
    });
  }
  const own = books.reference?.withdrawal === books.id;
  if (withdrawal.status === 'paid' && own) return { ...unmoved(withdrawal), reference: null };
  if (withdrawal.status !== 'approved') throw wrongStatus(withdrawal);
  if (books.reference) throw new Refusal('reference_reused');
  const { approvedBy, approvedAt } = withdrawal;
  if (approvedBy === by && needsSecondAdmin(withdrawal.amount, withdrawal.currency))
    throw new Refusal('same_admin');
  // A bank names the day, not the moment: the day of the approval is late enough.
  if (paidAt > at || paidAt < approvedAt - DAY)
    throw new Refusal('invalid_input', { path: 'paidAt', problem: 'after now, or long before the approval' });
  const proof: Proof = { method, reference, paidAt };
  const state = { status: 'paid', approvedBy, approvedAt, proof, closedAt: at, closedBy: by } as const;
  return { ...endWithdrawal(books, withdrawal, state), reference: { withdrawal: books.id, at } };
}

/**
 * A withdrawal that waits too long comes up again a day later, and its owner hears of it.
 * @throws Refusal `not_due`, `wrong_status`, `not_found`.
 */
export function escalate({ id, withdrawal: found }: Books, at: number): Moved {
  if (!found) throw new Refusal('not_found', { what: 'withdrawal', id });
  const withdrawal = open(found);
  if (withdrawal.dueAt === null || at < withdrawal.dueAt)
    throw new Refusal('not_due', { dueAt: withdrawal.dueAt });
  const overdue = withdrawal.overdue + 1;
  const state =
    withdrawal.status === 'requested'
      ? { status: withdrawal.status, overdue }
      : {
          status: withdrawal.status,
          overdue,
          approvedBy: withdrawal.approvedBy,
          approvedAt: withdrawal.approvedAt,
        };
  const dueAt = at + policy.targets.escalation;
  return unmoved(moveTo(withdrawal, state, { ...told(id, withdrawal, 'overdue', at), dueAt }));
}
