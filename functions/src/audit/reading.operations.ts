import { collections } from '../collections.ts';
import type { Escrow } from '../escrow/escrow.ts';
import { buckets } from '../ledger/chart.ts';
import type { JournalEntry } from '../ledger/journal.ts';
import { newLifetime, type Wallet, type WalletEntry } from '../ledger/wallet.ts';
import { docsAt, findAsOf, pageAt, type Item } from '../platform/instant.ts';
import type { Target } from './account.ts';
import { isHistory, phases, startingAt, type Phase, type Place } from './audit.ts';
import { journalSince, walletEntriesSince } from './audit.store.ts';
import { foldBooking, foldKept, foldMembership, foldSale } from './agreements.ts';
import { foldCause } from './causes.ts';
import { foldEnrolment, foldMember, foldOrder } from './sold.ts';
import { foldGeneration, foldGivenLot } from './credited.ts';
import {
  foldAdjustment,
  foldClearance,
  foldDeposit,
  foldEscrow,
  foldPayment,
  foldPurchase,
  foldWithdrawal,
  mayHaveBeenRefunded,
} from './documents.ts';
import { foldEntry, foldJournal, foldWallet } from './fold.ts';
import { foldChargeback, foldRefund } from './takings.ts';
import type { Sink } from './tally.ts';

/** Reads the store at one instant, phase by phase and page by page, into a sink. */

const sources: Readonly<Record<Exclude<Phase, 'done'>, { collection: string } | { group: string }>> = {
  journal: { collection: collections.journal.path },
  entries: { group: 'entries' },
  wallets: { collection: collections.wallets.path },
  escrows: { collection: collections.escrows.path },
  bookings: { collection: collections.bookings.path },
  sales: { collection: collections.sales.path },
  memberships: { collection: collections.memberships.path },
  orders: { collection: collections.orders.path },
  members: { collection: collections.members.path },
  enrolments: { collection: collections.enrolments.path },
  payments: { collection: collections.payments.path },
  purchases: { collection: collections.purchases.path },
  deposits: { collection: collections.deposits.path },
  withdrawals: { collection: collections.withdrawals.path },
  refunds: { collection: collections.refunds.path },
  chargebacks: { collection: collections.chargebacks.path },
  adjustments: { collection: collections.adjustments.path },
  clearances: { collection: collections.clearances.path },
  generations: { collection: collections.generations.path },
  lots: { collection: collections.lots.path },
};

/** One page, and where the next one begins. */
export type Page = { readonly phase: Phase; readonly items: readonly Item[]; readonly next: Place };

async function pageOf(place: Place, instant: number, limit: number): Promise<Page> {
  const { phase, sinceAt } = place;
  if (phase === 'done') return { phase, items: [], next: place };
  const items = await itemsOf(phase, place, instant, limit);
  const last = items.at(-1);
  if (last && items.length === limit) {
    const afterAt = isHistory(phase) ? (last.doc as WalletEntry).at : 0;
    return { phase, items, next: { phase, sinceAt, after: last.path, afterAt } };
  }
  const next = phases[phases.indexOf(phase) + 1] ?? 'done';
  return { phase, items, next: { ...startingAt(sinceAt), phase: next } };
}

/** Of everything by path, of what happened since a time by that time: the one order needs no index, the other two. */
function itemsOf(
  phase: Exclude<Phase, 'done'>,
  { sinceAt, after, afterAt }: Place,
  instant: number,
  limit: number,
): Promise<Item[]> {
  if (sinceAt === null || !isHistory(phase)) return pageAt(sources[phase], instant, after, limit);
  const last = (id: string) => (after === '' ? null : { id, doc: { at: afterAt } });
  return phase === 'journal'
    ? findAsOf(journalSince(sinceAt, last(after.slice(after.lastIndexOf('/') + 1)), limit), instant)
    : findAsOf(walletEntriesSince(sinceAt, last(after), limit), instant);
}

type Stretch = {
  /** How many documents a page has at most. */
  readonly size: number;
  /** How many pages there are at most. */
  readonly most?: number;
  /** Which phase it ends before. */
  readonly before?: Phase;
};

/** Page by page from a place on; while one is folded, the next is on its way. */
export async function* pagesFrom(
  place: Place,
  instant: number,
  { size, most = Infinity, before = 'done' }: Stretch,
): AsyncGenerator<Page, void, undefined> {
  if (place.phase === before || place.phase === 'done') return;
  let coming = pageOf(place, instant, size);
  for (let left = most; left > 0; left -= 1) {
    const page = await coming;
    const isLast = left === 1 || page.next.phase === before;
    if (!isLast) {
      coming = pageOf(page.next, instant, size);
      // It is waited for above, when what came before is done.
      coming.catch(() => undefined);
    }
    yield page;
    if (isLast) return;
  }
}

/** What each document says that tells how things stand; of escrows there is more to ask. */
const standing: Readonly<Partial<Record<Phase, (id: string, doc: never, sink: Sink) => void>>> = {
  wallets: foldWallet,
  bookings: foldBooking,
  sales: foldSale,
  memberships: foldMembership,
  orders: foldOrder,
  members: foldMember,
  enrolments: foldEnrolment,
  payments: foldPayment,
  purchases: foldPurchase,
  deposits: foldDeposit,
  withdrawals: foldWithdrawal,
  refunds: foldRefund,
  chargebacks: foldChargeback,
  adjustments: foldAdjustment,
  clearances: foldClearance,
  generations: foldGeneration,
  lots: foldGivenLot,
};

/** Tells what each document of a page says. */
export async function foldPage({ phase, items }: Page, instant: number, to: Target): Promise<void> {
  if (phase === 'escrows') await foldEscrows(items, instant, to.state);
  const fold = standing[phase];
  for (const item of items) {
    const { path, id, doc } = item;
    if (phase === 'journal') {
      const { sink, classes } = to.journal((doc as JournalEntry).at);
      readable(item, sink, () => {
        foldJournal(id, doc as JournalEntry, sink, classes);
        foldCause(id, doc as JournalEntry, sink);
      });
    } else if (phase === 'entries') {
      const sink = to.entries((doc as WalletEntry).at);
      readable(item, sink, () => foldEntry(path.split('/')[1]!, id, doc as WalletEntry, sink));
    } else if (fold) readable(item, to.state, () => fold(id, doc as never, to.state));
  }
}

/** What was edited so that nothing can be read from it is found too, and stops nobody from reading on. */
function readable(item: Item, sink: Sink, fold: () => void): void {
  try {
    fold();
  } catch (error) {
    const found = (error as Error).message;
    sink.violation({ invariant: 'I10', document: item.path, expected: 'a document of its kind', found });
  }
}

/** An escrow that a card's refund ended has no end of its own: only the journal tells those from the others. */
async function foldEscrows(page: readonly Item[], instant: number, sink: Sink): Promise<void> {
  const unsure = page.filter(({ doc }) => mayHaveBeenRefunded(doc as Escrow));
  const found = await docsAt(
    unsure.map(({ id }) => `${collections.journal.path}/escrow:${id}:end`),
    instant,
  );
  const ends = new Set(found.map(({ path }) => path));
  for (const item of page)
    readable(item, sink, () => {
      const escrow = item.doc as Escrow;
      const end = `${collections.journal.path}/escrow:${item.id}:end`;
      foldEscrow(item.id, escrow, !mayHaveBeenRefunded(escrow) || ends.has(end), sink);
      foldKept(escrow, sink);
    });
}

/** An account comes first in a balance's name, and after the entry in that of what it did. */
const isOn = (account: string, name: string): boolean =>
  name.startsWith(account) || name.includes(` ${account}`);

/** One wallet's history page by page, and of each of its entries the legs on it. @returns how many of both */
export async function readWallet(
  uid: string,
  instant: number,
  limit: number,
  sink: Sink,
): Promise<readonly [entries: number, journal: number]> {
  let [after, entries, told] = ['', 0, 0];
  // Another's uid may begin with this one's and a colon.
  const whole = [...buckets, ...Object.keys(newLifetime)].map((of) => `wallet:${uid}:${of} `);
  const own = [...whole, `wallet:${uid}:available#`];
  const onIt: Sink = {
    violation: sink.violation,
    tell: (comparison, side, name, amount) => {
      if (comparison === 'causes') return;
      if (comparison === 'heads' || own.some((account) => isOn(account, name)))
        sink.tell(comparison, side, name, amount);
    },
  };
  for (;;) {
    const page = await pageAt(
      { collection: `${collections.wallets.path}/${uid}/entries` },
      instant,
      after,
      limit,
    );
    for (const item of page)
      readable(item, onIt, () => foldEntry(uid, item.id, item.doc as WalletEntry, onIt));
    const causes = [...new Set(page.map(({ doc }) => (doc as WalletEntry).journal))];
    const journal = await docsAt(
      causes.map((id) => `${collections.journal.path}/${id}`),
      instant,
    );
    for (const item of journal)
      readable(item, onIt, () => foldJournal(item.id, item.doc as JournalEntry, onIt, {}));
    entries += page.length;
    told += journal.length;
    after = page.at(-1)?.path ?? '';
    if (page.length < limit) break;
  }
  const [wallet] = await docsAt([`${collections.wallets.path}/${uid}`], instant);
  if (wallet) readable(wallet, onIt, () => foldWallet(uid, wallet.doc as Wallet, onIt));
  return [entries, told];
}
