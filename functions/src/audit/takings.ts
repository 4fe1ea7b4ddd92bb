import type { Chargeback } from '../chargebacks/chargeback.ts';
import { chargebackOf } from '../ledger/chart.ts';
import type { Taken } from '../refunds/portions.ts';
import type { Refund } from '../refunds/refund.ts';
import { negate, sum, type Currency } from '../shared/money.ts';
import { callFor, tellParts } from './causes.ts';
import { must } from './documents.ts';
import type { Sink } from './tally.ts';

/** What refunds and chargebacks call for: their entries, and what was paid and is counted as gone back. */

const allOf = ({ shares, platform }: Taken): number =>
  sum([...shares.map(({ amount }) => amount), platform.fees, platform.tax]);

/** What the payment or the order, and the escrow, count as taken. @param back it was given back since */
function tellTaken(target: string, taken: Taken, currency: Currency, back: boolean, sink: Sink): void {
  const { value, credits, escrow, returned, outcome } = taken.sources;
  const tell = (parts: Readonly<Record<string, number>>) => {
    tellParts(sink, 'journal', target, currency, parts);
  };
  if (target.startsWith('purchases/')) {
    if (back) return;
    tell({ refunded: allOf(taken), valueBack: value });
    tellParts(sink, 'journal', target, 'CREDIT', { creditsBack: credits });
    return;
  }
  // What an escrow gave while it was open does not go back there: the payer has it.
  tell({ escrow });
  if (back) {
    tell({ returned: escrow });
    return;
  }
  const filled = escrow + returned + outcome.toPayee + outcome.toPlatform + outcome.toPayer;
  tell({ refunded: filled, returned: 0 - returned, ...outcome });
  // The rest is of money that filled no escrow.
  tellParts(sink, 'documents', target, currency, { 'psp:stripe': filled - allOf(taken) });
}

export function foldRefund(id: string, refund: Refund, sink: Sink): void {
  const { booked, status, provider, currency, amount, taken, target } = refund;
  if (!booked) return;
  must(sink, ['I5', `refunds/${id}`], `parts of ${amount}`, `parts of ${allOf(taken)}`);
  const { fees, tax } = taken.platform;
  const { credits } = taken.sources;
  callFor(sink, { id: `refund:${id}`, kind: 'refund' }, currency, {
    [`psp:${provider}`]: amount,
    ...{ 'platform:fees': 0 - fees, 'tax:fees': 0 - tax },
  });
  tellParts(sink, 'documents', `journal/refund:${id}`, 'CREDIT', { 'platform:credits': credits });
  if (status === 'failed') {
    callFor(sink, { id: `refund:${id}:return`, kind: 'refund-return' }, currency, {
      [`psp:${provider}`]: 0 - amount,
      ...{ 'platform:fees': fees, 'tax:fees': tax },
    });
    const back = { 'platform:credits': 0 - credits };
    tellParts(sink, 'documents', `journal/refund:${id}:return`, 'CREDIT', back);
  }
  tellTaken(target, taken, currency, status === 'failed', sink);
}

/** All of its entries together: what it came to, won or lost, at once or after an appeal. */
export function foldChargeback(id: string, chargeback: Chargeback, sink: Sink): void {
  const { currency, amount, fee, status, frozen, booked, taken, loss, target } = chargeback;
  const stands = status === 'open' && frozen !== null;
  sink.tell('accounts', 'documents', `${chargebackOf(id)} ${currency}`, stands ? negate(amount) : 0);
  if (booked || fee > 0) callFor(sink, { id: `chargeback:${id}`, kind: 'chargeback' }, currency);
  const { fees, tax } = taken.platform;
  const isWon = status === 'won';
  tellParts(sink, 'documents', `chargebacks/${id}`, currency, {
    'psp:stripe:clearing': fee + (isWon || !booked ? 0 : amount),
    'psp:stripe:costs': 0 - fee,
    ...(!isWon && { 'platform:fees': 0 - fees, 'tax:fees': 0 - tax, 'platform:losses': 0 - loss }),
  });
  tellParts(sink, 'documents', `chargebacks/${id}`, 'CREDIT', {
    'platform:credits': isWon ? 0 : taken.sources.credits,
  });
  if (booked && !stands && !isWon)
    must(sink, ['I5', `chargebacks/${id}`], `parts of ${amount}`, `parts of ${allOf(taken) + loss}`);
  tellTaken(target, taken, currency, isWon, sink);
}
