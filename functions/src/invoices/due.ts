import { type ClosedEscrow } from '../escrow/escrow.ts';
import { divide, taxIn } from '../escrow/fees.ts';
import { PLATFORM } from '../jobs/job.ts';
import type { JournalEntry } from '../ledger/journal.ts';
import { movedOn } from '../ledger/ledger.ts';
import type { CardPayment } from '../payments/funding.ts';
import type { Purchase } from '../purchases/purchase.ts';
import type { Refund } from '../refunds/refund.ts';
import { minor, negate, portion, sum, zero, type Currency, type Minor } from '../shared/money.ts';
import { amountsOf, type Amounts } from './invoice.ts';

/** Which documents an entry of the journal calls for, and what is in them. */

type Common = {
  /** What it is for: has one document, whatever runs at once. */
  readonly source: string;
  readonly uid: string;
  readonly currency: Currency;
  readonly occurredAt: number;
  readonly reference: string;
};

/** A document that is due and has no number yet. */
export type Draft =
  | (Common & { readonly kind: 'receipt' | 'fee'; readonly amounts: Amounts })
  /** Takes back `amount` of the document of another source. */
  | (Common & { readonly kind: 'credit'; readonly of: string; readonly amount: Minor })
  /** Takes all of a credit note back; `receipt` is the source of what that had corrected. */
  | (Common & { readonly kind: 'reinstatement'; readonly of: string; readonly receipt: string });

const common = (entry: JournalEntry, uid: string, currency: Currency, reference: string): Common => ({
  source: entry.id,
  uid,
  currency,
  occurredAt: entry.at,
  reference,
});

/** What was paid for coins: their value, and what was on top of it. */
export const receiptOfCoins = (entry: JournalEntry, purchase: Purchase): Draft => ({
  ...common(entry, purchase.uid, purchase.currency, entry.reference),
  kind: 'receipt',
  amounts: amountsOf(
    [
      { text: 'Credits', amount: purchase.credits > 0 ? purchase.price : zero },
      { text: 'Coins', amount: purchase.value },
      { text: 'Service fee', amount: purchase.credits > 0 ? zero : minor(purchase.price - purchase.value) },
    ],
    0,
    zero,
  ),
});

/** What a card paid for a job: price and fee, less what the wallet gave, which was paid for before. */
export const receiptOfCard = (entry: JournalEntry, id: string, payment: CardPayment): Draft => ({
  ...common(entry, payment.payer, payment.currency, `payments/${id}`),
  kind: 'receipt',
  amounts: amountsOf(
    [
      { text: 'Price of the work', amount: payment.price },
      { text: 'Fee for the payer', amount: payment.payerFee },
      { text: 'Paid from the wallet', amount: negate(payment.fromWallet) },
    ],
    0,
    zero,
  ),
});

const percents = [100, ...Array.from({ length: 99 }, (_, i) => i + 1)];

/** Whose fee was how much: the outcome says only what both are together. */
export function feesOf(escrow: ClosedEscrow): { readonly payee: Minor; readonly payer: Minor } {
  const { toPayee, toPlatform } = escrow.outcome;
  const percent = percents.find((one) => {
    const parts = divide(escrow, one);
    return parts.toPayee === toPayee && parts.toPlatform === toPlatform;
  });
  if (percent === undefined) throw new Error('an outcome that no percentage makes');
  const payer = portion(escrow.payerFee, percent, 100);
  return { payee: minor(toPlatform - payer), payer };
}

/**
 * The platform's fee of an escrow that ended: the payee's to the payee, and what was kept of the payer's to the payer.
 * Their taxes make what the entry booked as tax.
 */
export function feeInvoices(entry: JournalEntry, escrow: ClosedEscrow): Draft[] {
  const { policy, payee, payer, currency, outcome, title } = escrow;
  // What the platform sells itself is all its fee, and has a name.
  const text = payee === PLATFORM ? title : 'Platform fee';
  const fees = feesOf(escrow);
  const ofPayee = taxIn(fees.payee, policy);
  const ofPayer = minor(taxIn(outcome.toPlatform, policy) - ofPayee);
  const invoice = (uid: string, fee: Minor, tax: Minor, source: string): Draft => ({
    ...common(entry, uid, currency, entry.reference),
    source,
    kind: 'fee',
    amounts: amountsOf([{ text, amount: minor(fee - tax) }], policy.feeTaxBps, tax),
  });
  return [
    ...(fees.payee > 0 ? [invoice(payee === PLATFORM ? payer : payee, fees.payee, ofPayee, entry.id)] : []),
    ...(fees.payer > 0 ? [invoice(payer, fees.payer, ofPayer, `${entry.id}:payer`)] : []),
  ];
}

/** Money on its way back to a card. @param paid the entry by which it came */
export const creditNote = (entry: JournalEntry, refund: Refund, paid: JournalEntry): Draft => ({
  ...common(entry, refund.uid, refund.currency, entry.reference),
  kind: 'credit',
  of: paid.id,
  amount: refund.amount,
});

/** What somebody bought of the platform is back in their wallet. @param paid the entry that ended its escrow */
export const creditOfOrder = (entry: JournalEntry, escrow: ClosedEscrow, paid: JournalEntry): Draft => ({
  ...common(entry, escrow.payer, escrow.currency, entry.reference),
  kind: 'credit',
  of: paid.id,
  amount: negate(sum([movedOn(entry, 'platform:fees'), movedOn(entry, 'tax:fees')])),
});

/** It did not go back after all. @param credit what its refund called for */
export const reinstatement = (entry: JournalEntry, credit: Draft & { readonly kind: 'credit' }): Draft => ({
  ...common(entry, credit.uid, credit.currency, entry.reference),
  kind: 'reinstatement',
  of: credit.source,
  receipt: credit.of,
});

/** The sources whose documents have to be there first, and are needed to write it. */
export const basesOf = (draft: Draft): string[] =>
  draft.kind === 'credit' ? [draft.of] : draft.kind === 'reinstatement' ? [draft.of, draft.receipt] : [];
