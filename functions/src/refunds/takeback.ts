import type { Clearance } from '../clearance/clearance.ts';
import { lessen } from '../clearance/clearance.ts';
import {
  escrowId,
  isClosed,
  moveTo as moveEscrow,
  type ClosedEscrow,
  type Escrow,
  type OpenEscrow,
} from '../escrow/escrow.ts';
import { taxIn } from '../escrow/fees.ts';
import { open } from '../escrow/progress.ts';
import { told } from '../escrow/texts.ts';
import { escrowOf, paymentOf } from '../ledger/chart.ts';
import { find, incoming, outgoing } from '../ledger/debt.ts';
import { leg, type Counter, type Leg } from '../ledger/journal.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { paymentId, type CardPayment } from '../payments/funding.ts';
import type { Purchase } from '../purchases/purchase.ts';
import { minor, negate, portion, zero, type Currency, type Minor } from '../shared/money.ts';

/**
 * Where paid money is taken back from, whatever has happened to it since: from the escrow while it is there, else
 * from those who got it, each the share that they got. Of a person it is first what still clears, then what is
 * available, and the rest they owe. Shares are the differences of running sums, so any number of parts re-adds to
 * the whole.
 */

/** A person's share, as it has to be given back if the refund fails. */
export type Share = { readonly uid: string; readonly amount: Minor; readonly counts: Counter };

export type TakenBack = {
  /** Everything but the leg that says where it goes. They sum to minus the amount. */
  readonly legs: readonly Leg[];
  readonly shares: readonly Share[];
  /** What the platform gave of its fee, and of the tax in it. */
  readonly platform: { readonly fees: Minor; readonly tax: Minor };
  readonly owed: readonly { readonly uid: string; readonly amount: Minor }[];
};

type Person = { readonly uid: string; readonly wallet: Wallet | null };

/** The part of `whole` that falls to the span from `from` to `from + by` of `total`. */
const between = (whole: Minor, from: number, by: number, total: Minor): Minor =>
  minor(portion(whole, from + by, total) - portion(whole, from, total));

const withoutNothing = (legs: readonly Leg[]): Leg[] => legs.filter(({ amount }) => amount !== 0);

/** Coins that were bought: their value from the buyer, what was above it from the platform. */
export function takeFromBuyer(purchase: Purchase, wallet: Wallet | null, amount: Minor): TakenBack {
  const { uid, currency, value, price, refunded } = purchase;
  const theirs = between(value, refunded, amount, price);
  const found = find(wallet, currency, theirs, zero);
  const fees = minor(amount - theirs);
  return {
    legs: withoutNothing([
      ...outgoing(uid, currency, found, 'purchased'),
      leg('platform:fees', currency, negate(fees)),
    ]),
    shares: theirs > 0 ? [{ uid, amount: theirs, counts: 'purchased' }] : [],
    platform: { fees, tax: zero },
    owed: found.owed > 0 ? [{ uid, amount: found.owed }] : [],
  };
}

export type FundedBooks = {
  readonly payment: CardPayment;
  readonly escrow: Escrow | null;
  readonly payer: Wallet | null;
  readonly payee: Wallet | null;
  readonly clearance: Clearance | null;
};

export type FromFunded = TakenBack & {
  /** Only those that changed. */
  readonly escrow: Escrow | null;
  readonly clearance: Clearance | null;
};

/**
 * Money that a card paid for a job.
 * @throws Refusal `wrong_status` while it is disputed; `chargeback_open`.
 */
export function takeFromJob(books: FundedBooks, amount: Minor, by: { at: number }): FromFunded {
  const { payment, escrow } = books;
  if (escrow === null) return fromPayment(payment, amount);
  if (!isClosed(escrow)) return fromEscrow(books, open(escrow), amount, by.at);
  return fromParties(books, escrow, amount);
}

/** It never reached an escrow: it lies with the payment itself, under review. */
function fromPayment(payment: CardPayment, amount: Minor): FromFunded {
  const legs = [leg(paymentOf(paymentId(payment)), payment.currency, negate(amount))];
  const shares: Share[] = [{ uid: payment.payer, amount, counts: 'purchased' }];
  return { legs, shares, platform: nothing, owed: [], escrow: null, clearance: null };
}

const nothing = { fees: zero, tax: zero } as const;

/**
 * The escrow still has it. All that the card paid ends the job's escrow, and what the wallet gave goes back there; a
 * part makes the price, and the fee on it, smaller.
 */
function fromEscrow(
  { payment, payer }: FundedBooks,
  escrow: OpenEscrow,
  amount: Minor,
  at: number,
): FromFunded {
  const id = escrowId(escrow);
  const { currency, balance, held } = escrow;
  const shares: Share[] = [{ uid: escrow.payer, amount, counts: 'refunded' }];
  const rest = minor(balance - amount);
  if (payment.refunded + amount < payment.fromCard) {
    const payerFee = portion(escrow.payerFee, rest, held);
    const smaller = { ...escrow, held: rest, payerFee, price: minor(rest - payerFee), balance: rest };
    const after = { ...smaller, refunded: minor(escrow.refunded + amount), version: escrow.version + 1 };
    const legs = [leg(escrowOf(id), currency, negate(amount))];
    return { legs, shares, platform: nothing, owed: [], escrow: after, clearance: null };
  }
  const outcome = { toPayee: zero, toPlatform: zero, toPayer: balance };
  const state = { status: 'refunded', outcome, closedAt: at, closedBy: 'admin' } as const;
  const closed = moveEscrow(escrow, state, {
    ...told(escrow, 'refunded', at, outcome),
    dueAt: null,
    balance: zero,
  });
  const back = incoming({ uid: escrow.payer, wallet: payer }, currency, rest, 'refunded');
  return {
    legs: withoutNothing([leg(escrowOf(id), currency, negate(balance)), ...back]),
    shares,
    platform: nothing,
    owed: [],
    escrow: { ...closed, takenBack: amount },
    clearance: null,
  };
}

/** It left the escrow: from everybody who got a part of it, in the proportion in which they got it. */
function fromParties(books: FundedBooks, escrow: ClosedEscrow, amount: Minor): FromFunded {
  const { outcome, takenBack, held, currency, policy } = escrow;
  // The platform bears the roundings, so that nobody gives a unit of what they never got.
  const both = minor(outcome.toPayee + outcome.toPlatform);
  const ofPayee = between(outcome.toPayee, takenBack, amount, held);
  const ofPlatform = minor(between(both, takenBack, amount, held) - ofPayee);
  const ofPayer = minor(amount - ofPayee - ofPlatform);
  const given = minor(portion(both, takenBack, held) - portion(outcome.toPayee, takenBack, held));
  const tax = minor(taxIn(minor(given + ofPlatform), policy) - taxIn(given, policy));
  const payee = from({ uid: escrow.payee, wallet: books.payee }, currency, ofPayee, books.clearance);
  const payer = from({ uid: escrow.payer, wallet: books.payer }, currency, ofPayer, null);
  return {
    legs: withoutNothing([
      ...outgoing(escrow.payee, currency, payee, 'earned'),
      ...outgoing(escrow.payer, currency, payer, 'refunded'),
      leg('platform:fees', currency, minor(tax - ofPlatform)),
      leg('tax:fees', currency, negate(tax)),
    ]),
    shares: [
      { uid: escrow.payee, amount: ofPayee, counts: 'earned' as const },
      { uid: escrow.payer, amount: ofPayer, counts: 'refunded' as const },
    ].filter((share) => share.amount > 0),
    platform: { fees: minor(ofPlatform - tax), tax },
    owed: [
      { uid: escrow.payee, amount: payee.owed },
      { uid: escrow.payer, amount: payer.owed },
    ].filter((one) => one.amount > 0),
    escrow: { ...escrow, takenBack: minor(takenBack + amount), version: escrow.version + 1 },
    clearance: books.clearance && payee.pending > 0 ? lessen(books.clearance, payee.pending) : null,
  };
}

const from = ({ wallet }: Person, currency: Currency, amount: Minor, clearance: Clearance | null) =>
  find(wallet, currency, amount, clearance?.amount ?? zero);

/** The legs by which all of it is given back to those who gave it: what they owe comes first. */
export const giveBackLegs = (
  { shares, platform }: Pick<TakenBack, 'shares' | 'platform'>,
  wallets: Readonly<Record<string, Wallet | null>>,
  currency: Currency,
): Leg[] =>
  withoutNothing([
    ...shares.flatMap(({ uid, amount, counts }) =>
      incoming({ uid, wallet: wallets[uid] ?? null }, currency, amount, counts),
    ),
    leg('platform:fees', currency, platform.fees),
    leg('tax:fees', currency, platform.tax),
  ]);
