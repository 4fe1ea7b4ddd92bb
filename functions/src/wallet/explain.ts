import type { Bucket } from '../ledger/chart.ts';
import { walletOf } from '../ledger/chart.ts';
import type { EntryKind, JournalEntry, PspMove } from '../ledger/journal.ts';
import { movedOn } from '../ledger/ledger.ts';
import type { WalletEntry } from '../ledger/wallet.ts';
import { format, negate, type Currency, type Minor } from '../shared/money.ts';
import { actorOf, type Actor } from './actor.ts';
import { changeOf } from './history.ts';

/** Why a balance is what it is, in words for whose it is. */

/** What happened, whichever way it moved what somebody has. A kind without words does not compile. */
export const causes: Readonly<Record<EntryKind, string>> = {
  purchase: 'You bought coins or credits, and they were paid.',
  'escrow-lock': 'You put money into escrow for a job.',
  'escrow-release': 'A job was released to you.',
  'escrow-refund': 'The money in escrow for a job came back to you.',
  'escrow-split': 'The money in escrow for a job was split, and this is your part.',
  'payment-hold': 'Your wallet’s part of a card payment was set aside.',
  'payment-return': 'A card payment did not go through, and your wallet’s part of it came back.',
  'payment-credit': 'What your card had paid was put into your wallet.',
  clearance: 'What you earned has cleared.',
  deposit: 'What you sent to our bank was found there.',
  'withdrawal-request': 'You asked for a withdrawal, and its amount was set aside.',
  'withdrawal-paid': 'A withdrawal was paid out to you.',
  'withdrawal-return': 'A withdrawal ended without being paid out, and its amount is yours again.',
  'withdrawal-bounce': 'A payout came back from the bank, and its amount is yours again.',
  refund: 'A payment that you gave or got a part of was refunded.',
  'refund-return': 'A refund did not go through, and what it had moved was put back.',
  'order-refund': 'Something that you had bought was refunded to your wallet.',
  chargeback: 'A bank took back a payment that you gave or got a part of.',
  'chargeback-won': 'A chargeback was won, and what it had moved was put back.',
  'chargeback-lost': 'A chargeback was lost.',
  'generation-reserve': 'You asked for work that credits pay for, and its price was set aside.',
  'generation-capture': 'Work that credits pay for was done.',
  'generation-refund': 'Work that credits pay for came to nothing or was cancelled, and this came back.',
  'generation-loss': 'Work was done after its credits had come back; the platform bears it.',
  grant: 'You were given credits.',
  'lot-expiry': 'Credits that you were given have expired.',
  adjustment: 'Finance put right what had been booked wrongly.',
  reversal: 'An earlier entry was taken back.',
};

const names: Readonly<Record<Bucket, string>> = {
  available: 'What you can spend',
  pending: 'What still clears',
  reserved: 'What is set aside for withdrawals',
  debt: 'What you owe',
};

export type Explained = {
  readonly n: number;
  readonly kind: EntryKind;
  readonly at: number;
  /** By how much it changed the bucket, and what the bucket held then. */
  readonly amount: Minor;
  readonly balance: Minor;
  readonly why: string;
  /** Null where the journal has no such entry, which is then no explanation. */
  readonly actor: Actor | null;
  readonly psp: PspMove | null;
  readonly reference: string;
  /** The journal entry that this one puts right or takes back. */
  readonly corrects: string | null;
  readonly journal: string;
};

type Asked = { readonly uid: string; readonly currency: Currency; readonly bucket: Bucket };

/** @param cause the journal’s entry of the same name */
export function explain(entry: WalletEntry, cause: JournalEntry | null, asked: Asked): Explained {
  const { n, kind, at, reference, journal } = entry;
  const amount = changeOf(entry, asked.currency, asked.bucket);
  const moved = amount > 0 ? 'rose' : 'fell';
  const by = format(Math.abs(amount), asked.currency);
  return {
    ...{ n, kind, at, amount, reference, journal },
    balance: entry.after[asked.currency]![asked.bucket],
    why: `${causes[kind]} ${names[asked.bucket]} ${moved} by ${by}.`,
    actor: cause && actorOf(cause, asked.uid),
    psp: cause?.psp ?? null,
    corrects: cause?.corrects ?? cause?.reverses ?? null,
  };
}

/** Whether the journal says of an entry what the wallet says. A debt rises by what it is debited. */
export function agrees(entry: WalletEntry, cause: JournalEntry, { uid, currency, bucket }: Asked): boolean {
  const own = cause.legs.filter((leg) => leg.currency === currency);
  const moved = movedOn({ ...cause, legs: own }, walletOf(uid, bucket));
  return changeOf(entry, currency, bucket) === (bucket === 'debt' ? negate(moved) : moved);
}
