import { isClosed, type Escrow } from '../escrow/escrow.ts';
import { chargebackOf } from '../ledger/chart.ts';
import { leg, type JournalEntry, type Leg } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import type { Chargebacks } from '../psp/chargebacks.ts';
import { isPaid } from '../purchases/purchase.ts';
import { merged } from '../refunds/plan.ts';
import { booksOf, escrowIn, type After, type Target } from '../refunds/target.ts';
import { negate, type Currency, type Minor } from '../shared/money.ts';
import type { Chargeback } from './chargeback.ts';

/** What a chargeback may change beside itself, and the entries that it makes. */

export type Contested = {
  readonly chargeback: Chargeback;
  readonly posting: Posting | null;
  readonly after: After;
};

/** The open escrow that has the money, if one has. */
export function openEscrowIn(target: Target): Exclude<Escrow, { readonly outcome: unknown }> | null {
  const escrow = escrowIn(target);
  return escrow && !isClosed(escrow) ? escrow : null;
}

/** Whether the payment is in the books at all: an order that is under review, or was dismissed, is not. */
export const isBooked = (target: Target): boolean =>
  target.kind === 'payment' || (target.purchase !== null && isPaid(target.purchase));

/** What nobody here can be asked for is the platform's. */
export const lossLegs = (id: string, currency: Currency, loss: Minor): Leg[] => [
  leg('platform:losses', currency, negate(loss)),
  leg(chargebackOf(id), currency, loss),
];

type Kind = 'chargeback' | 'chargeback-won' | 'chargeback-lost';

/** Null when nothing moves. */
export function postAbout(
  target: Target,
  { id, cause, kind, legs }: { id: string; cause: string; kind: Kind; legs: readonly Leg[] },
  provider: string,
  at: number,
): Posting | null {
  const moved = merged(legs);
  if (moved.length < 2) return null;
  const entry: JournalEntry = {
    id: `${cause}:${id}`,
    kind,
    legs: moved,
    at,
    by: `psp:${provider}`,
    reference: `chargebacks/${id}`,
    // One that is lost moves nothing at the provider: it took the money when it was opened.
    ...(kind !== 'chargeback-lost' && { psp: { provider, source: id } }),
  };
  return post(entry, booksOf(target));
}

/** The payment notes how its chargeback stands. */
export function marked(target: Target, after: After, id: string, status: Chargebacks[string]): After {
  if (target.kind === 'purchase') {
    const purchase = after.purchase ?? target.purchase;
    if (!purchase) return after;
    const chargebacks = { ...purchase.chargebacks, [id]: status };
    return { ...after, purchase: { ...purchase, chargebacks, version: purchase.version + 1 } };
  }
  const payment = after.payment ?? target.payment;
  if (!payment) return after;
  const chargebacks = { ...payment.chargebacks, [id]: status };
  return { ...after, payment: { ...payment, chargebacks, version: payment.version + 1 } };
}
