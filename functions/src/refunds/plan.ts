import { leg, type JournalEntry, type Leg } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import { attemptOf as cardAttempt, isPaid as isPaidByCard } from '../payments/funding.ts';
import { mustNotBeOpen } from '../psp/chargebacks.ts';
import type { Provider } from '../psp/gateway.ts';
import { isPaid } from '../purchases/purchase.ts';
import { minor, type Currency, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { takeBack } from './takeback.ts';
import { type TakenBack } from './portions.ts';
import { booksOf, chargebacksOf, remainingOf, type Target } from './target.ts';

/** What a refund would do, decided without doing it: a preview shows it, and a refund does exactly that. */

export type Plan = TakenBack & {
  readonly target: string;
  readonly uid: string;
  readonly provider: Provider;
  readonly payment: string;
  readonly attempt: string;
  readonly amount: Minor;
  readonly currency: Currency;
  /** What may still be refunded, before this. */
  readonly remaining: Minor;
  /** Whether it is all that was paid, in one. */
  readonly whole: boolean;
};

type Paid = Pick<Plan, 'uid' | 'provider' | 'payment' | 'attempt' | 'currency'> & { readonly paid: Minor };

/**
 * Plans a refund of `amount`, or of all that remains.
 * @throws Refusal `not_found`, `wrong_status` when it is not paid, `refund_too_large` with what remains,
 *   `chargeback_open`.
 */
export function planRefund(target: Target, wanted: Minor | null, at: number): Plan {
  const { paid, ...named } = paidIn(target);
  mustNotBeOpen(chargebacksOf(target));
  const remaining = remainingOf(target, named.payment);
  const amount = wanted ?? remaining;
  if (remaining === 0) throw new Refusal('wrong_status', { status: 'refunded' });
  if (amount > remaining)
    throw new Refusal('refund_too_large', { amount, remaining, currency: named.currency });
  const taken = takeBack(target, named.payment, amount, at);
  const whole = amount === paid;
  return { ...taken, ...named, target: `${target.kind}s/${target.id}`, amount, remaining, whole };
}

/** @throws Refusal `not_found`, `wrong_status` */
function paidIn(target: Target): Paid {
  const { kind, id } = target;
  if (target.kind === 'purchase') {
    const { purchase } = target;
    if (!purchase) throw new Refusal('not_found', { what: kind, id });
    if (!isPaid(purchase)) throw new Refusal('wrong_status', { status: purchase.status });
    const { uid, provider, currency, price: paid, payment } = purchase;
    return { uid, provider, currency, paid, payment: payment.payment, attempt: payment.attempt };
  }
  const { payment } = target;
  if (!payment) throw new Refusal('not_found', { what: kind, id });
  if (payment.status !== 'review' && !isPaidByCard(payment))
    throw new Refusal('wrong_status', { status: payment.status });
  const paid = payment.status === 'review' ? payment.collected : payment.fromCard;
  const { payer: uid, currency, intent } = payment;
  const attempt = cardAttempt(id, payment.attempt);
  return { uid, provider: 'stripe', currency, paid, payment: intent, attempt };
}

/** All that the refund's entry will hold, the card's leg among them. */
export const legsOf = ({ legs, provider, currency, amount }: Plan): Leg[] =>
  merged([...legs, leg(`psp:${provider}:clearing`, currency, amount)]);

/** Posts a plan. @param id of the refund, which is the cause */
export function postPlan(
  id: string,
  plan: Plan,
  target: Target,
  by: { readonly uid: string; readonly at: number },
): Posting {
  const entry: JournalEntry = {
    id: `refund:${id}`,
    kind: 'refund',
    legs: legsOf(plan),
    at: by.at,
    by: by.uid,
    reference: `refunds/${id}`,
    // The provider has not been asked yet, so it is under our own name.
    psp: { provider: plan.provider, source: `refund:${id}` },
  };
  return post(entry, booksOf(target));
}

/** Legs on one account add up, so that none says there and back. */
export function merged(legs: readonly Leg[]): Leg[] {
  const sums = new Map<string, Leg>();
  for (const one of legs) {
    const name = `${one.account} ${one.currency} ${one.counts ?? ''}`;
    const before = sums.get(name);
    sums.set(name, before ? { ...before, amount: minor(before.amount + one.amount) } : one);
  }
  return [...sums.values()].filter(({ amount }) => amount !== 0);
}
