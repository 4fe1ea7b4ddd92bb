import { minor, negate, type Currency, type Minor } from '../shared/money.ts';
import { walletOf } from './chart.ts';
import { leg, type Counter, type Leg } from './journal.ts';
import { balanceOf, type Wallet } from './wallet.ts';

/**
 * What somebody owes after a refund of money that they no longer had. It is an account of its own, so that no
 * bucket is ever negative (I3); what they earn later repays it before anything else.
 */

type Person = { readonly uid: string; readonly wallet: Wallet | null };

const withoutNothing = (legs: readonly Leg[]): Leg[] => legs.filter(({ amount }) => amount !== 0);

/**
 * The legs by which money comes to somebody: their debt is repaid first, the rest is theirs to spend. The
 * counter counts all of it. What somebody buys repays nothing: it is money of today for a purpose of today.
 */
export function incoming(
  { uid, wallet }: Person,
  currency: Currency,
  amount: Minor,
  counts?: Counter,
): Leg[] {
  const repaid = minor(Math.min(balanceOf(wallet, currency).debt, amount));
  return withoutNothing([
    leg(walletOf(uid, 'available'), currency, minor(amount - repaid), counts),
    leg(walletOf(uid, 'debt'), currency, repaid, counts),
  ]);
}

/** How an amount that is taken back is found: each part in turn, as far as it goes. */
export type Found = {
  readonly pending: Minor;
  readonly available: Minor;
  /** What was not there: it is owed from now on. */
  readonly owed: Minor;
};

/** @param pending how much of what still clears belongs to what is taken back */
export function find(wallet: Wallet | null, currency: Currency, amount: Minor, pending: Minor): Found {
  const held = balanceOf(wallet, currency);
  const fromPending = minor(Math.min(pending, held.pending, amount));
  const fromAvailable = minor(Math.min(held.available, amount - fromPending));
  return {
    pending: fromPending,
    available: fromAvailable,
    owed: minor(amount - fromPending - fromAvailable),
  };
}

/** The legs by which what was found is taken; the counter counts all of it back. */
export const outgoing = (uid: string, currency: Currency, found: Found, counts?: Counter): Leg[] =>
  withoutNothing([
    leg(walletOf(uid, 'pending'), currency, negate(found.pending), counts),
    leg(walletOf(uid, 'available'), currency, negate(found.available), counts),
    leg(walletOf(uid, 'debt'), currency, negate(found.owed), counts),
  ]);
