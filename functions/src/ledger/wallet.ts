import { zero, type Currency, type Minor } from '../shared/money.ts';
import type { Bucket } from './chart.ts';
import type { Counter, EntryKind } from './journal.ts';
import type { Lot } from './lots.ts';

/** What one person holds in one currency, in minor units. Each bucket is zero or more (I3). */
export type Balance = Readonly<Record<Bucket, Minor>>;

export type Lifetime = Readonly<Record<Counter, Minor>>;

type PerCurrency<T> = Readonly<Partial<Record<Currency, T>>>;

/** `wallets/{uid}` */
export type Wallet = {
  readonly balances: PerCurrency<Balance>;
  readonly lifetime: PerCurrency<Lifetime>;
  /** What the balances that can expire are made of, earliest expiry first; missing where there are none. */
  readonly lots?: PerCurrency<readonly Lot[]>;
  /** The number of the last wallet entry; 0 before the first. */
  readonly version: number;
  /** The hash of the last wallet entry; empty before the first. */
  readonly head: string;
  /** A frozen wallet may receive, but neither spend nor withdraw. */
  readonly frozen: boolean;
};

/** `wallets/{uid}/entries/{n}`: what one journal entry did to one wallet. Never changed. */
export type WalletEntry = {
  readonly n: number;
  /** The journal entry that did it. */
  readonly journal: string;
  readonly kind: EntryKind;
  readonly at: number;
  readonly reference: string;
  /** By how much each bucket changed. */
  readonly changes: PerCurrency<Partial<Record<Bucket, Minor>>>;
  /** All balances of the changed currencies, before and after. */
  readonly before: PerCurrency<Balance>;
  readonly after: PerCurrency<Balance>;
  /** The hash of entry n-1; empty for the first. */
  readonly prev: string;
  readonly hash: string;
};

/** The first wallet of anyone: a wallet is created by its first entry, whatever the role (F10). */
export const newWallet: Wallet = { balances: {}, lifetime: {}, version: 0, head: '', frozen: false };

export const nothing: Balance = { available: zero, pending: zero, reserved: zero, debt: zero };
export const newLifetime: Lifetime = {
  earned: zero,
  spent: zero,
  withdrawn: zero,
  refunded: zero,
  purchased: zero,
};

export const balanceOf = (wallet: Wallet | null, currency: Currency): Balance =>
  wallet?.balances[currency] ?? nothing;

export const lotsOf = (wallet: Wallet | null, currency: Currency): readonly Lot[] =>
  wallet?.lots?.[currency] ?? [];

/** The document name of entry `n`: padded, so that document order is time order. */
export const entryId = (n: number): string => String(n).padStart(12, '0');
