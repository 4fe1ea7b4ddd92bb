import { policyOf } from '../ledger/chart.ts';
import type { EntryKind, JournalEntry } from '../ledger/journal.ts';
import { minor, sum, type Currency, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Direction } from './adjustment.ts';

/**
 * How an entry of each kind is undone: null by its plain reversal, any other by the call that changes the documents
 * which say what the entry said. A reversal that leaves an order paid, an escrow ended or a withdrawal open would
 * make the books contradict them. Where no call undoes it, a correction that names it puts the wallet right.
 */
export const undoneBy: Readonly<Record<EntryKind, string | null>> = {
  purchase: 'refunds-create',
  'escrow-lock': 'escrow-refund',
  'escrow-release': 'refunds-create',
  'escrow-refund': 'adjustments-request',
  'escrow-split': 'refunds-create',
  'payment-hold': 'payments-cancel',
  'payment-return': 'adjustments-request',
  'payment-credit': 'refunds-create',
  clearance: 'adjustments-request',
  deposit: 'adjustments-request',
  'withdrawal-request': 'withdrawals-reject',
  'withdrawal-paid': 'adjustments-request',
  'withdrawal-return': 'withdrawals-request',
  'withdrawal-bounce': 'withdrawals-request',
  refund: 'refunds-resolve',
  'refund-return': 'refunds-create',
  'order-refund': 'adjustments-request',
  chargeback: 'adjustments-request',
  'chargeback-won': 'adjustments-request',
  'chargeback-lost': 'adjustments-request',
  'generation-reserve': 'generations-cancel',
  'generation-capture': 'adjustments-request',
  'generation-refund': 'adjustments-request',
  'generation-loss': 'adjustments-request',
  grant: 'adjustments-request',
  'lot-expiry': 'adjustments-request',
  reversal: 'adjustments-request',
  adjustment: null,
};

/** What taking an entry back does to the one wallet that it changed. */
export type Undone = {
  readonly uid: string;
  readonly currency: Currency;
  readonly amount: Minor;
  readonly direction: Direction;
};

/** @throws Refusal `not_reversible` with the call that undoes it. */
export function undo({ kind, legs }: JournalEntry): Undone {
  const use = undoneBy[kind];
  if (use !== null) throw new Refusal('not_reversible', { kind, use });
  const own = legs.flatMap(({ account, currency, amount }) => {
    const { place } = policyOf(account);
    return place.kept === 'wallet' ? [{ uid: place.uid, currency, amount }] : [];
  });
  const [first] = own;
  if (!first) throw new Error('an adjustment that changes no wallet');
  // A leg on debt credits the wallet where it makes the debt smaller, so all of them add up to what it was given.
  const given = sum(own.map(({ amount }) => amount));
  const { uid, currency } = first;
  return { uid, currency, amount: minor(Math.abs(given)), direction: given > 0 ? 'debit' : 'credit' };
}
