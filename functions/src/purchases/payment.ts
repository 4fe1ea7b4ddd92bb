import { walletOf } from '../ledger/chart.ts';
import { incoming } from '../ledger/debt.ts';
import { leg, type JournalEntry, type Leg } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { feeOf, minor, negate, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import type { EventResult } from '../psp/event.ts';
import { mustNotBeOpen } from '../psp/chargebacks.ts';
import type { PaymentReport } from '../psp/gateway.ts';
import { close, times, told } from './order.ts';
import { isPaid, moveTo, readAttempt, type Payment, type Purchase, type ReviewReason } from './purchase.ts';

/** What a provider's word does to an order: the one place that issues what was bought. */

/** D11: what the provider keeps of the price; the platform bears it, as a leg of its own. */
export const PSP_FEE_BPS = 250;

/** What a report comes to. */
export type Verdict = {
  readonly purchase: Purchase | null;
  readonly posting: Posting | null;
  readonly result: EventResult;
};

/**
 * What a provider's word does to an order, whichever way it arrived: webhook, sweep, or question. A payment
 * is credited when provider, attempt, amount and currency are those of the order, once. A payment that does
 * not fit, or that comes after the order was closed, is for a person to look at and issues nothing.
 */
export function settle(
  id: string,
  { purchase, wallet }: { readonly purchase: Purchase | null; readonly wallet: Wallet | null },
  report: PaymentReport,
  at: number,
): Verdict {
  const named = readAttempt(report.attempt);
  if (purchase?.provider !== report.provider || named?.id !== id || named.attempt > purchase.attempt)
    return { purchase: null, posting: null, result: 'unknown' };
  switch (report.outcome) {
    case 'pending':
    case 'processing':
      return nothing(purchase);
    case 'failed':
    case 'expired':
      // An earlier attempt that came to nothing says nothing about the one that is open.
      return named.attempt === purchase.attempt
        ? closeUnpaid(id, purchase, report.outcome, at)
        : nothing(purchase);
    case 'paid':
      return settlePaid(id, purchase, wallet, report, at);
  }
}

const nothing = (purchase: Purchase, result: EventResult = 'nothing'): Verdict => ({
  purchase,
  posting: null,
  result,
});

function closeUnpaid(id: string, purchase: Purchase, outcome: 'failed' | 'expired', at: number): Verdict {
  if (purchase.status !== 'created' && purchase.status !== 'pending') return nothing(purchase);
  return { purchase: close(id, purchase, outcome, 'not_paid', at), posting: null, result: 'closed' };
}

function settlePaid(
  id: string,
  purchase: Purchase,
  wallet: Wallet | null,
  report: PaymentReport,
  at: number,
): Verdict {
  const payment = paymentOf(report);
  switch (purchase.status) {
    case 'created':
    case 'pending': {
      const wrong = mismatch(purchase, report);
      return wrong ? review(id, purchase, wrong, report, at) : credit(id, purchase, wallet, payment, at);
    }
    case 'expired':
      return review(id, purchase, mismatch(purchase, report) ?? 'late', report, at);
    case 'failed':
      if (same(purchase.payment, payment)) return nothing(purchase);
      return review(id, purchase, mismatch(purchase, report) ?? 'late', report, at);
    case 'review':
      if (purchase.why === 'unanswered')
        return review(id, purchase, mismatch(purchase, report) ?? 'late', report, at);
      return nothing(purchase, same(purchase.payment, payment) ? 'nothing' : 'double_payment');
    case 'paid':
    case 'partially_refunded':
    case 'refunded':
      return nothing(purchase, same(purchase.payment, payment) ? 'nothing' : 'double_payment');
  }
}

const paymentOf = ({ attempt, reference, payment }: PaymentReport): Payment => ({
  attempt,
  reference,
  payment,
});
const same = (one: Payment | null, other: Payment): boolean =>
  one?.attempt === other.attempt && one.payment === other.payment;

function mismatch(purchase: Purchase, report: PaymentReport): 'amount' | 'currency' | null {
  if (report.currency !== purchase.currency) return 'currency';
  return report.amount === purchase.price ? null : 'amount';
}

function review(
  id: string,
  purchase: Purchase,
  why: ReviewReason,
  report: PaymentReport,
  at: number,
): Verdict {
  const state = {
    status: 'review',
    why,
    stated: report.stated,
    payment: paymentOf(report),
    reviewAt: at,
  } as const;
  const dueAt = at + times.review;
  return {
    purchase: moveTo(purchase, state, { ...told(id, purchase, 'review', at), dueAt }),
    posting: null,
    result: 'review',
  };
}

/** Credits that were sold: what their buyer owes of them is repaid first. */
const creditLegs = (uid: string, wallet: Wallet | null, credits: Minor): Leg[] =>
  credits === 0
    ? []
    : [
        leg('platform:credits', 'CREDIT', negate(credits)),
        ...incoming({ uid, wallet }, 'CREDIT', credits, 'purchased'),
      ];

/** Issues the value: the provider owes the price less its fee, the platform keeps what is above the value. */
function credit(
  id: string,
  purchase: Purchase,
  wallet: Wallet | null,
  payment: Payment,
  at: number,
): Verdict {
  const { uid, provider, currency, value, price } = purchase;
  const cost = feeOf(price, PSP_FEE_BPS);
  const entry: JournalEntry = {
    id: `purchase:${id}`,
    kind: 'purchase',
    legs: [
      leg(`psp:${provider}:clearing`, currency, minor(cost - price)),
      leg(`psp:${provider}:costs`, currency, negate(cost)),
      leg(walletOf(uid, 'available'), currency, value, 'purchased'),
      leg('platform:fees', currency, minor(price - value)),
      ...creditLegs(uid, wallet, purchase.credits),
    ].filter(({ amount }) => amount !== 0),
    at,
    by: `psp:${provider}`,
    reference: `purchases/${id}`,
    psp: { provider, source: payment.payment },
  };
  const paid = moveTo(
    purchase,
    { status: 'paid', payment, paidAt: at },
    { ...told(id, purchase, 'paid', at), dueAt: null },
  );
  return { purchase: paid, posting: post(entry, { wallets: { [uid]: wallet } }), result: 'credited' };
}

/**
 * A person decides about a payment under review: credit it, when it is the right amount and only came late,
 * or dismiss it, when the money goes back at the provider. Deciding the same twice changes nothing.
 * @throws Refusal `not_found`, `own_request`, `wrong_status`, `chargeback_open`, `amount_mismatch`.
 */
export function resolveReview(
  id: string,
  { purchase, wallet }: { readonly purchase: Purchase | null; readonly wallet: Wallet | null },
  order: { readonly decision: 'credit' | 'dismiss'; readonly by: string; readonly at: number },
): Verdict {
  if (!purchase) throw new Refusal('not_found', { what: 'purchase', id });
  if (purchase.uid === order.by) throw new Refusal('own_request');
  if (order.decision === 'dismiss' && purchase.status === 'failed' && purchase.payment)
    return nothing(purchase);
  if (order.decision === 'credit' && isPaid(purchase)) return nothing(purchase);
  if (purchase.status !== 'review') throw new Refusal('wrong_status', { status: purchase.status });
  mustNotBeOpen(purchase.chargebacks);
  if (order.decision === 'credit') {
    if (purchase.why !== 'late')
      throw new Refusal('amount_mismatch', { expected: purchase.price, found: purchase.stated });
    return credit(id, purchase, wallet, purchase.payment, order.at);
  }
  const state = {
    status: 'failed',
    why: 'dismissed',
    closedAt: order.at,
    payment: purchase.payment,
  } as const;
  const news = told(id, purchase, 'failed', order.at);
  return { purchase: moveTo(purchase, state, { ...news, dueAt: null }), posting: null, result: 'closed' };
}
