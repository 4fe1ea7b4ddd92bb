import { lessen, type Clearance } from '../clearance/clearance.ts';
import {
  escrowId,
  isClosed,
  moveTo as moveEscrow,
  type ClosedEscrow,
  type OpenEscrow,
} from '../escrow/escrow.ts';
import { nothingMoved, taxIn, type Outcome } from '../escrow/fees.ts';
import { open } from '../escrow/progress.ts';
import { told } from '../escrow/texts.ts';
import { escrowOf, paymentOf } from '../ledger/chart.ts';
import { find, incoming, outgoing } from '../ledger/debt.ts';
import { leg, type Counter, type Leg } from '../ledger/journal.ts';
import { balanceOf, type Wallet } from '../ledger/wallet.ts';
import { moveTo as movePayment, paymentId, type CardPayment } from '../payments/funding.ts';
import type { Purchase } from '../purchases/purchase.ts';
import { minor, negate, portion, zero, type Currency, type Minor } from '../shared/money.ts';
import {
  cardRefundedBy,
  filledBy,
  refundedBy,
  unchanged,
  type After,
  type FundedBooks,
  type Target,
} from './target.ts';

/**
 * Where paid money is taken back from, whatever has happened to it since: from the escrow while it is there, else
 * from those who got it, each the share that they got. Of a person it is first what still clears, then what is
 * available, and the rest they owe. Each share is what they should have given in all, less what they gave before, so
 * any number of parts, given back between or not, re-adds to the whole.
 */

/** A person's share, as it has to be given back; `pending` is the part that was still clearing. */
export type Share = {
  readonly uid: string;
  readonly amount: Minor;
  readonly pending: Minor;
  readonly counts: Counter;
};

/** What was taken and from where: enough to put it back if the refund fails, or the chargeback is won. */
export type Taken = {
  readonly shares: readonly Share[];
  /** What the platform gave of its fee, and of the tax in it. */
  readonly platform: { readonly fees: Minor; readonly tax: Minor };
  readonly sources: Sources;
};

export type Sources = {
  /** Of what a buyer got for it. */
  readonly value: Minor;
  /** Of an escrow while it was open, and of what the payer had back of it after a refund that failed. */
  readonly escrow: Minor;
  readonly returned: Minor;
  /** Of the parts in which the escrow ended. */
  readonly outcome: Outcome;
};

export type TakenBack = Taken & {
  /** Everything but the leg that says where it goes. They sum to minus the amount. */
  readonly legs: readonly Leg[];
  readonly owed: readonly { readonly uid: string; readonly amount: Minor }[];
  readonly after: After;
};

const noSources: Sources = { value: zero, escrow: zero, returned: zero, outcome: nothingMoved };
export const nothingTaken: TakenBack = {
  ...{ shares: [], platform: { fees: zero, tax: zero }, sources: noSources },
  ...{ legs: [], owed: [], after: unchanged },
};

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

const withoutNothing = (legs: readonly Leg[]): Leg[] => legs.filter(({ amount }) => amount !== 0);
const clamp = (wanted: number, least: number, most: number): Minor =>
  minor(Math.min(most, Math.max(least, wanted)));

type Person = { readonly uid: string; readonly wallet: Wallet | null };

/** One person's part: its legs, the share that they gave, and what they owe from now on. */
function fromPerson(
  { uid, wallet }: Person,
  amount: Minor,
  { currency, counts, clearing = zero }: { currency: Currency; counts: Counter; clearing?: Minor },
) {
  const found = find(wallet, currency, amount, clearing);
  return {
    legs: outgoing(uid, currency, found, counts),
    shares: amount > 0 ? [{ uid, amount, pending: found.pending, counts }] : [],
    owed: found.owed > 0 ? [{ uid, amount: found.owed }] : [],
    pending: found.pending,
  };
}

/** Coins that were bought: their value from the buyer, what was above it from the platform. */
function takeFromBuyer(purchase: Purchase, wallet: Wallet | null, amount: Minor): TakenBack {
  const { uid, currency, value, price, refunded, valueBack } = purchase;
  const feesLeft = price - value - (refunded - valueBack);
  const wanted = portion(value, refunded + amount, price) - valueBack;
  const theirs = clamp(wanted, Math.max(0, amount - feesLeft), Math.min(amount, value - valueBack));
  const fees = minor(amount - theirs);
  const { legs, shares, owed } = fromPerson({ uid, wallet }, theirs, { currency, counts: 'purchased' });
  return {
    ...{ shares, owed, platform: { fees, tax: zero }, sources: { ...noSources, value: theirs } },
    legs: withoutNothing([...legs, leg('platform:fees', currency, negate(fees))]),
    after: { ...unchanged, purchase: refundedBy(purchase, amount, theirs) },
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
    shares: merged([...back.shares, ...job.shares]),
    owed: [...back.owed, ...job.owed],
    platform: job.platform,
    sources: { ...job.sources, returned },
    after: { ...job.after, payment: cardRefundedBy(payment, amount, negate(returned)) },
  };
}

/** One share a person, so that what they owe is repaid once when it is put back. */
const merged = (shares: readonly Share[]): Share[] =>
  [...Map.groupBy(shares, ({ uid }) => uid).values()].map(([first, ...more]) =>
    more.reduce(
      (all, { amount, pending }) => ({
        ...all,
        amount: minor(all.amount + amount),
        pending: minor(all.pending + pending),
      }),
      first!,
    ),
  );

/** A wallet as it is once an amount is gone from what is available. */
function without(wallet: Wallet | null, currency: Currency, amount: Minor): Wallet | null {
  if (wallet === null || amount === 0) return wallet;
  const held = balanceOf(wallet, currency);
  const available = minor(Math.max(0, held.available - amount));
  const debt = minor(held.debt + Math.max(0, amount - held.available));
  return { ...wallet, balances: { ...wallet.balances, [currency]: { ...held, available, debt } } };
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
function fromParties(books: FundedBooks, escrow: ClosedEscrow, amount: Minor): TakenBack {
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

/** Each part's share of an amount. The platform bears the roundings: nobody gives a unit of what they never got. */
function partsOf({ outcome, takenBack, held }: ClosedEscrow, amount: Minor): Outcome {
  const total = takenBack.toPayee + takenBack.toPlatform + takenBack.toPayer + amount;
  const left = added(outcome, { ...negated(takenBack) });
  const both = outcome.toPayee + outcome.toPlatform;
  const ofBoth = clamp(
    portion(minor(both), total, held) - takenBack.toPayee - takenBack.toPlatform,
    Math.max(0, amount - left.toPayer),
    Math.min(amount, left.toPayee + left.toPlatform),
  );
  const toPayee = clamp(
    portion(outcome.toPayee, total, held) - takenBack.toPayee,
    Math.max(0, ofBoth - left.toPlatform),
    // The platform may get a rounding back, but never more than it gave.
    Math.min(ofBoth + takenBack.toPlatform, left.toPayee),
  );
  return { toPayee, toPlatform: minor(ofBoth - toPayee), toPayer: minor(amount - ofBoth) };
}

export const added = (one: Outcome, other: Outcome): Outcome => ({
  toPayee: minor(one.toPayee + other.toPayee),
  toPlatform: minor(one.toPlatform + other.toPlatform),
  toPayer: minor(one.toPayer + other.toPayer),
});
export const negated = ({ toPayee, toPlatform, toPayer }: Outcome): Outcome => ({
  toPayee: negate(toPayee),
  toPlatform: negate(toPlatform),
  toPayer: negate(toPayer),
});

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
