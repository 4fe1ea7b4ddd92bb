import { logger } from 'firebase-functions/logger';
import { collections } from '../collections.ts';
import { isClosed } from '../escrow/escrow.ts';
import { lockCause, PLATFORM } from '../jobs/job.ts';
import { followJournal } from '../ledger/follow.operations.ts';
import type { JournalEntry } from '../ledger/journal.ts';
import { isPaid as isPaidByCard, paymentId } from '../payments/funding.ts';
import { atomically, load } from '../platform/firestore.ts';
import { issuer } from '../platform/params.ts';
import { isPaid } from '../purchases/purchase.ts';
import { joinId, splitId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import {
  creditNote,
  creditOfOrder,
  feeInvoices,
  receiptOfCard,
  receiptOfCoins,
  reinstatement,
  type Draft,
} from './due.ts';
import { seriesOf } from './invoice.ts';
import { invoicedKinds, isInvoiced, readNumbering, writeNumbered } from './invoices.store.ts';
import { numberDrafts } from './numbering.ts';

/**
 * Numbers what is due, after the commit that made it due: nobody who moves money waits for a number, and a number
 * that cannot be given yet undoes nothing (I11). What is read of the money's own documents is read outside the
 * transaction, so that no lock touches them; it no longer changes once its entry is in the journal.
 */

const idIn = (reference: string): string => reference.slice(reference.indexOf('/') + 1);

/** What an entry calls for, after what that builds on. */
async function draftsOf(entry: JournalEntry): Promise<Draft[]> {
  if (!isInvoiced(entry)) return [];
  const id = idIn(entry.reference);
  switch (entry.kind) {
    case 'purchase': {
      const purchase = mustBe(await load(collections.purchases.doc(id)), entry);
      if (!isPaid(purchase)) throw new Error(`${entry.reference} is not paid`);
      return [receiptOfCoins(entry, purchase)];
    }
    case 'escrow-lock':
      // What a wallet locks was paid for when it was filled.
      return entry.psp ? [await draftOfCard(entry, id)] : [];
    case 'escrow-release':
    case 'escrow-split': {
      const escrow = mustBe(await load(collections.escrows.doc(id)), entry);
      if (!isClosed(escrow)) throw new Error(`${entry.reference} is not over`);
      return feeInvoices(entry, escrow);
    }
    case 'refund':
      return draftsOfRefund(entry, id);
    case 'order-refund':
      return draftsOfOrder(entry, id);
    case 'refund-return': {
      const taken = mustBe(await load(collections.journal.doc(`refund:${id}`)), entry);
      const before = await draftsOfRefund(taken, id);
      const credit = before.find((draft) => draft.kind === 'credit');
      return credit ? [...before, reinstatement(entry, credit)] : [];
    }
  }
}

async function draftOfCard(entry: JournalEntry, escrow: string): Promise<Draft> {
  const [job = '', payer = ''] = splitId(escrow, 3) ?? [];
  const id = paymentId({ job, payer });
  const payment = mustBe(await load(collections.payments.doc(id)), entry);
  if (!isPaidByCard(payment)) throw new Error(`payments/${id} is not paid`);
  return receiptOfCard(entry, id, payment);
}

/** Nothing, where the money that goes back was never receipted: it had not fitted, and lay under review. */
async function draftsOfRefund(entry: JournalEntry, id: string): Promise<Draft[]> {
  const refund = mustBe(await load(collections.refunds.doc(id)), entry);
  const target = idIn(refund.target);
  const cause = refund.target.startsWith('purchases/')
    ? `purchase:${target}`
    : lockCause(splitId(target, 2)?.[0] ?? '');
  const paid = await load(collections.journal.doc(cause));
  if (paid?.psp?.source !== refund.payment) return [];
  return [...(await draftsOf(paid)), creditNote(entry, refund, paid)];
}

async function draftsOfOrder(entry: JournalEntry, order: string): Promise<Draft[]> {
  const [job = '', uid = ''] = splitId(order, 2) ?? [];
  const id = joinId(job, uid, PLATFORM);
  const paid = mustBe(await load(collections.journal.doc(`escrow:${id}:end`)), entry);
  const escrow = mustBe(await load(collections.escrows.doc(id)), entry);
  if (!isClosed(escrow)) throw new Error(`escrows/${id} is not over`);
  return [...feeInvoices(paid, escrow), creditOfOrder(entry, escrow, paid)];
}

function mustBe<T>(found: T | null, { id, reference }: JournalEntry): T {
  if (found === null) throw new Error(`${id} speaks of ${reference}, which there is not`);
  return found;
}

/** What one transaction numbers at most. */
const BATCH = 25;

/** In this order, since a credit note needs its receipt, and a reinstatement its credit note. */
const order = ['receipt', 'fee', 'credit', 'reinstatement'] as const;

/**
 * Gives each draft its number, unless it has one: in one transaction for up to 25 of a series.
 * @throws Refusal `busy`: it can be repeated.
 */
async function issue(drafts: readonly Draft[], at: number): Promise<void> {
  const marks = await Promise.all(drafts.map(({ source }) => load(collections.invoiced.doc(source))));
  const missing = drafts.filter((_, i) => marks[i] === null);
  for (const kind of order) {
    const own = missing.filter((draft) => draft.kind === kind);
    for (let from = 0; from < own.length; from += BATCH)
      await numberBatch(own.slice(from, from + BATCH), seriesOf(kind, at), at);
  }
}

async function numberBatch(drafts: readonly Draft[], series: string, at: number): Promise<void> {
  const how = { series, issuer: issuer(), at };
  await atomically({
    read: (reader) => readNumbering(reader, series, drafts),
    decide: (books) => numberDrafts(drafts, books, how),
    write: (writer, numbered) => {
      if (numbered) writeNumbered(writer, series, numbered);
    },
  });
}

/** What is issued never changes, so nothing is without an issuer: it waits in the journal until there is one. */
function mayIssue(): boolean {
  if (issuer().name !== '') return true;
  logger.warn('no receipt or invoice is issued: ISSUER_NAME is empty');
  return false;
}

/** An entry was written: its documents, as soon as may be. Where others are at it, the sweep comes by. */
export async function invoiceEntry(id: string, at: number): Promise<void> {
  const entry = await load(collections.journal.doc(id));
  if (!entry || !mayIssue()) return;
  try {
    await issue(await draftsOf(entry), at);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    logger.info('an invoice is left to the sweep', { entry: id, reason: error.reason });
  }
}

/**
 * Whatever the triggers left. One entry that fails is told of and stops no other, but the sweep does not go on behind
 * it: the next one begins there again.
 */
export async function sweepInvoices(at: number): Promise<void> {
  if (mayIssue()) await followJournal('invoices', invoicedKinds, (page) => issuePage(page, at));
}

/** Whether all of it has its documents now. */
async function issuePage(page: readonly { id: string; doc: JournalEntry }[], at: number): Promise<boolean> {
  let clean = true;
  const failed = (id: string) => (error: unknown) => {
    clean = false;
    logger.error('a sweep left an invoice behind', error, { entry: id });
    return [];
  };
  const found = await Promise.all(page.map(({ id, doc }) => draftsOf(doc).catch(failed(id))));
  const drafts = [...new Map(found.flat().map((draft) => [draft.source, draft])).values()];
  await issue(drafts, at).catch(failed(page[0]?.id ?? ''));
  return clean;
}
