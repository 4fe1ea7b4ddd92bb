import { newEscrow } from '../escrow/progress.ts';
import type { FeePolicy } from '../escrow/fees.ts';
import type { Job } from '../jobs/job.ts';
import { paymentOf, walletOf } from '../ledger/chart.ts';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { quiet } from '../notifications/notice.ts';
import { countOrder } from '../purchases/limits.ts';
import type { Buyer } from '../purchases/purchase.ts';
import { minor, negate, zero, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { isOpen, isPaid, type CardPayment } from './funding.ts';

/** How a payment begins: what the wallet gives is held before any provider hears of the rest. */

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;

/** How long a payer has, how often an unfinished payment is asked about, and when a person hears of it. */
export const times = { open: HOUR, ask: 10 * MINUTE, escalate: 24 * HOUR, review: 48 * HOUR } as const;

export type BeginBooks = {
  readonly payment: CardPayment | null;
  readonly job: Job | null;
  readonly wallet: Wallet | null;
  readonly buyer: Buyer | null;
  /** Whether the job's money is in escrow already. */
  readonly funded: boolean;
};

export type FundOrder = {
  readonly id: string;
  readonly job: string;
  readonly by: string;
  readonly policy: FeePolicy;
  readonly fromWallet: Minor;
  readonly method: string;
  readonly save: boolean;
  /** Who leads the job, where that is who has it paid. */
  readonly keeper?: string;
  readonly at: number;
};

export type Begun = {
  readonly payment: CardPayment;
  /** Null for a payment that is under way, or over, already. */
  readonly job: Job | null;
  readonly buyer: Buyer | null;
  readonly posting: Posting | null;
};

/**
 * Begins a payment, or another try of one that came to nothing. The same wish while one is under way, or paid,
 * answers that one.
 * @throws Refusal `not_found`, `job_not_assigned`, `wrong_status`, `self_payment`, `job_funded`, `payment_open`
 *   when one with other parts is under way, `invalid_input` when the card would have nothing to pay,
 *   `insufficient_funds`, `wallet_frozen`, `limit_reached`.
 */
export function beginPayment(
  { payment: before, job, wallet, buyer, funded }: BeginBooks,
  order: FundOrder,
): Begun {
  const { id, by, policy, at, fromWallet, method, save } = order;
  const same = before?.fromWallet === fromWallet && before.method === method && before.save === save;
  if (before && (isOpen(before) || isPaid(before) || before.status === 'review')) {
    if (same || isPaid(before)) return { payment: before, job: null, buyer: null, posting: null };
    throw new Refusal('payment_open', { payment: id });
  }
  const { keeper } = order;
  const kept = keeper === undefined ? {} : { keeper };
  const escrow = newEscrow(job, { id: order.job, by, at, policy, ...kept });
  if (job === null || funded) throw new Refusal('job_funded', { job: order.job });
  const fromCard = minor(escrow.held - fromWallet);
  if (fromCard <= 0)
    throw new Refusal('invalid_input', {
      path: 'fromWallet',
      problem: 'leaves nothing for the card; pay from the wallet alone, without one',
    });
  const { title, payer, payee, currency, price, payerFee, held } = escrow;
  const attempt = (before?.attempt ?? 0) + 1;
  const counted = countOrder(buyer, { purchase: `${id}:${attempt}`, at, amount: fromCard, currency });
  const posting = fromWallet > 0 ? hold({ id, attempt, payer, currency, fromWallet, at }, wallet) : null;
  const payment: CardPayment = {
    ...{ job: order.job, title, payer, payee, currency, price, payerFee, held, policy, fromWallet, fromCard },
    ...{ customer: counted.customer ?? '', method, save },
    createdAt: before?.createdAt ?? at,
    expiresAt: at + times.open,
    attempt,
    version: (before?.version ?? 0) + 1,
    dueAt: at + times.ask,
    balance: posting?.payments[id] ?? zero,
    refunded: zero,
    returned: zero,
    intents: before?.intents ?? [],
    misfits: before?.misfits ?? {},
    chargebacks: before?.chargebacks ?? {},
    news: before?.news ?? quiet.news,
    status: 'created',
  };
  return { payment, job: { ...job, funding: id }, buyer: counted, posting };
}

type Part = Pick<CardPayment, 'payer' | 'currency' | 'fromWallet' | 'attempt'> & {
  readonly id: string;
  readonly at: number;
};

function hold({ id, attempt, payer, currency, fromWallet, at }: Part, wallet: Wallet | null): Posting {
  const entry: JournalEntry = {
    id: `payment:${id}:${attempt}:hold`,
    kind: 'payment-hold',
    legs: [
      leg(walletOf(payer, 'available'), currency, negate(fromWallet), 'spent'),
      leg(paymentOf(id), currency, fromWallet),
    ],
    at,
    by: payer,
    reference: `payments/${id}`,
  };
  return post(entry, { wallets: { [payer]: wallet }, payments: { [id]: zero } });
}
