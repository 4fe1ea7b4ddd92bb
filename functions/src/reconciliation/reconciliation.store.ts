import { collections } from '../collections.ts';
import type { JournalEntry } from '../ledger/journal.ts';
import type { CardPayment } from '../payments/funding.ts';
import type { Query } from '../platform/store.ts';
import type { PspEvent } from '../psp/event.ts';
import type { Provider } from '../psp/gateway.ts';
import type { Purchase } from '../purchases/purchase.ts';
import type { Reconciliation, Settled } from './reconciliation.ts';

/** As many as one page has; far below what one query may name at once is asked for in parts. */
export const PAGE = 100;
const IN = 30;

const after = (cursor: string | null) => (cursor === null ? {} : { after: cursor });

/** A day's lines, by their ids. */
export const linesOn = (batch: string, cursor: string | null): Query<Settled> => ({
  collection: collections.settlements,
  where: [['batch', '==', batch]],
  limit: PAGE,
  ...after(cursor),
});

/** What moved at a provider in a span of time, oldest first. Index: psp.provider, at. */
export const movesIn = (
  provider: Provider,
  { from, to }: { readonly from: number; readonly to: number },
  cursor: string | null,
): Query<JournalEntry> => ({
  collection: collections.journal,
  where: [
    ['psp.provider', '==', provider],
    ['at', '>=', from],
    ['at', '<', to],
  ],
  orderBy: [['at', 'asc']],
  limit: PAGE,
  ...after(cursor),
});

/** Names in parts that a query may ask for. */
export const inParts = (names: readonly string[]): string[][] => {
  const all = [...new Set(names)];
  return Array.from({ length: Math.ceil(all.length / IN) }, (_, i) => all.slice(i * IN, (i + 1) * IN));
};

export const movesOf = (sources: readonly string[]): Query<JournalEntry> => ({
  collection: collections.journal,
  where: [['psp.source', 'in', sources]],
});
export const linesOf = (sources: readonly string[]): Query<Settled> => ({
  collection: collections.settlements,
  where: [['source', 'in', sources]],
});

/** Days that a run left behind, or whose last look is due. */
export const dueReconciliations = (at: number): Query<Reconciliation> => ({
  collection: collections.reconciliations,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});

/** Orders that nobody has paid, begun before a time. Index: status, createdAt. */
export const pendingPurchases = (before: number): Query<Purchase> => ({
  collection: collections.purchases,
  where: [
    ['status', 'in', ['created', 'pending']],
    ['createdAt', '<=', before],
  ],
  orderBy: [['createdAt', 'asc']],
});
export const pendingPayments = (before: number): Query<CardPayment> => ({
  collection: collections.payments,
  where: [
    ['status', 'in', ['created', 'awaiting_payer', 'processing']],
    ['createdAt', '<=', before],
  ],
  orderBy: [['createdAt', 'asc']],
});

/** Events that name a payment of the provider’s. */
export const eventsOfCheckout = (payment: string): Query<PspEvent> => ({
  collection: collections.pspEvents,
  where: [['about.report.payment', '==', payment]],
  limit: 10,
});
export const eventsOfCard = (intent: string): Query<PspEvent> => ({
  collection: collections.pspEvents,
  where: [['about.intent', '==', intent]],
  limit: 10,
});
