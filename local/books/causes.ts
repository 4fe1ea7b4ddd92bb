/** I5, I6 and I12: each cause moved money exactly once, and nothing waits for ever. */
import { entryOf } from '../../functions/src/adjustments/adjust.ts';
import type { Adjustment } from '../../functions/src/adjustments/adjustment.ts';
import type { Chargeback } from '../../functions/src/chargebacks/chargeback.ts';
import {
  escrowFor,
  isOpen as isOpenPayment,
  isPaid,
  type CardPayment,
} from '../../functions/src/payments/funding.ts';
import { joinId } from '../../functions/src/shared/ids.ts';
import { isClosed, type Escrow } from '../../functions/src/escrow/escrow.ts';
import { lockCause } from '../../functions/src/jobs/job.ts';
import type { JournalEntry } from '../../functions/src/ledger/journal.ts';
import { isPaid as isPaidFor, type Purchase } from '../../functions/src/purchases/purchase.ts';
import { negate } from '../../functions/src/shared/money.ts';
import { isOpen, isUnderWay, type Withdrawal } from '../../functions/src/withdrawals/withdrawal.ts';
import type { Books } from '../books.ts';
import { creditProblems, expectedOfCredits } from './credits.ts';
import { broughtTo, failed, onAccount, type Check, type Journal } from './moves.ts';

/** The entries that the documents call for; every other one has no cause. */
function* expected({
  escrows,
  purchases,
  payments,
  withdrawals,
  histories,
  journal,
  refunds,
  chargebacks,
  adjustments,
  deposits,
  orders,
}: Books): Generator<string> {
  for (const [id, adjustment] of adjustments)
    if (adjustment.status === 'posted') yield entryOf(id, adjustment);
  for (const order of orders.values())
    for (const { id, toWallet } of order.status === 'done' ? order.returns : [])
      if (toWallet > 0) yield `order-refund:${id}`;
  for (const [id, { status }] of deposits) if (status === 'verified') yield `deposit:${id}`;
  for (const [id, purchase] of purchases) if (isPaidFor(purchase)) yield `purchase:${id}`;
  for (const id of chargebacks.keys()) {
    yield `chargeback:${id}`;
    // One that is lost after its money was taken moves nothing more.
    for (const cause of [`chargeback-end:${id}`, `chargeback-appeal:${id}`])
      if (journal.has(cause)) yield cause;
  }
  for (const [id, { status, booked }] of refunds) {
    if (!booked) continue;
    yield `refund:${id}`;
    if (status === 'failed') yield `refund:${id}:return`;
  }
  for (const [id, escrow] of escrows) {
    yield lockCause(escrow.job);
    if (isClosed(escrow) && !endedByRefund(id, escrow, journal)) yield `escrow:${id}:end`;
  }
  for (const id of payments.keys())
    for (const cause of journal.keys()) if (cause.startsWith(`payment:${id}:`)) yield cause;
  // One that clears names its wallet's number, so it is wanted where that number is it.
  for (const [uid, history] of histories)
    for (const { n, kind } of history) if (kind === 'clearance') yield `clearance:${uid}:${n}`;
  for (const [id, withdrawal] of withdrawals) {
    yield `withdrawal:${id}:request`;
    if (!isOpen(withdrawal)) yield `withdrawal:${id}:end`;
    if (cameBack(withdrawal)) yield `withdrawal:${id}:bounce`;
  }
}

export function causeProblems(books: Books): string[] {
  const { journal } = books;
  const wanted = new Set([...expected(books), ...expectedOfCredits(books)]);
  return [
    ...[...wanted].filter((id) => !journal.has(id)).map((id) => `I6 ${id} did not happen`),
    ...[...journal.keys()].filter((id) => !wanted.has(id)).map((id) => `I6 ${id} has no cause`),
    ...[...books.escrows].flatMap(([id, escrow]) => escrowProblems(id, escrow, books)),
    ...[...books.payments].flatMap(([id, payment]) => paymentProblems(id, payment, books)),
    ...creditProblems(books),
    ...[...books.purchases].flatMap(([id, purchase]) => purchaseProblems(id, purchase, journal)),
    ...[...books.chargebacks].flatMap(([id, one]) => chargebackProblems(id, one, books)),
    ...[...books.withdrawals].flatMap(([id, withdrawal]) => withdrawalProblems(id, withdrawal, journal)),
    ...[...books.adjustments].flatMap(([id, adjustment]) => adjustmentProblems(id, adjustment, journal)),
  ];
}

/** What the provider took and nobody gave is owed only while the escrow that has it is frozen. */
function chargebackProblems(id: string, chargeback: Chargeback, { accounts }: Books): string[] {
  const { status, currency, amount, frozen } = chargeback;
  const left = accounts.get(`chargeback:${id} ${currency}`) ?? 0;
  const should = status === 'open' && frozen !== null ? negate(amount) : 0;
  return failed([[`I5 chargeback ${id}: is ${status} and ${left} is open`, left === should]]);
}

/** All that its card paid went back while it was open: the refund's entry took it out. */
const endedByRefund = (id: string, escrow: Escrow, journal: Journal): boolean =>
  escrow.status === 'refunded' && escrow.closedBy === 'admin' && !journal.has(`escrow:${id}:end`);

function escrowProblems(id: string, escrow: Escrow, { journal, payments }: Books): string[] {
  const { held, balance, payer, payee, price, payerFee } = escrow;
  const lock = journal.get(lockCause(escrow.job));
  const locked = held + escrow.refunded;
  const all: Check[] = [
    [`I5 escrow ${id}: price ${price} and fee ${payerFee} are not ${held}`, price + payerFee === held],
    [`I5 escrow ${id}: the lock did not put ${locked} in`, onAccount(lock, `escrow:${id}`) === locked],
    [`I5 escrow ${id}: the payer did not pay ${locked}`, paidInto(id, escrow, lock, payments) === locked],
  ];
  if (!isClosed(escrow))
    return failed([
      ...all,
      [`I5 escrow ${id}: is open with ${balance} of ${held}`, balance === held],
      [
        `I12 escrow ${id}: is ${escrow.status} without a deadline`,
        (escrow.dueAt === null) === (escrow.contested.length > 0 || escrow.keeper !== undefined),
      ],
    ]);
  const end = journal.get(`escrow:${id}:end`);
  if (endedByRefund(id, escrow, journal))
    return failed([...all, [`I5 escrow ${id}: still holds ${balance}`, balance === 0]]);
  const { toPayee, toPlatform, toPayer } = escrow.outcome;
  return failed([
    ...all,
    [`I5 escrow ${id}: parts do not make ${held}`, toPayee + toPlatform + toPayer === held],
    [`I5 escrow ${id}: a part is negative`, Math.min(toPayee, toPlatform, toPayer) >= 0],
    [`I5 escrow ${id}: still holds ${balance}`, balance === 0],
    [`I5 escrow ${id}: took out another sum than ${held}`, onAccount(end, `escrow:${id}`) === negate(held)],
    [`I5 escrow ${id}: payee’s part`, broughtTo(end, payee) === toPayee],
    [`I5 escrow ${id}: payer’s part`, broughtTo(end, payer) === toPayer],
    [
      `I5 escrow ${id}: platform’s part`,
      onAccount(end, 'platform:fees') + onAccount(end, 'tax:fees') === toPlatform,
    ],
    [`I12 escrow ${id}: is over and has a deadline`, escrow.dueAt === null],
  ]);
}

/** What the payer gave: from the wallet, or by a payment's card and what it held of the wallet. */
function paidInto(
  id: string,
  { job, payer }: Escrow,
  lock: JournalEntry | undefined,
  payments: Books['payments'],
): number {
  const payment = payments.get(joinId(job, payer));
  if (payment && isPaid(payment) && escrowFor(payment) === id)
    return (
      0 -
      onAccount(lock, 'psp:stripe:clearing') -
      onAccount(lock, 'psp:stripe:costs') -
      onAccount(lock, `payment:${joinId(job, payer)}`)
    );
  return 0 - onAccount(lock, `wallet:${payer}:available`);
}

/** A paid one has its escrow, and one under way its job; nothing of it waits for ever. */
function paymentProblems(id: string, payment: CardPayment, { escrows, jobs, journal }: Books): string[] {
  const { attempt, status, fromWallet, balance, dueAt, job } = payment;
  const hold = journal.get(`payment:${id}:${attempt}:hold`);
  const open = isOpenPayment(payment);
  return failed([
    [
      `I5 payment ${id}: is ${status} without its escrow`,
      !isPaid(payment) || escrows.has(escrowFor(payment)),
    ],
    [
      `I5 payment ${id}: held ${onAccount(hold, `payment:${id}`)} of ${fromWallet}`,
      onAccount(hold, `payment:${id}`) === fromWallet,
    ],
    [
      `I5 payment ${id}: is ${status} and holds ${balance}`,
      open ? balance === fromWallet : status === 'review' || balance === 0,
    ],
    [`I5 payment ${id}: is ${status} and its job says otherwise`, !open || jobs.get(job)?.funding === id],
    [
      `I12 payment ${id}: ${status}, due at ${dueAt ?? 'no time'}`,
      (open || status === 'review') === (dueAt !== null),
    ],
  ]);
}

function purchaseProblems(id: string, purchase: Purchase, journal: Journal): string[] {
  const { status, uid, value, credits, price, provider, dueAt } = purchase;
  const waits = status === 'created' || status === 'pending' || status === 'review';
  const deadline: Check = [
    `I12 purchase ${id}: ${status}, due at ${dueAt ?? 'no time'}`,
    // An expired order may still be asked about: a page can outlive it.
    status === 'expired' || waits === (dueAt !== null),
  ];
  if (!isPaidFor(purchase)) return failed([deadline]);
  const entry = journal.get(`purchase:${id}`);
  const paid = onAccount(entry, `psp:${provider}:clearing`) + onAccount(entry, `psp:${provider}:costs`);
  return failed([
    deadline,
    [
      `I6 purchase ${id}: issued another value than ${value} and ${credits} credits`,
      broughtTo(entry, uid) === value + credits,
    ],
    [`I6 purchase ${id}: took in another price than ${price}`, paid === negate(price)],
  ]);
}

function withdrawalProblems(id: string, withdrawal: Withdrawal, journal: Journal): string[] {
  const { uid, amount, status, dueAt } = withdrawal;
  const reserved = `wallet:${uid}:reserved`;
  const asked = onAccount(journal.get(`withdrawal:${id}:request`), reserved);
  const end = journal.get(`withdrawal:${id}:end`);
  const ended = onAccount(end, reserved);
  const bounced = journal.get(`withdrawal:${id}:bounce`);
  const back = cameBack(withdrawal);
  const wasPaid = status === 'paid' || back;
  const by = 'payout' in withdrawal ? 'psp:stripe:clearing' : 'bank:payouts';
  return failed([
    [`I6 withdrawal ${id}: reserved ${asked} of ${amount}`, asked === amount],
    [
      `I6 withdrawal ${id}: ${status}, and ${ended} left`,
      ended === (isOpen(withdrawal) ? 0 : negate(amount)),
    ],
    [
      `I6 withdrawal ${id}: ${status}, and ${onAccount(end, by)} left by ${by}`,
      onAccount(end, by) === (wasPaid ? amount : 0),
    ],
    [
      `I6 withdrawal ${id}: came back with ${broughtTo(bounced, uid)}`,
      broughtTo(bounced, uid) === (back ? amount : 0),
    ],
    [
      `I12 withdrawal ${id}: ${status}, due at ${dueAt ?? 'no time'}`,
      (isOpen(withdrawal) || isUnderWay(withdrawal)) === (dueAt !== null),
    ],
  ]);
}

/** What was decided is what moved, between one wallet and our losses, and it names an entry that is there. */
function adjustmentProblems(id: string, adjustment: Adjustment, journal: Journal): string[] {
  const { status, uid, amount, direction, corrects } = adjustment;
  if (status !== 'posted') return [];
  const entry = journal.get(adjustment.entry);
  const should = direction === 'credit' ? amount : negate(amount);
  return failed([
    [`I6 adjustment ${id}: corrects ${corrects}, which is not there`, journal.has(corrects)],
    [`I6 adjustment ${id}: moved ${broughtTo(entry, uid)}, not ${should}`, broughtTo(entry, uid) === should],
    [
      `I6 adjustment ${id}: our losses bore another sum than ${should}`,
      onAccount(entry, 'platform:losses') === negate(should),
    ],
  ]);
}

/** It was paid by the provider, and then was not. */
const cameBack = (withdrawal: Withdrawal): boolean =>
  withdrawal.status === 'failed' && 'paidAt' in withdrawal && withdrawal.paidAt !== null;
