import type { FeePolicy } from '../escrow/fees.ts';
import { minor, type Bps, type Currency, type Minor } from '../shared/money.ts';

/** What the platform itself sells: plans with other fees, and badges that are shown for a while (F16, F79). */

export type Fees = { readonly payeeFeeBps: Bps; readonly payerFeeBps: Bps };

/** `offers/{name}`: as a superadmin defined it; what is not there is as below. */
export type Offer = {
  readonly name: string;
  readonly kind: 'plan' | 'badge';
  readonly title: string;
  readonly price: { readonly amount: Minor; readonly currency: Currency };
  readonly days: number;
  /** Of whoever has the plan, on either side of a booking; null for a badge. */
  readonly fees: Fees | null;
  /** Counts definitions; 0 as it comes. */
  readonly version: number;
};

/** The plan of everybody who bought none. It costs nothing; until it is defined the parameters say its fees (D1). */
export const FREE = 'free';

const qar = (amount: number) => ({ amount: minor(amount), currency: 'QAR' }) as const;
const plan = (name: string, title: string, amount: number, fees: Fees): Offer => ({
  ...{ name, kind: 'plan', title, price: qar(amount), days: 30, fees, version: 0 },
});
const badge = (name: string, title: string, amount: number, days: number): Offer => ({
  ...{ name, kind: 'badge', title, price: qar(amount), days, fees: null, version: 0 },
});

export const defaults: readonly Offer[] = [
  plan('plus', 'Plus', 4900, { payeeFeeBps: 800, payerFeeBps: 0 }),
  plan('pro', 'Pro', 14_900, { payeeFeeBps: 500, payerFeeBps: 0 }),
  badge('featured', 'Featured', 5000, 7),
  badge('verification', 'Verified', 10_000, 365),
];

export const defaultOf = (name: string): Offer | null => defaults.find((one) => one.name === name) ?? null;

/** Everything that is offered: as it was defined, else as it comes. */
export function offersOf(defined: readonly Offer[]): Offer[] {
  const names = new Set(defined.map(({ name }) => name));
  return [...defined, ...defaults.filter(({ name }) => !names.has(name))];
}

/**
 * The fees of a booking: the payee’s by the payee’s plan, the payer’s by the payer’s. It keeps a copy (W0-14).
 * @param free what holds without a plan, if it was defined
 */
export function policyFor(
  base: FeePolicy,
  plans: { readonly payee: Fees | null; readonly payer: Fees | null; readonly free: Fees | null },
): FeePolicy {
  const payeeFeeBps = (plans.payee ?? plans.free ?? base).payeeFeeBps;
  const payerFeeBps = (plans.payer ?? plans.free ?? base).payerFeeBps;
  return { ...base, payeeFeeBps, payerFeeBps };
}

/** What the platform sells is all fee: nothing of it is a payee’s. */
export const ownPolicy = (base: FeePolicy): FeePolicy => ({
  ...base,
  payeeFeeBps: 10_000,
  payerFeeBps: 0,
  clearanceHours: 0,
});
