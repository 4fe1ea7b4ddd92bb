import { entryOf } from '../adjustments/adjust.ts';
import type { Adjustment } from '../adjustments/adjustment.ts';
import type { Deposit } from '../deposits/deposit.ts';
import { newClearance, type Clearance } from '../clearance/clearance.ts';
import { escrowId, isClosed, type ClosedState, type Escrow } from '../escrow/escrow.ts';
import { divide, taxIn } from '../escrow/fees.ts';
import { lockCause } from '../jobs/job.ts';
import { escrowOf, paymentOf, walletOf } from '../ledger/chart.ts';
import { isPaid as isPaidByCard, paymentId, type CardPayment } from '../payments/funding.ts';
import { isPaid, type Purchase } from '../purchases/purchase.ts';
import { sum } from '../shared/money.ts';
import { isOpen, type Withdrawal } from '../withdrawals/withdrawal.ts';
import { callFor, tellParts, walletIn } from './causes.ts';
import type { Sink } from './tally.ts';
import type { Invariant } from './violation.ts';

/** What the documents of each feature call for: what their accounts hold, and the entries that made them so. */

/** What a document must say if it is to agree with itself. */
export function must(
  sink: Sink,
  [invariant, document]: readonly [Invariant, string],
  expected: string | number,
  found: string | number,
): void {
  if (expected !== found)
    sink.violation({ invariant, document, expected: String(expected), found: String(found) });
}

const kinds = {
  released: 'escrow-release',
  refunded: 'escrow-refund',
  split: 'escrow-split',
} as const satisfies Record<ClosedState['status'], string>;

export function foldEscrow(id: string, escrow: Escrow, endedByItself: boolean, sink: Sink): void {
  const { currency, balance, held, price, payerFee, payer, payee, refunded, takenBack, policy } = escrow;
  const self = ['I5', `escrows/${id}`] as const;
  must(sink, self, escrowId(escrow), id);
  must(sink, self, [payer, payee].join(' '), escrow.parties.join(' '));
  sink.tell('accounts', 'documents', `${escrowOf(id)} ${currency}`, balance);
  const locked = held + refunded;
  callFor(sink, { id: lockCause(escrow.job), kind: 'escrow-lock' }, currency, {
    [walletIn(payer)]: 0 - locked,
    [escrowOf(id)]: locked,
  });
  // Who took that back tells the other side.
  tellParts(sink, 'documents', `payments/${paymentId(escrow)}`, currency, {
    ...{ escrow: refunded, toPayee: takenBack.toPayee, toPlatform: takenBack.toPlatform },
    toPayer: takenBack.toPayer,
  });
  must(sink, self, `${price} + ${payerFee}`, price + payerFee === held ? `${price} + ${payerFee}` : held);
  if (!isClosed(escrow)) {
    must(sink, self, `holds ${held}`, `holds ${balance}`);
    return;
  }
  const { outcome, status, closedAt } = escrow;
  const { toPayee, toPlatform, toPayer } = outcome;
  must(sink, self, `parts of ${held}`, `parts of ${toPayee + toPlatform + toPayer}`);
  if (status !== 'split') {
    const due = divide(escrow, status === 'released' ? 100 : 0);
    must(
      sink,
      self,
      `${due.toPayee}, ${due.toPlatform} and ${due.toPayer}`,
      `${toPayee}, ${toPlatform} and ${toPayer}`,
    );
  }
  if (!endedByItself) return;
  const tax = taxIn(toPlatform, policy);
  callFor(sink, { id: `escrow:${id}:end`, kind: kinds[status] }, currency, {
    [escrowOf(id)]: 0 - held,
    [walletIn(payee)]: toPayee,
    [walletIn(payer)]: toPayer,
    ...{ 'platform:fees': toPlatform - tax, 'tax:fees': tax },
  });
  if (policy.clearanceHours === 0 || toPayee === 0) return;
  const earned = { uid: payee, currency, amount: toPayee, reference: `escrows/${id}` };
  const { availableAt } = newClearance(earned, closedAt, policy.clearanceHours);
  sink.tell('causes', 'journal', `clearances/${id} ${payee} ${currency}`, 1);
  sink.tell('causes', 'journal', `clearances/${id} availableAt`, availableAt);
}

/** All that its card paid went back: then a refund's entry ended it, and none of its own. */
export const mayHaveBeenRefunded = (escrow: Escrow): boolean =>
  escrow.status === 'refunded' && escrow.closedBy === 'admin';

/** What an escrow left to clear, and all that clears of a person’s money is what waits in their wallet. */
export function foldClearance(
  id: string,
  { uid, currency, amount, availableAt, dueAt }: Clearance,
  sink: Sink,
) {
  sink.tell('causes', 'documents', `clearances/${id} ${uid} ${currency}`, 1);
  sink.tell('causes', 'documents', `clearances/${id} availableAt`, availableAt);
  tellParts(sink, 'journal', `wallets/${uid}`, currency, { clearing: amount });
  const due = amount === 0 ? null : availableAt;
  must(sink, ['I5', `clearances/${id}`], `due at ${String(due)}`, `due at ${String(dueAt)}`);
}

export function foldPayment(id: string, payment: CardPayment, sink: Sink): void {
  const { currency, balance, job, payer, held, fromCard, fromWallet, refunded, returned, misfits } = payment;
  sink.tell('accounts', 'documents', `${paymentOf(id)} ${currency}`, balance);
  must(sink, ['I5', `payments/${id}`], paymentId(payment), id);
  const collected = sum(Object.values(misfits));
  tellParts(sink, 'documents', `payments/${id}`, currency, {
    refunded,
    returned,
    'psp:stripe': 0 - collected,
  });
  if (!isPaidByCard(payment)) return;
  // The escrow says that its payer's wallet gave it all; this is how it was.
  tellParts(sink, 'documents', `journal/${lockCause(job)}`, currency, {
    [walletIn(payer)]: held,
    'psp:stripe': 0 - fromCard,
    [paymentOf(id)]: 0 - fromWallet,
  });
}

export function foldPurchase(id: string, purchase: Purchase, sink: Sink): void {
  const { uid, provider, currency, value, price, refunded, valueBack, credits, creditsBack } = purchase;
  tellParts(sink, 'documents', `purchases/${id}`, currency, { refunded, valueBack });
  tellParts(sink, 'documents', `purchases/${id}`, 'CREDIT', { creditsBack });
  if (!isPaid(purchase)) return;
  callFor(sink, { id: `purchase:${id}`, kind: 'purchase' }, currency, {
    [walletIn(uid)]: value,
    [`psp:${provider}`]: 0 - price,
    'platform:fees': price - value,
  });
  tellParts(sink, 'documents', `journal/purchase:${id}`, 'CREDIT', {
    ...{ [walletIn(uid)]: credits, 'platform:credits': 0 - credits },
  });
}

/** What finance found at the bank, and nothing before that. */
export function foldDeposit(id: string, { uid, amount, currency, status }: Deposit, sink: Sink): void {
  if (status !== 'verified') return;
  callFor(sink, { id: `deposit:${id}`, kind: 'deposit' }, currency, {
    [walletIn(uid)]: amount,
    'psp:bank': 0 - amount,
  });
}

/** It was paid by the provider, and then was not. */
const cameBack = (withdrawal: Withdrawal): boolean =>
  withdrawal.status === 'failed' && 'paidAt' in withdrawal && withdrawal.paidAt !== null;

/** What is reserved, and what left or came back, is the amount that it says: every one of its entries names it. */
export function foldWithdrawal(id: string, withdrawal: Withdrawal, sink: Sink): void {
  const { uid, amount, currency } = withdrawal;
  const [wallet, reserved] = [walletIn(uid), walletOf(uid, 'reserved')];
  const moved = { [wallet]: 0 - amount, [reserved]: amount };
  callFor(sink, { id: `withdrawal:${id}:request`, kind: 'withdrawal-request' }, currency, moved);
  if (isOpen(withdrawal)) return;
  const end = `withdrawal:${id}:end`;
  const bounced = cameBack(withdrawal);
  if (withdrawal.status === 'paid' || bounced)
    callFor(sink, { id: end, kind: 'withdrawal-paid' }, currency, {
      [reserved]: 0 - amount,
      ['payout' in withdrawal ? 'psp:stripe' : 'bank:payouts']: amount,
    });
  else
    callFor(sink, { id: end, kind: 'withdrawal-return' }, currency, {
      [reserved]: 0 - amount,
      [wallet]: amount,
    });
  if (bounced)
    callFor(sink, { id: `withdrawal:${id}:bounce`, kind: 'withdrawal-bounce' }, currency, {
      'psp:stripe': 0 - amount,
      [wallet]: amount,
    });
}

export function foldAdjustment(id: string, adjustment: Adjustment, sink: Sink): void {
  if (adjustment.status !== 'posted') return;
  const { kind, uid, currency, amount, direction, entry } = adjustment;
  const given = direction === 'credit' ? amount : 0 - amount;
  must(sink, ['I6', `adjustments/${id}`], entryOf(id, adjustment), entry);
  callFor(sink, { id: entry, kind: kind === 'reversal' ? 'reversal' : 'adjustment' }, currency, {
    [walletIn(uid)]: given,
    'platform:losses': 0 - given,
  });
}
