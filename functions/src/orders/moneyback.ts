import { isClosed, type Escrow } from '../escrow/escrow.ts';
import { incoming } from '../ledger/debt.ts';
import type { JournalEntry } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import { isPaid } from '../payments/funding.ts';
import { mustNotBeOpen } from '../psp/chargebacks.ts';
import { planRefund, postPlan, type Plan } from '../refunds/plan.ts';
import { newRefund } from '../refunds/settle.ts';
import { fromParties } from '../refunds/takeback.ts';
import { chargebacksOf, remainingOf, type Target } from '../refunds/target.ts';
import type { Refund } from '../refunds/refund.ts';
import { minor, sum, zero, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import type { DoneOrder, Order, Return } from './ordered.ts';
import type { OrderBooks } from './ordering.ts';
import { followMoney, type Granted } from './settling.ts';

/** Finance gives the money of an order back: to the card what the card paid, and to the wallet what the wallet paid. */

/** How often one order may be refunded in part. */
export const MOST_RETURNS = 20;

export type ReturnOrder = {
  readonly id: string;
  /** Of this refund. */
  readonly refund: string;
  /** Of the order’s currency; null for all that remains. */
  readonly amount: Minor | null;
  readonly by: string;
  readonly reason: string;
  readonly requestHash: string;
  readonly at: number;
};

export type MoneyBack = {
  readonly granted: Granted;
  readonly escrow: Escrow;
  readonly toWallet: Posting | null;
  readonly toCard: { readonly refund: Refund; readonly posting: Posting; readonly plan: Plan } | null;
  readonly made: Return;
};

/** How much of an order may still go back, and whither. */
function leftOf({ price, returns }: DoneOrder, card: Target | null) {
  const payment = card?.kind === 'payment' ? card.payment : null;
  const isCard = payment !== null && isPaid(payment);
  const byCard = isCard ? payment.fromCard : zero;
  const wallet = minor(price.total - byCard - sum(returns.map(({ toWallet }) => toWallet)));
  return { card: isCard && card ? remainingOf(card, payment.intent) : zero, wallet };
}

/** @throws Refusal `not_found`, `own_request`, `wrong_status` of one that is not done. */
function mustBeDone(order: Order | null, { id, by }: ReturnOrder): DoneOrder {
  if (!order) throw new Refusal('not_found', { what: 'order', id });
  if (order.uid === by) throw new Refusal('own_request');
  if (order.status !== 'done') throw new Refusal('wrong_status', { status: order.status });
  return order;
}

/**
 * Decides all of it at once: what the card paid goes first.
 * @param card what its card paid, with all that a refund of that may touch; null where the wallet paid all
 * @throws Refusal `not_found`, `own_request`, `wrong_status` where nothing is left, `refund_too_large`,
 *   `chargeback_open`, `limit_reached`.
 */
export function giveMoneyBack(books: OrderBooks, card: Target | null, wish: ReturnOrder): MoneyBack {
  const order = mustBeDone(books.order, wish);
  const { escrow } = books;
  if (!escrow || !isClosed(escrow)) throw new Refusal('wrong_status', { status: escrow?.status ?? 'none' });
  if (card) mustNotBeOpen(chargebacksOf(card));
  const used = order.returns.length;
  if (used >= MOST_RETURNS) throw new Refusal('limit_reached', { limit: MOST_RETURNS, used, retryAt: null });
  const { currency } = order.price;
  const left = leftOf(order, card);
  const remaining = minor(left.card + left.wallet);
  const amount = wish.amount ?? remaining;
  if (remaining === 0) throw new Refusal('wrong_status', { status: 'refunded' });
  if (amount > remaining) throw new Refusal('refund_too_large', { amount, remaining, currency });
  const cardPart = minor(Math.min(amount, left.card));
  const toCard = card && cardPart > 0 ? byCard(card, cardPart, wish) : null;
  const after = toCard?.plan.after.escrow ?? escrow;
  const wallet = toCard?.posting.wallets[order.uid]?.wallet ?? books.wallet;
  const inWallet = byWallet(order, after, { ...books, wallet }, minor(amount - cardPart), wish);
  const { id, at } = wish;
  const made = { id: wish.refund, toWallet: inWallet.amount, tax: inWallet.tax, toCard: cardPart, at };
  const noted: DoneOrder = { ...order, returns: [...order.returns, made] };
  const granted = followMoney(noted, inWallet.escrow, books, { id, at }) ?? justNoted(noted);
  return { granted, escrow: inWallet.escrow, toWallet: inWallet.posting, toCard, made };
}

/** As much is gone as before: something came again that was not heard of yet, or it went from the wallet to the card. */
const justNoted = (order: DoneOrder): Granted => ({
  ...{ order: { ...order, version: order.version + 1 }, settled: null, member: null, enrolment: null },
});

function byCard(card: Target, amount: Minor, { refund: id, by, reason, requestHash, at }: ReturnOrder) {
  const plan = planRefund(card, amount, at);
  const posting = postPlan(id, plan, card, { uid: by, at });
  return { refund: newRefund(plan, { id, by, reason, requestHash, at }), posting, plan };
}

/** Out of the platform’s fees and the tax, in the proportion in which they got it. */
function byWallet(
  order: DoneOrder,
  escrow: Escrow,
  { wallet }: Pick<OrderBooks, 'wallet'>,
  amount: Minor,
  { id, refund, by, at }: ReturnOrder,
): {
  readonly escrow: Escrow;
  readonly posting: Posting | null;
  readonly amount: Minor;
  readonly tax: Minor;
} {
  if (amount === 0 || !isClosed(escrow)) return { escrow, posting: null, amount: zero, tax: zero };
  const taken = fromParties({ payer: wallet, payee: null, clearance: null }, escrow, amount);
  const { uid, price } = order;
  const entry: JournalEntry = {
    id: `order-refund:${refund}`,
    kind: 'order-refund',
    legs: [...taken.legs, ...incoming({ uid, wallet }, price.currency, amount, 'refunded')],
    ...{ at, by, reference: `orders/${id}` },
  };
  const posting = post(entry, { wallets: { [uid]: wallet } });
  return { escrow: taken.after.escrow ?? escrow, posting, amount, tax: taken.platform.tax };
}
