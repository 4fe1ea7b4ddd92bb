import { incoming } from '../ledger/debt.ts';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { waiting, type Finding } from '../alerts/alert.ts';
import { quiet, tell } from '../notifications/notice.ts';
import { format, negate, type Currency, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { normalReference } from '../withdrawals/withdrawal.ts';
import type { Deposit, DepositReference } from './deposit.ts';

/** How a deposit goes: handed in, looked for, found or not. */

const HOUR = 3600 * 1000;
const times = { target: 48 * HOUR, again: 24 * HOUR } as const;

type Order = Pick<Deposit, 'uid' | 'amount' | 'currency' | 'reference' | 'proof' | 'requestHash'> & {
  readonly at: number;
};

/** @throws Refusal `request_id_reused`, `not_yours` for another’s file. */
export function submit(before: Deposit | null, { at, ...order }: Order): Deposit {
  if (before && before.requestHash !== order.requestHash) throw new Refusal('request_id_reused');
  if (before) return before;
  if (!order.proof.startsWith(`proofs/${order.uid}/`)) throw new Refusal('not_yours', { document: 'proof' });
  const due = { submittedAt: at, dueAt: at + times.target };
  return { ...order, ...due, assignee: null, version: 1, ...quiet, status: 'waiting' };
}

/** What the bank says. */
export type Transfer = { readonly amount: Minor; readonly currency: Currency; readonly reference: string };

export type DepositBooks = {
  readonly deposit: Deposit | null;
  readonly wallet: Wallet | null;
  readonly reference: DepositReference | null;
};

export type Looked = { readonly id: string; readonly by: string; readonly why: string; readonly at: number };
export type Verified = { readonly deposit: Deposit; readonly posting: Posting | null };

/** @throws Refusal `not_found`, `own_request`. */
function looked({ deposit }: Pick<DepositBooks, 'deposit'>, { id, by }: Pick<Looked, 'id' | 'by'>): Deposit {
  if (!deposit) throw new Refusal('not_found', { what: 'deposit', id });
  if (deposit.uid === by) throw new Refusal('own_request');
  return deposit;
}

/**
 * Finance has found it at the bank: this amount, under this reference, which pays once. Doing it twice does it once.
 * @throws Refusal `not_found`, `own_request`, `wrong_status`, `currency_mismatch`, `amount_mismatch`,
 *   `reference_reused`.
 */
export function verify(
  books: DepositBooks,
  { found, ...order }: Looked & { readonly found: Transfer },
): Verified {
  const deposit = looked(books, order);
  const { uid, amount, currency } = deposit;
  if (found.currency !== currency)
    throw new Refusal('currency_mismatch', { expected: currency, found: found.currency });
  if (found.amount !== amount)
    throw new Refusal('amount_mismatch', { expected: amount, found: found.amount });
  if (normalReference(found.reference) !== normalReference(deposit.reference))
    throw new Refusal('invalid_input', { path: 'reference', problem: 'is not the one that was said' });
  if (deposit.status === 'verified') return { deposit, posting: null };
  if (deposit.status !== 'waiting') throw new Refusal('wrong_status', { status: deposit.status });
  if (books.reference) throw new Refusal('reference_reused');
  const entry: JournalEntry = {
    id: `deposit:${order.id}`,
    kind: 'deposit',
    legs: [
      leg('psp:bank:clearing', currency, negate(amount)),
      ...incoming({ uid, wallet: books.wallet }, currency, amount, 'purchased'),
    ],
    at: order.at,
    by: order.by,
    reference: `deposits/${order.id}`,
    psp: { provider: 'bank', source: `deposit:${order.id}` },
  };
  const text = `${format(amount, currency)} that you sent us are in your wallet.`;
  return {
    deposit: close(deposit, 'verified', order, text),
    posting: post(entry, { wallets: { [uid]: books.wallet } }),
  };
}

/** Finance did not find it. Saying so twice says it once. @throws Refusal `not_found`, `own_request`, `wrong_status`. */
export function reject(books: Pick<DepositBooks, 'deposit'>, order: Looked): Deposit {
  const deposit = looked(books, order);
  if (deposit.status === 'rejected') return deposit;
  if (deposit.status !== 'waiting') throw new Refusal('wrong_status', { status: deposit.status });
  const sum = format(deposit.amount, deposit.currency);
  return close(deposit, 'rejected', order, `We did not find the ${sum} that you sent us: ${order.why}`);
}

/** Says which admin looks for it. @throws Refusal `not_found`, `own_request`, `wrong_status`. */
export function assign(
  books: Pick<DepositBooks, 'deposit'>,
  { to, ...order }: Pick<Looked, 'id' | 'by'> & { readonly to: string },
): Deposit {
  const deposit = looked(books, order);
  if (deposit.uid === to) throw new Refusal('own_request');
  if (deposit.status !== 'waiting') throw new Refusal('wrong_status', { status: deposit.status });
  return deposit.assignee === to ? deposit : { ...deposit, assignee: to, version: deposit.version + 1 };
}

/** Nobody has looked in time: it comes up again every day. Null when it is not due. */
export function remind(deposit: Deposit | null, at: number): Deposit | null {
  if (deposit?.status !== 'waiting' || deposit.dueAt === null || deposit.dueAt > at) return null;
  return { ...deposit, version: deposit.version + 1, dueAt: at + times.again };
}

function close(
  deposit: Deposit & { readonly status: 'waiting' },
  status: 'verified' | 'rejected',
  { id, by, why, at }: Looked,
  text: string,
): Deposit {
  const version = deposit.version + 1;
  const event = { cause: `deposit.${id}.${status}`, about: `deposits/${id}`, at };
  const { amount, currency, uid: to } = deposit;
  const news = tell(deposit, event, [{ to, kind: `deposit-${status}`, text, facts: { amount, currency } }]);
  return { ...deposit, ...news, version, dueAt: null, status, closedAt: at, closedBy: by, why };
}

export const waitsFor = (id: string, { uid, amount, currency }: Deposit): Finding =>
  waiting('deposit_waits', `deposits/${id}`, {
    title: `A transfer of ${format(amount, currency)} waits to be looked for`,
    explanation: `Somebody says that it was sent to the bank. deposits-verify lets what was found into their wallet, deposits-reject says that it was not.`,
    facts: { amount, currency },
    people: [uid],
  });
