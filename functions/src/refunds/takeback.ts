import { lessen, type Clearance } from '../clearance/clearance.ts';
import {
  escrowId,
  isClosed,
  moveTo as moveEscrow,
  type ClosedEscrow,
  type OpenEscrow,
} from '../escrow/escrow.ts';
import { nothingMoved, taxIn } from '../escrow/fees.ts';
import { open } from '../escrow/progress.ts';
import { told } from '../escrow/texts.ts';
import { escrowOf, paymentOf } from '../ledger/chart.ts';
import { incoming } from '../ledger/debt.ts';
import { leg } from '../ledger/journal.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { moveTo as movePayment, paymentId, type CardPayment } from '../payments/funding.ts';
import type { Purchase } from '../purchases/purchase.ts';
import { minor, negate, portion, zero, type Minor } from '../shared/money.ts';
import {
  added,
  clamp,
  fromPerson,
  noSources,
  nothingTaken,
  oneEach,
  partsOf,
  withoutNothing,
  without,
  type Share,
  type TakenBack,
} from './portions.ts';
import { cardRefundedBy, filledBy, refundedBy, unchanged, type FundedBooks, type Target } from './target.ts';

/**
 * Where paid money is taken back from, whatever has happened to it since: from the escrow while it is there, else
 * from those who got it, each the share that they got. Of a person it is first what still clears, then what is
 * available, and the rest they owe. Each share is what they should have given in all, less what they gave before, so
 * any number of parts, given back between or not, re-adds to the whole.
 */

/**
 * @param source the provider's id of what was paid
 * @param amount at most `remainingOf` it
 * @throws Refusal `wrong_status`, `chargeback_open` of an escrow.
 */
export function takeBack(target: Target, source: string, amount: Minor, at: number): TakenBack {
  if (amount === 0) return nothingTaken;
  if (target.kind === 'purchase') return takeFromBuyer(target.purchase!, target.wallet, amount);
  const books = target as FundedBooks;
  return filledBy(books.payment, source)
    ? takeFromJob(books, amount, at)
    : takeMisfit(books, source, amount, at);
}

/** What was bought: its value or its credits from the buyer, what was above it from the platform. */
function takeFromBuyer(purchase: Purchase, wallet: Wallet | null, amount: Minor): TakenBack {
  const { uid, currency, value, price, refunded, valueBack } = purchase;
  const feesLeft = price - value - (refunded - valueBack);
  const wanted = portion(value, refunded + amount, price) - valueBack;
  const theirs = clamp(wanted, Math.max(0, amount - feesLeft), Math.min(amount, value - valueBack));
  const fees = minor(amount - theirs);
  const { legs, shares, owed } = fromPerson({ uid, wallet }, theirs, { currency, counts: 'purchased' });
  const soFar = portion(purchase.credits, minor(refunded + amount), price);
  const credits = clamp(soFar - purchase.creditsBack, 0, purchase.credits - purchase.creditsBack);
  const given = fromPerson({ uid, wallet }, credits, { currency: 'CREDIT', counts: 'purchased' });
  return {
    ...{ shares, owed, platform: { fees, tax: zero }, sources: { ...noSources, value: theirs, credits } },
    legs: withoutNothing([
      ...legs,
      leg('platform:fees', currency, negate(fees)),
      ...given.legs,
      leg('platform:credits', 'CREDIT', credits),
    ]),
    after: { ...unchanged, purchase: refundedBy(purchase, amount, theirs, credits) },
  };
}

/** What filled the escrow. Of it first what came back to the payer already, after a refund that failed. */
function takeFromJob(books: FundedBooks, amount: Minor, at: number): TakenBack {
  const { payment, escrow, payer } = books;
  const { currency } = payment;
  const returned = clamp(amount, 0, payment.returned);
  const back = fromPerson({ uid: payment.payer, wallet: payer }, returned, { currency, counts: 'refunded' });
  const rest = minor(amount - returned);
  const left: FundedBooks = { ...books, payer: without(payer, currency, returned) };
  const job =
    rest === 0 || escrow === null
      ? nothingTaken
      : isClosed(escrow)
        ? fromParties(left, escrow, rest)
        : fromEscrow(left, open(escrow), rest, at);
  return {
    legs: [...back.legs, ...job.legs],
    shares: oneEach([...back.shares, ...job.shares]),
    owed: [...back.owed, ...job.owed],
    platform: job.platform,
    sources: { ...job.sources, returned },
    after: { ...job.after, payment: cardRefundedBy(payment, amount, negate(returned)) },
  };
}

/**
 * The escrow still has it. All that the card paid ends the job's escrow, and what the wallet gave goes back there; a
 * part makes the price, and the fee on it, smaller.
 */
function fromEscrow(
  { payment, payer }: FundedBooks,
  escrow: OpenEscrow,
  amount: Minor,
  at: number,
): TakenBack {
  const id = escrowId(escrow);
  const { currency, balance, held } = escrow;
  const shares: Share[] = [{ uid: escrow.payer, amount, pending: zero, counts: 'refunded' }];
  const rest = minor(balance - amount);
  if (payment.refunded + payment.returned + amount < payment.fromCard) {
    const payerFee = portion(escrow.payerFee, rest, held);
    const smaller = { ...escrow, held: rest, payerFee, price: minor(rest - payerFee), balance: rest };
    const after = { ...smaller, refunded: minor(escrow.refunded + amount), version: escrow.version + 1 };
    const legs = [leg(escrowOf(id), currency, negate(amount))];
    const sources = { ...noSources, escrow: amount };
    return { ...nothingTaken, legs, shares, sources, after: { ...unchanged, escrow: after } };
  }
  const outcome = { toPayee: zero, toPlatform: zero, toPayer: balance };
  const state = { status: 'refunded', outcome, closedAt: at, closedBy: 'admin' } as const;
  const more = { ...told(escrow, 'refunded', at, outcome), dueAt: null, balance: zero };
  const takenBack = { ...nothingMoved, toPayer: amount };
  const back = incoming({ uid: escrow.payer, wallet: payer }, currency, rest, 'refunded');
  return {
    ...nothingTaken,
    legs: withoutNothing([leg(escrowOf(id), currency, negate(balance)), ...back]),
    shares,
    sources: { ...noSources, outcome: takenBack },
    after: { ...unchanged, escrow: { ...moveEscrow(escrow, state, more), takenBack } },
  };
}

/** It left the escrow: from everybody who got a part of it, in the proportion in which they got it. */
export function fromParties(
  books: Omit<FundedBooks, 'payment' | 'escrow'>,
  escrow: ClosedEscrow,
  amount: Minor,
): TakenBack {
  const { takenBack, currency, policy } = escrow;
  const now = partsOf(escrow, amount);
  const tax = minor(
    taxIn(minor(takenBack.toPlatform + now.toPlatform), policy) - taxIn(takenBack.toPlatform, policy),
  );
  const clearing = books.clearance?.amount ?? zero;
  const payee = fromPerson({ uid: escrow.payee, wallet: books.payee }, now.toPayee, {
    ...{ currency, counts: 'earned', clearing },
  });
  const payer = fromPerson({ uid: escrow.payer, wallet: books.payer }, now.toPayer, {
    ...{ currency, counts: 'refunded' },
  });
  const after = { ...escrow, takenBack: added(takenBack, now), version: escrow.version + 1 };
  return {
    legs: withoutNothing([
      ...payee.legs,
      ...payer.legs,
      leg('platform:fees', currency, minor(tax - now.toPlatform)),
      leg('tax:fees', currency, negate(tax)),
    ]),
    shares: [...payee.shares, ...payer.shares],
    platform: { fees: minor(now.toPlatform - tax), tax },
    sources: { ...noSources, outcome: now },
    owed: [...payee.owed, ...payer.owed],
    after: { ...unchanged, escrow: after, clearance: lessened(books.clearance, payee.pending) },
  };
}

const lessened = (clearance: Clearance | null, by: Minor): Clearance | null =>
  clearance && by > 0 ? lessen(clearance, by) : null;

/** Money that came and did not fit: it lies with the payment while it is under review, else the payer has it. */
function takeMisfit({ payment, payer }: FundedBooks, source: string, amount: Minor, at: number): TakenBack {
  const { currency, misfits } = payment;
  const lies = payment.status === 'review' && payment.intent === source ? payment.balance : zero;
  const here = clamp(amount, 0, lies);
  const counts = 'purchased' as const;
  const person = { uid: payment.payer, wallet: payer };
  const theirs = fromPerson(person, minor(amount - here), { currency, counts });
  const left = { ...payment, misfits: { ...misfits, [source]: minor((misfits[source] ?? zero) - amount) } };
  return {
    ...nothingTaken,
    legs: withoutNothing([leg(paymentOf(paymentId(payment)), currency, negate(here)), ...theirs.legs]),
    shares: [{ uid: payment.payer, amount, pending: zero, counts }],
    owed: theirs.owed,
    after: { ...unchanged, payment: here > 0 ? reviewed(left, here, at) : left },
  };
}

/** What lay under review is going: when all of it has, the payment is over and another try may begin. */
function reviewed(payment: CardPayment, by: Minor, at: number): CardPayment {
  const balance = minor(payment.balance - by);
  if (balance > 0) return { ...payment, balance, version: payment.version + 1 };
  const state = { status: 'failed', why: 'refunded', closedAt: at } as const;
  return movePayment(payment, state, { news: payment.news, dueAt: null, balance });
}
