import type { Currency, Minor } from '../shared/money.ts';
import { policyOf, type Account } from './chart.ts';
import type { Lot } from './lots.ts';

/** What an entry is for. Readers filter by it; the rules of posting are the same for all. */
export const entryKinds = [
  'purchase',
  'escrow-lock',
  'escrow-release',
  'escrow-refund',
  'escrow-split',
  'payment-hold',
  'payment-return',
  'payment-credit',
  'clearance',
  'deposit',
  'withdrawal-request',
  'withdrawal-paid',
  'withdrawal-return',
  'withdrawal-bounce',
  'refund',
  'refund-return',
  'order-refund',
  'chargeback',
  'chargeback-won',
  'chargeback-lost',
  'generation-reserve',
  'generation-capture',
  'generation-refund',
  'generation-loss',
  'grant',
  'lot-expiry',
  'adjustment',
  'reversal',
] as const;
export type EntryKind = (typeof entryKinds)[number];

/** What happens to a wallet over its life; each counts only what its name says (D14). */
export type Counter = 'earned' | 'spent' | 'withdrawn' | 'refunded' | 'purchased';

/** One change of one account: positive credits it, negative debits it. Minor units, never zero. */
export type Leg = {
  readonly account: Account;
  readonly currency: Currency;
  readonly amount: Minor;
  /** Which of the wallet's lifetime counters this leg moves, if any (D14). */
  readonly counts?: Counter;
  /** Of credits in a wallet: which lots it moved, and how much of each. `post` fills in what is not said. */
  readonly lots?: readonly Lot[];
};

/** `journal/{id}`: one atomic move. Append-only; its id names its cause. */
export type JournalEntry = {
  /** The cause, e.g. `escrow:<id>:release`: it can be created once (I6). */
  readonly id: string;
  readonly kind: EntryKind;
  /** Sums to zero per currency (I1). */
  readonly legs: readonly Leg[];
  readonly at: number;
  /** A uid, or `system` for timers and sweeps, or `psp:<provider>` for webhooks. */
  readonly by: string;
  /** The document this is about, e.g. `escrows/<id>`. */
  readonly reference: string;
  /** The entry that this one takes back. */
  readonly reverses?: string;
  /** The entry that this one puts right, which stays as it is. */
  readonly corrects?: string;
  /** What moved at a payment provider; there when a leg is on its clearing account, and only then. */
  readonly psp?: PspMove;
};

/**
 * By which the day's settlement finds the entry (I13). `source` is the provider's id of the payment or dispute, or
 * our own name where the provider's is only known later: `refund:<id>`, `payout:<withdrawal>`.
 */
export type PspMove = { readonly provider: string; readonly source: string };

/** A leg, built so that reading it says what happens. */
export const leg = (account: Account, currency: Currency, amount: Minor, counts?: Counter): Leg =>
  counts ? { account, currency, amount, counts } : { account, currency, amount };

/** Whose wallets an entry changes; one twice, where two of its legs do. */
export const walletsIn = ({ legs }: JournalEntry): string[] =>
  legs.flatMap(({ account }) => {
    const { place } = policyOf(account);
    return place.kept === 'wallet' ? [place.uid] : [];
  });

/** `journalCursors/{reader}`: entries before it are dealt with, but for those that took long to commit. */
export type JournalCursor = { readonly at: number };
