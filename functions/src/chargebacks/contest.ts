import { escrowId } from '../escrow/escrow.ts';
import { freeze } from '../escrow/freezing.ts';
import { chargebackOf } from '../ledger/chart.ts';
import { leg } from '../ledger/journal.ts';
import { quiet } from '../notifications/notice.ts';
import type { DisputeReport } from '../psp/ports.ts';
import { takenIn } from '../refunds/settle.ts';
import { takeBack } from '../refunds/takeback.ts';
import { nothingTaken, partiesOf } from '../refunds/portions.ts';
import { filledBy, remainingOf, unchanged, type FundedBooks, type Target } from '../refunds/target.ts';
import { minor, negate, zero, type Currency } from '../shared/money.ts';
import { ASK_EVERY, type Chargeback } from './chargeback.ts';
import { toldOpen } from './chargeback.texts.ts';
import { isBooked, lossLegs, marked, openEscrowIn, postAbout, type Contested } from './effects.ts';

/** What a bank's claim does when it comes. */

/**
 * The bank took it: what the provider lost is booked with its fee, and what can be is taken from those who have it.
 * An escrow that is open keeps the money and is frozen.
 */
export function openChargeback(
  target: Target,
  report: DisputeReport,
  currency: Currency,
  at: number,
): Contested {
  const { dispute: id, fee, payment: source, provider } = report;
  const booked = isBooked(target);
  // Of a payment that is not in the books only the fee is: the rest came and went at the provider.
  const amount = booked ? report.amount : zero;
  const fills = target.kind === 'payment' && filledBy((target as FundedBooks).payment, source);
  const frozen = fills ? openEscrowIn(target) : null;
  const asked = frozen ? zero : minor(Math.min(amount, remainingOf(target, source)));
  const taken = asked === 0 ? nothingTaken : takeBack(target, source, asked, at);
  const loss = frozen ? zero : minor(amount - asked);
  const legs = [
    leg(`psp:${provider}:clearing`, currency, minor(amount + fee)),
    leg(`psp:${provider}:costs`, currency, negate(fee)),
    leg(chargebackOf(id), currency, negate(amount)),
    ...taken.legs,
    leg(chargebackOf(id), currency, asked),
    ...lossLegs(id, currency, loss),
  ];
  const chargeback: Chargeback = {
    ...{ target: `${target.kind}s/${target.id}`, payer: payerOf(target), payment: source },
    ...{ reason: report.reason, amount: report.amount, currency, fee, loss, booked },
    parties: partiesOf(payerOf(target), taken),
    taken: takenIn(taken),
    frozen: frozen && escrowId(frozen),
    openedAt: at,
    version: 1,
    dueAt: at + ASK_EVERY,
    ...quiet,
    status: 'open',
  };
  // What is frozen is not taken yet, and so counts against nothing yet.
  const after = frozen ? { ...unchanged, escrow: freeze(frozen, id) } : taken.after;
  return {
    chargeback: { ...chargeback, ...toldOpen(id, chargeback, taken.owed, at) },
    posting: postAbout(target, { id, cause: 'chargeback', kind: 'chargeback', legs }, provider, at),
    after: marked(target, after, id, 'open'),
  };
}

const payerOf = (target: Target): string =>
  (target.kind === 'purchase' ? target.purchase?.uid : target.payment?.payer) ?? '';
