import { collections } from '../collections.ts';
import type { Chargeback } from '../chargebacks/chargeback.ts';
import type { Escrow } from '../escrow/escrow.ts';
import type { Generation } from '../generations/generation.ts';
import type { JournalEntry } from '../ledger/journal.ts';
import type { Wallet, WalletEntry } from '../ledger/wallet.ts';
import type { GivenLot } from '../lots/lifetime.ts';
import type { CardPayment } from '../payments/funding.ts';
import { docsAt, pageAt, type Item } from '../platform/instant.ts';
import type { Purchase } from '../purchases/purchase.ts';
import type { Refund } from '../refunds/refund.ts';
import type { Withdrawal } from '../withdrawals/withdrawal.ts';
import { phases, type Phase } from './audit.ts';
import {
  foldChargeback,
  foldEscrow,
  foldGeneration,
  foldGivenLot,
  foldPayment,
  foldPurchase,
  foldRefund,
  foldWithdrawal,
  isCausedHere,
  mayHaveBeenRefunded,
} from './documents.ts';
import { endHistory, foldEntry, foldJournal, foldWallet, type Reading, type Sums } from './fold.ts';
import type { Sink } from './tally.ts';

/** Reads the store at one instant, phase by phase and page by page, into a sink. */

export type Place = {
  readonly phase: Phase;
  readonly after: string;
  readonly reading: Reading | null;
};

export const start: Place = { phase: 'journal', after: '', reading: null };

const sources: Readonly<Record<Exclude<Phase, 'done'>, { collection: string } | { group: string }>> = {
  journal: { collection: collections.journal.path },
  entries: { group: 'entries' },
  wallets: { collection: collections.wallets.path },
  escrows: { collection: collections.escrows.path },
  payments: { collection: collections.payments.path },
  purchases: { collection: collections.purchases.path },
  withdrawals: { collection: collections.withdrawals.path },
  refunds: { collection: collections.refunds.path },
  chargebacks: { collection: collections.chargebacks.path },
  generations: { collection: collections.generations.path },
  lots: { collection: collections.lots.path },
};

export type Read = { readonly place: Place; readonly read: number };

/** The next page. @param limit how many documents at most */
export async function readPage(
  place: Place,
  instant: number,
  limit: number,
  to: { readonly sink: Sink; readonly sums: Sums },
): Promise<Read> {
  const { phase } = place;
  if (phase === 'done') return { place, read: 0 };
  const page = await pageAt(sources[phase], instant, place.after, limit);
  const reading = await foldPage(phase, page, place.reading, instant, to);
  const last = page.at(-1);
  if (last && page.length === limit)
    return { place: { phase, after: last.path, reading }, read: page.length };
  if (reading) endHistory(reading, to.sink);
  const next = phases[phases.indexOf(phase) + 1] ?? 'done';
  return { place: { phase: next, after: '', reading: null }, read: page.length };
}

async function foldPage(
  phase: Exclude<Phase, 'done'>,
  page: readonly Item[],
  reading: Reading | null,
  instant: number,
  { sink, sums }: { readonly sink: Sink; readonly sums: Sums },
): Promise<Reading | null> {
  switch (phase) {
    case 'journal':
      for (const { id, doc } of page) foldJournal(id, doc as JournalEntry, isCausedHere, sink, sums);
      return null;
    case 'entries':
      return page.reduce<Reading | null>(
        (before, { path, doc }) => foldEntry(path.split('/')[1]!, doc as WalletEntry, before, sink),
        reading,
      );
    case 'wallets':
      for (const { id, doc } of page) foldWallet(id, doc as Wallet, sink);
      return null;
    case 'escrows':
      await foldEscrows(page, instant, sink);
      return null;
    case 'payments':
      for (const { id, doc } of page) foldPayment(id, doc as CardPayment, sink);
      return null;
    case 'purchases':
      for (const { id, doc } of page) foldPurchase(id, doc as Purchase, sink);
      return null;
    case 'withdrawals':
      for (const { id, doc } of page) foldWithdrawal(id, doc as Withdrawal, sink);
      return null;
    case 'refunds':
      for (const { id, doc } of page) foldRefund(id, doc as Refund, sink);
      return null;
    case 'chargebacks':
      for (const { id, doc } of page) foldChargeback(id, doc as Chargeback, sink);
      return null;
    case 'generations':
      for (const { id, doc } of page) foldGeneration(id, doc as Generation, sink);
      return null;
    case 'lots':
      for (const { id, doc } of page) foldGivenLot(id, doc as GivenLot, sink);
      return null;
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
  for (const { id, doc } of page) {
    const escrow = doc as Escrow;
    const ended = !mayHaveBeenRefunded(escrow) || ends.has(`${collections.journal.path}/escrow:${id}:end`);
    foldEscrow(id, escrow, ended, sink);
  }
}

/** One wallet's history page by page, and of each of its entries the legs on it. @returns how many of both */
export async function readWallet(
  uid: string,
  instant: number,
  limit: number,
  sink: Sink,
): Promise<readonly [entries: number, journal: number]> {
  let [reading, after, entries, told]: [Reading | null, string, number, number] = [null, '', 0, 0];
  const own = `wallet:${uid}:`;
  const onIt: Sink = {
    violation: sink.violation,
    tell: (comparison, side, name, amount) => {
      if (comparison === 'causes') return;
      if (comparison === 'heads' || name.startsWith(own) || name.includes(` ${own}`))
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
    for (const { doc } of page) reading = foldEntry(uid, doc as WalletEntry, reading, onIt);
    const causes = [...new Set(page.map(({ doc }) => (doc as WalletEntry).journal))];
    const journal = await docsAt(
      causes.map((id) => `${collections.journal.path}/${id}`),
      instant,
    );
    for (const { id, doc } of journal) foldJournal(id, doc as JournalEntry, () => false, onIt, {});
    entries += page.length;
    told += journal.length;
    after = page.at(-1)?.path ?? '';
    if (page.length < limit) break;
  }
  if (reading) endHistory(reading, onIt);
  const [wallet] = await docsAt([`${collections.wallets.path}/${uid}`], instant);
  if (wallet) foldWallet(uid, wallet.doc as Wallet, onIt);
  return [entries, told];
}
