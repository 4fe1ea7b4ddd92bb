import { paymentOf } from '../ledger/chart.ts';
import { incoming } from '../ledger/debt.ts';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { post } from '../ledger/ledger.ts';
import { mustNotBeOpen } from '../psp/chargebacks.ts';
import type { CardReport } from '../psp/ports.ts';
import { negate, zero } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { times } from './begin.ts';
import { moveTo, paymentId, type CardPayment, type ReviewReason } from './funding.ts';
import { told } from './funding.texts.ts';
import { cardLegs, giveBack, released, unchanged, type CollectBooks, type Collected } from './unpaid.ts';

/** Money that came and does not fit: it is in the books as this payment's own, and a person decides. */
export function review(
  books: CollectBooks,
  payment: CardPayment,
  why: ReviewReason,
  report: CardReport,
  at: number,
): Collected {
  const id = paymentId(payment);
  const collected = report.currency === payment.currency ? (report.amount ?? zero) : zero;
  const known = collected > 0;
  const legs = known
    ? [...cardLegs(payment, collected), leg(paymentOf(id), payment.currency, collected)]
    : [];
  const posting = giveBack(payment, books.wallet, { cause: report.intent, legs }, at);
  const state = { status: 'review', why, stated: report.stated, intent: report.intent } as const;
  const after = moveTo(
    payment,
    { ...state, collected, reviewAt: at },
    {
      ...told(payment, 'review', at),
      dueAt: at + times.review,
      balance: posting?.payments[id] ?? payment.balance,
      intents: [...payment.intents, report.intent],
      misfits: { ...payment.misfits, [report.intent]: collected },
    },
  );
  return { ...unchanged(after, 'review'), posting, job: released(books.job, payment) };
}

/**
 * A person lets what was collected into the payer's wallet. Doing it twice does it once.
 * @throws Refusal `not_found`, `own_request`, `wrong_status`, `chargeback_open`; `amount_mismatch` when it came in another currency.
 */
export function creditReview(
  { payment, wallet }: Pick<CollectBooks, 'payment' | 'wallet'>,
  order: { readonly id: string; readonly by: string; readonly at: number },
): Collected {
  if (!payment) throw new Refusal('not_found', { what: 'payment', id: order.id });
  if (payment.payer === order.by) throw new Refusal('own_request');
  if (payment.status === 'failed' && payment.why === 'credited') return unchanged(payment);
  if (payment.status !== 'review') throw new Refusal('wrong_status', { status: payment.status });
  mustNotBeOpen(payment.chargebacks);
  const { payer, currency, balance } = payment;
  if (balance === 0)
    throw new Refusal('amount_mismatch', { expected: payment.fromCard, found: payment.stated });
  const entry: JournalEntry = {
    id: `payment:${order.id}:${payment.intent}:credit`,
    kind: 'payment-credit',
    legs: [
      leg(paymentOf(order.id), currency, negate(balance)),
      ...incoming({ uid: payer, wallet }, currency, balance, 'purchased'),
    ],
    at: order.at,
    by: order.by,
    reference: `payments/${order.id}`,
  };
  const posting = post(entry, { wallets: { [payer]: wallet }, payments: { [order.id]: balance } });
  const state = { status: 'failed', why: 'credited', closedAt: order.at } as const;
  const after = { ...told(payment, 'credited', order.at), dueAt: null, balance: zero };
  return { ...unchanged(moveTo(payment, state, after), 'credited'), posting };
}
