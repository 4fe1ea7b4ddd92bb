import type { ClosedEscrow } from '../escrow/escrow.ts';
import { nothingMoved, type Outcome } from '../escrow/fees.ts';
import { find, outgoing } from '../ledger/debt.ts';
import type { Counter, Leg } from '../ledger/journal.ts';
import { balanceOf, type Wallet } from '../ledger/wallet.ts';
import { minor, negate, portion, zero, type Currency, type Minor } from '../shared/money.ts';
import { unchanged, type After } from './target.ts';

/** Who gives how much of what is taken back, and how that is kept. */

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
  /** Of the credits that a buyer got for it. */
  readonly credits: Minor;
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

/** Whom it is about: whose payment it was, and everybody who gave of it. */
export const partiesOf = (payer: string, { shares }: Pick<Taken, 'shares'>): string[] => [
  ...new Set([payer, ...shares.map(({ uid }) => uid)]),
];

export const noSources: Sources = {
  value: zero,
  credits: zero,
  escrow: zero,
  returned: zero,
  outcome: nothingMoved,
};
export const nothingTaken: TakenBack = {
  ...{ shares: [], platform: { fees: zero, tax: zero }, sources: noSources },
  ...{ legs: [], owed: [], after: unchanged },
};

export const withoutNothing = (legs: readonly Leg[]): Leg[] => legs.filter(({ amount }) => amount !== 0);
export const clamp = (wanted: number, least: number, most: number): Minor =>
  minor(Math.min(most, Math.max(least, wanted)));

type Person = { readonly uid: string; readonly wallet: Wallet | null };

/** One person's part: its legs, the share that they gave, and what they owe from now on. */
export function fromPerson(
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

/** One share a person, so that what they owe is repaid once when it is put back. */
export const oneEach = (shares: readonly Share[]): Share[] =>
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
export function without(wallet: Wallet | null, currency: Currency, amount: Minor): Wallet | null {
  if (wallet === null || amount === 0) return wallet;
  const held = balanceOf(wallet, currency);
  const available = minor(Math.max(0, held.available - amount));
  const debt = minor(held.debt + Math.max(0, amount - held.available));
  return { ...wallet, balances: { ...wallet.balances, [currency]: { ...held, available, debt } } };
}

/** Each part's share of an amount. The platform bears the roundings: nobody gives a unit of what they never got. */
export function partsOf({ outcome, takenBack, held }: ClosedEscrow, amount: Minor): Outcome {
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
