import { feeOf, minor, portion, zero, type Bps, type Minor } from '../shared/money.ts';

/** What the platform takes, and how long the timer waits. Snapshotted into the escrow at lock. */
export type FeePolicy = {
  readonly payeeFeeBps: Bps;
  readonly payerFeeBps: Bps;
  readonly releaseHours: number;
  /** How long what was released lies in `pending`; 0 for not at all (D6). */
  readonly clearanceHours: number;
  /** How much of the platform's fee is tax, on top of the rest of it: 500 means that 105 are 100 and 5. */
  readonly feeTaxBps: Bps;
  /** Where the tax was agreed as an amount: so much of `of` is tax, and of a part its part. Then no rate says it. */
  readonly taxed?: { readonly tax: Minor; readonly of: Minor };
};

/** How the money left: I5 says that the three parts are what was held. */
export type Outcome = { readonly toPayee: Minor; readonly toPlatform: Minor; readonly toPayer: Minor };

/** D1. The others are what platforms commonly take; all three are tested. */
export const presets = {
  standard: { payeeFeeBps: 1000, payerFeeBps: 0 },
  higher: { payeeFeeBps: 1500, payerFeeBps: 1000 },
  shared: { payeeFeeBps: 1000, payerFeeBps: 500 },
} as const;

/** What a payer is asked for: the price, and the fee on top of it. */
export function quote(price: Minor, policy: Pick<FeePolicy, 'payerFeeBps'>) {
  const payerFee = feeOf(price, policy.payerFeeBps);
  return { payerFee, held: minor(price + payerFee) };
}

type Held = {
  readonly price: Minor;
  readonly payerFee: Minor;
  readonly held: Minor;
  readonly policy: FeePolicy;
};

/**
 * How held money is divided when `percent` of the price goes to the payee (D8). The payee's fee applies to
 * the payee's part, the payer's fee is kept in the same proportion, every rounding goes to the payer or the
 * payee, and the three parts always re-add to what was held (I5). 100 is a release, 0 a refund.
 */
export function divide({ price, payerFee, held, policy }: Held, percent: number): Outcome {
  const gross = portion(price, percent, 100);
  const fee = feeOf(gross, policy.payeeFeeBps);
  const toPayee = minor(gross - fee);
  const toPlatform = minor(fee + portion(payerFee, percent, 100));
  return { toPayee, toPlatform, toPayer: minor(held - toPayee - toPlatform) };
}

/** The tax within a fee, rounded down. */
export const taxIn = (fee: Minor, { feeTaxBps, taxed }: Pick<FeePolicy, 'feeTaxBps' | 'taxed'>): Minor =>
  taxed ? portion(fee, taxed.tax, taxed.of) : portion(fee, feeTaxBps, 10_000 + feeTaxBps);

export const nothingMoved: Outcome = { toPayee: zero, toPlatform: zero, toPayer: zero };
