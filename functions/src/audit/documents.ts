import type { Chargeback } from '../chargebacks/chargeback.ts';
import { isClosed, type Escrow } from '../escrow/escrow.ts';
import { isOpen as isOpenWork, type Generation } from '../generations/generation.ts';
import { lockCause } from '../jobs/job.ts';
import { chargebackOf, escrowOf, generationOf, paymentOf } from '../ledger/chart.ts';
import type { EntryKind } from '../ledger/journal.ts';
import type { GivenLot } from '../lots/lifetime.ts';
import type { CardPayment } from '../payments/funding.ts';
import { isPaid, type Purchase } from '../purchases/purchase.ts';
import type { Refund } from '../refunds/refund.ts';
import { negate } from '../shared/money.ts';
import { isOpen, type Withdrawal } from '../withdrawals/withdrawal.ts';
import type { Sink } from './tally.ts';

/** What the documents of each feature call for: what their accounts hold, and the entries that made them so. */

/** Kinds of entries whose causes are all told here; of the others only the effects are checked. */
const causedHere: readonly EntryKind[] = [
  'purchase',
  'escrow-lock',
  'escrow-release',
  'escrow-refund',
  'escrow-split',
  'withdrawal-request',
  'withdrawal-paid',
  'withdrawal-return',
  'withdrawal-bounce',
  'refund',
  'refund-return',
  'chargeback',
  'generation-reserve',
  'generation-capture',
  'generation-refund',
  'generation-loss',
  'grant',
  'lot-expiry',
];
export const isCausedHere = (kind: EntryKind): boolean => causedHere.includes(kind);

const cause = (sink: Sink, id: string) => {
  sink.tell('causes', 'documents', id, 1);
};

export function foldEscrow(id: string, escrow: Escrow, endedByItself: boolean, sink: Sink): void {
  const { currency, balance, held, price, payerFee } = escrow;
  sink.tell('accounts', 'documents', `${escrowOf(id)} ${currency}`, balance);
  cause(sink, lockCause(escrow.job));
  const document = `escrows/${id}`;
  if (price + payerFee !== held)
    sink.violation({ invariant: 'I5', document, expected: `${price} + ${payerFee}`, found: String(held) });
  if (!isClosed(escrow)) {
    if (balance !== held)
      sink.violation({ invariant: 'I5', document, expected: `holds ${held}`, found: `holds ${balance}` });
    return;
  }
  const { toPayee, toPlatform, toPayer } = escrow.outcome;
  const parts = toPayee + toPlatform + toPayer;
  if (parts !== held)
    sink.violation({ invariant: 'I5', document, expected: `parts of ${held}`, found: `parts of ${parts}` });
  if (endedByItself) cause(sink, `escrow:${id}:end`);
}

/** All that its card paid went back: then a refund's entry ended it, and none of its own. */
export const mayHaveBeenRefunded = (escrow: Escrow): boolean =>
  escrow.status === 'refunded' && escrow.closedBy === 'admin';

export function foldPayment(id: string, { currency, balance }: CardPayment, sink: Sink): void {
  sink.tell('accounts', 'documents', `${paymentOf(id)} ${currency}`, balance);
}

export function foldGeneration(id: string, generation: Generation, sink: Sink): void {
  const { balance, price, loss } = generation;
  sink.tell('accounts', 'documents', `${generationOf(id)} CREDIT`, balance);
  cause(sink, `generation:${id}:reserve`);
  const open = isOpenWork(generation);
  if (!open) cause(sink, `generation:${id}:end`);
  if (loss !== null && loss.credits > 0) cause(sink, `generation:${id}:loss`);
  const should = open ? price : 0;
  if (balance !== should)
    sink.violation({
      ...{ invariant: 'I5', document: `generations/${id}` },
      expected: `holds ${should}`,
      found: `holds ${balance}`,
    });
}

export function foldGivenLot(id: string, { expiries }: GivenLot, sink: Sink): void {
  cause(sink, `lot:${id}:grant`);
  for (let n = 1; n <= expiries; n += 1) cause(sink, `lot:${id}:expiry:${n}`);
}

export function foldPurchase(id: string, purchase: Purchase, sink: Sink): void {
  if (isPaid(purchase)) cause(sink, `purchase:${id}`);
}

/** It was paid by the provider, and then was not. */
const cameBack = (withdrawal: Withdrawal): boolean =>
  withdrawal.status === 'failed' && 'paidAt' in withdrawal && withdrawal.paidAt !== null;

export function foldWithdrawal(id: string, withdrawal: Withdrawal, sink: Sink): void {
  cause(sink, `withdrawal:${id}:request`);
  if (!isOpen(withdrawal)) cause(sink, `withdrawal:${id}:end`);
  if (cameBack(withdrawal)) cause(sink, `withdrawal:${id}:bounce`);
}

export function foldRefund(id: string, { booked, status }: Refund, sink: Sink): void {
  if (!booked) return;
  cause(sink, `refund:${id}`);
  if (status === 'failed') cause(sink, `refund:${id}:return`);
}

export function foldChargeback(id: string, chargeback: Chargeback, sink: Sink): void {
  const { currency, amount, status, frozen } = chargeback;
  const open = status === 'open' && frozen !== null ? negate(amount) : 0;
  sink.tell('accounts', 'documents', `${chargebackOf(id)} ${currency}`, open);
  cause(sink, `chargeback:${id}`);
}
