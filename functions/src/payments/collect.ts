import { escrowId } from '../escrow/escrow.ts';
import { heldEscrow } from '../escrow/progress.ts';
import { told as escrowTold } from '../escrow/texts.ts';
import { lockCause, type Job } from '../jobs/job.ts';
import { escrowOf, paymentOf } from '../ledger/chart.ts';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { post } from '../ledger/ledger.ts';
import type { CardReport } from '../psp/ports.ts';
import { negate, zero } from '../shared/money.ts';
import { times } from './begin.ts';
import {
  isOpen,
  isPaid,
  moveTo,
  paymentId,
  readAttempt,
  type CardPayment,
  type OpenPayment,
  type ReviewReason,
} from './funding.ts';
import { told } from './funding.texts.ts';
import { review } from './misfit.ts';
import {
  cardLegs,
  endUnpaid,
  unchanged,
  withoutNothing,
  type CollectBooks,
  type Collected,
} from './unpaid.ts';

/** What the provider's word does to a card payment, whichever way it came: webhook, sweep, or question. */

/**
 * Does what the provider says. A payment fills its escrow when attempt, amount and currency are those of the
 * open try and the job is still the one that was paid for; whatever else was collected is booked and waits for
 * a person. A late word about an earlier try, or about one that is settled, moves nothing backwards (W3-06).
 */
export function collect(books: CollectBooks, report: CardReport, at: number): Collected | null {
  const { payment } = books;
  const named = readAttempt(report.attempt);
  if (!payment || named?.id !== paymentId(payment) || named.attempt > payment.attempt) return null;
  if (report.state === 'paid') return settlePaid(books, payment, report, named.attempt, at);
  if (!isOpen(payment) || named.attempt !== payment.attempt) return unchanged(payment);
  switch (report.state) {
    case 'awaiting_payer':
      return { ...unchanged(payment), payment: awaitPayer(payment, report, at) };
    case 'processing':
      return { ...unchanged(payment), payment: processing(payment, report, at) };
    case 'cancelled': {
      const over = at >= payment.expiresAt;
      return endUnpaid(books, payment, over ? 'expired' : 'cancelled', over ? 'not_paid' : 'cancelled', at);
    }
  }
}

function awaitPayer(payment: OpenPayment, { intent, failure }: CardReport, at: number): CardPayment {
  const { status } = payment;
  if (status === 'awaiting_payer' && payment.intent === intent && payment.failure === failure) return payment;
  const isNews = failure !== null && !(status === 'awaiting_payer' && payment.failure === failure);
  const news = isNews ? told(payment, 'declined', at) : { news: payment.news };
  return moveTo(payment, { status: 'awaiting_payer', intent, failure }, { ...news, dueAt: at + times.ask });
}

function processing(payment: OpenPayment, { intent }: CardReport, at: number): CardPayment {
  if (payment.status === 'processing') return payment;
  return moveTo(payment, { status: 'processing', intent }, { news: payment.news, dueAt: at + times.ask });
}

function settlePaid(
  books: CollectBooks,
  payment: CardPayment,
  report: CardReport,
  attempt: number,
  at: number,
): Collected {
  if (isPaid(payment))
    return unchanged(payment, payment.intent === report.intent ? 'nothing' : 'double_payment');
  if (report.intent in payment.misfits) return unchanged(payment);
  if (payment.status === 'review')
    return unchanged(payment, payment.intent === report.intent ? 'nothing' : 'double_payment');
  const wrong = problemWith(books.job, payment, report, attempt);
  return wrong
    ? review(books, payment, wrong, report, at)
    : fillEscrow(payment as OpenPayment, books.job, report, at);
}

function problemWith(
  job: Job | null,
  payment: CardPayment,
  report: CardReport,
  attempt: number,
): ReviewReason | null {
  if (report.currency !== payment.currency) return 'currency';
  if (report.amount !== payment.fromCard) return 'amount';
  if (!isOpen(payment) || attempt !== payment.attempt) return 'late';
  const asAgreed = job?.status === 'assigned' && job.payee === payment.payee && job.payer === payment.payer;
  return asAgreed ? null : 'job';
}

/** Both parts at once into the escrow, under the one cause that a job's lock has: no escrow is ever half funded. */
function fillEscrow(payment: OpenPayment, from: Job | null, { intent }: CardReport, at: number): Collected {
  const id = paymentId(payment);
  const { job, title, payer, payee, currency, price, payerFee, held, policy, fromWallet, fromCard } = payment;
  const of = { job, title, payer, payee, ...(from?.keeper !== undefined && { keeper: from.keeper }) };
  const empty = heldEscrow({ ...of, currency, price, payerFee, held, policy }, at);
  const escrow = escrowId(empty);
  const entry: JournalEntry = {
    id: lockCause(job),
    kind: 'escrow-lock',
    legs: withoutNothing([
      ...cardLegs(payment, fromCard),
      leg(paymentOf(id), currency, negate(fromWallet)),
      leg(escrowOf(escrow), currency, held),
    ]),
    at,
    by: 'psp:stripe',
    reference: `escrows/${escrow}`,
    psp: { provider: 'stripe', source: intent },
  };
  const posting = post(entry, {
    wallets: {},
    escrows: { [escrow]: zero },
    payments: { [id]: payment.balance },
  });
  const state = { status: 'paid', intent, paidAt: at } as const;
  const balance = posting.payments[id] ?? zero;
  const after = { news: payment.news, dueAt: null, balance, intents: [...payment.intents, intent] };
  return {
    ...unchanged(moveTo(payment, state, after), 'credited'),
    posting,
    escrow: { ...empty, ...escrowTold(empty, 'locked', at), balance: posting.escrows[escrow]! },
  };
}
