import { policyOf, type Account } from '../ledger/chart.ts';
import type { EntryKind, JournalEntry } from '../ledger/journal.ts';
import type { Lot } from '../ledger/lots.ts';
import type { Currency } from '../shared/money.ts';
import type { Side, Sink } from './tally.ts';

/**
 * What caused each entry, and with what amounts. An entry tells its own side here; the documents that call for it tell
 * theirs in documents.ts. Each name begins with the path of the document that shows a difference:
 * `journal/<id> <kind>` is told once by each side, `<path> <what> <currency>` with an amount.
 */

/** One entry each; or all entries about one document together, where some of them come and go. */
type Told = {
  readonly by: 'entry' | 'reference';
  /** Whether what wallets, escrows and payments gave is told too: a refund does not say who of them gave what. */
  readonly whole: boolean;
  /** Whether some document calls for it by its name. */
  readonly called: boolean;
};
const each: Told = { by: 'entry', whole: true, called: true };
const ours: Told = { by: 'entry', whole: false, called: true };
const together: Told = { by: 'reference', whole: false, called: false };

const toldOf: Readonly<Record<EntryKind, Told>> = {
  purchase: each,
  'escrow-lock': each,
  'escrow-release': each,
  'escrow-refund': each,
  'escrow-split': each,
  'payment-hold': together,
  'payment-return': together,
  'payment-credit': together,
  clearance: ours,
  deposit: each,
  'withdrawal-request': each,
  'withdrawal-paid': each,
  'withdrawal-return': each,
  'withdrawal-bounce': each,
  refund: ours,
  'refund-return': ours,
  'order-refund': each,
  // One first entry; what ends it may be none, one or two.
  chargeback: { ...together, called: true },
  'chargeback-won': together,
  'chargeback-lost': together,
  'generation-reserve': each,
  'generation-capture': each,
  'generation-refund': each,
  'generation-loss': each,
  grant: each,
  // How often a lot expired is known, and how much of it in all.
  'lot-expiry': { by: 'reference', whole: true, called: true },
  adjustment: each,
  reversal: each,
};

/** What an entry says of its cause. */
export function foldCause(id: string, { kind, reference, legs }: JournalEntry, sink: Sink): void {
  const { by, whole, called } = toldOf[kind];
  if (called) sink.tell('causes', 'journal', `journal/${id} ${kind}`, 1);
  const about = by === 'entry' ? `journal/${id}` : reference;
  for (const { account, currency, amount, lots = [] } of legs) {
    if (whole || (policyOf(account).place.kept === 'journal' && !account.startsWith('chargeback:')))
      sink.tell('causes', 'journal', `${about} ${partyOf(account, kind)} ${currency}`, amount);
    // What is set aside is told lot by lot: it goes back to them.
    if (kind === 'generation-reserve')
      for (const lot of lots)
        sink.tell('causes', 'journal', `${about} ${lotPart(lot)} ${currency}`, 0 - lot.amount);
  }
}

/** What of a lot does not change while it is there: using credits moves the end of what expires by not being used. */
export const lotNamed = ({ id, kind, expiresAt, idleMs }: Lot): string =>
  `${kind}/${id}/${idleMs === null ? (expiresAt ?? 'kept') : `idle${idleMs}`}`;

/** What a lot gave, as a part of an entry. */
export const lotPart = (lot: Lot): string => `lot:${lotNamed(lot)}`;

/** Of a person only what is set aside is told apart: how the rest is spread depends on what they owed. */
function partyOf(account: Account, kind: EntryKind): string {
  const { place } = policyOf(account);
  if (place.kept === 'wallet') return place.bucket === 'reserved' ? account : walletIn(place.uid);
  // A provider’s part of a price is ours to bear, and no document says how much that was.
  return kind.startsWith('chargeback') ? account : account.replace(/^(psp:[a-z]+):.*$/, '$1');
}

export const walletIn = (uid: string): string => `wallet:${uid}`;

/** Amounts by party: a person, an account of ours, or a field of a document. */
export type Parts = Readonly<Record<string, number>>;

export function tellParts(sink: Sink, side: Side, about: string, currency: Currency, parts: Parts): void {
  for (const [party, amount] of Object.entries(parts))
    if (amount !== 0) sink.tell('causes', side, `${about} ${party} ${currency}`, amount);
}

/** A document calls for an entry of a kind, with what it moved. */
export function callFor(
  sink: Sink,
  { id, kind }: { readonly id: string; readonly kind: EntryKind },
  currency: Currency,
  parts: Parts = {},
): void {
  sink.tell('causes', 'documents', `journal/${id} ${kind}`, 1);
  tellParts(sink, 'documents', `journal/${id}`, currency, parts);
}
