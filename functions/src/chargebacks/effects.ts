import type { Escrow } from '../escrow/escrow.ts';
import { chargebackOf } from '../ledger/chart.ts';
import { leg, type JournalEntry, type Leg } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import { isPaid as isPaidByCard, moveTo as movePayment, type CardPayment } from '../payments/funding.ts';
import { isPaid, moveTo as movePurchase, type Purchase } from '../purchases/purchase.ts';
import { booksOf, type Target } from '../refunds/plan.ts';
import type { FundedBooks } from '../refunds/takeback.ts';
import { minor, negate, zero, type Currency, type Minor } from '../shared/money.ts';
import type { Chargeback } from './chargeback.ts';

/** What a chargeback may change beside itself, and the entries that it makes. */

export type After = {
  readonly purchase: Purchase | null;
  readonly payment: CardPayment | null;
  readonly escrow: Escrow | null;
  readonly clearance: FundedBooks['clearance'];
};

export type Contested = {
  readonly chargeback: Chargeback;
  readonly posting: Posting | null;
  readonly after: After;
};

export const nothing: After = { purchase: null, payment: null, escrow: null, clearance: null };

/** The escrow that a payment filled; coins filled none. */
export const escrowIn = (target: Target): Escrow | null =>
  target.kind === 'payment' && target.payment ? (target as FundedBooks).escrow : null;

/** How much of the payment has not gone back yet. */
export function remainingOf(target: Target): Minor {
  if (target.kind === 'purchase') {
    const { purchase } = target;
    return purchase && isPaid(purchase) ? minor(purchase.price - purchase.refunded) : zero;
  }
  if (!target.payment || !isPaidByCard(target.payment)) return zero;
  return minor(target.payment.fromCard - target.payment.refunded);
}

export const withoutNothing = (legs: readonly Leg[]): Leg[] => legs.filter(({ amount }) => amount !== 0);

/** What nobody here can be asked for is the platform's. */
export const lossLegs = (id: string, currency: Currency, loss: Minor): Leg[] =>
  withoutNothing([leg('platform:losses', currency, negate(loss)), leg(chargebackOf(id), currency, loss)]);

export const entryOf = (
  id: string,
  kind: 'chargeback' | 'chargeback-won' | 'chargeback-lost',
  legs: readonly Leg[],
  provider: string,
  at: number,
): JournalEntry => ({
  id: `${kind === 'chargeback' ? 'chargeback' : 'chargeback-end'}:${id}`,
  kind,
  legs: merged(legs),
  at,
  by: `psp:${provider}`,
  reference: `chargebacks/${id}`,
  // One that is lost moves nothing at the provider: it took the money when it was opened.
  ...(kind !== 'chargeback-lost' && { psp: { provider, source: id } }),
});

/** Legs on one account add up, so that none says there and back. */
function merged(legs: readonly Leg[]): Leg[] {
  const sums = new Map<string, Leg>();
  for (const one of legs) {
    const name = `${one.account} ${one.currency} ${one.counts ?? ''}`;
    const before = sums.get(name);
    sums.set(name, before ? { ...before, amount: minor(before.amount + one.amount) } : one);
  }
  return withoutNothing([...sums.values()]);
}

/** The payment has so much less to be refunded; what is charged back is not refunded as well. */
export function afterTaking(
  target: Target,
  amount: Minor,
  taken: Partial<Pick<After, 'escrow' | 'clearance'>>,
): After {
  const { escrow = null, clearance = null } = taken;
  if (amount === 0) return nothing;
  if (target.kind === 'purchase') {
    const purchase = target.purchase!;
    return { ...nothing, purchase: isPaid(purchase) ? withRefunded(purchase, amount) : purchase };
  }
  const payment = target.payment!;
  return {
    purchase: null,
    payment: isPaidByCard(payment) ? cardRefunded(payment, amount) : payment,
    escrow,
    clearance,
  };
}

function withRefunded(
  purchase: Extract<Purchase, { payment: unknown; paidAt: number }>,
  by: number,
): Purchase {
  const { payment, paidAt, price, news } = purchase;
  const refunded = minor(purchase.refunded + by);
  const status = refunded === price ? 'refunded' : refunded > 0 ? 'partially_refunded' : 'paid';
  return movePurchase(purchase, { status, payment, paidAt }, { news, dueAt: null, refunded });
}

function cardRefunded(payment: Extract<CardPayment, { paidAt: number }>, by: number): CardPayment {
  const { intent, paidAt, fromCard, news } = payment;
  const refunded = minor(payment.refunded + by);
  const status = refunded === fromCard ? 'refunded' : refunded > 0 ? 'partially_refunded' : 'paid';
  return movePayment(payment, { status, intent, paidAt }, { news, dueAt: null, refunded });
}

export const postAbout = (target: Target, entry: JournalEntry): Posting => post(entry, booksOf(target));
