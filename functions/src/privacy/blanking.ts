import type { Generation } from '../generations/generation.ts';
import { newPayee, type Payee } from '../payees/payee.ts';
import type { Sealed } from '../shared/sealed.ts';
import type { Withdrawal } from '../withdrawals/withdrawal.ts';

/** How a document looks that is kept, once its person is out of it. Null: there is nothing left to take out. */

export const ERASED = '(erased)';

/** A title that somebody wrote. */
export const withoutTitle = <T extends { readonly title: string }>(doc: T): T | null =>
  doc.title === ERASED ? null : { ...doc, title: ERASED };

/** What somebody asked for, and what was made. What it cost, and which credits paid for it, is the books'. */
export function withoutPrompt(generation: Generation): Generation | null {
  if (generation.prompt === ERASED) return null;
  const blank = { ...generation, prompt: ERASED, imageUrl: null, requestHash: '', news: [] };
  return 'resultUrl' in blank ? { ...blank, resultUrl: ERASED } : blank;
}

/**
 * Where money could go, and where it went lately. A verified identity stays, sealed, while law makes one keep it.
 * @param keep whether it does
 */
export function withoutDetails(payee: Payee, keep: boolean): Payee | null {
  const kyc: Payee['kyc'] = keep ? payee.kyc : { status: 'none' };
  const { destinations, recent, connected, news } = payee;
  const empty = destinations.length + recent.length + news.length === 0 && connected === null;
  if (empty && kyc.status === payee.kyc.status) return null;
  return { ...newPayee, kyc, version: payee.version + 1 };
}

/** The place that it went to: the box, and the digits that were shown of it. Amount, date and proof are the books'. */
export function withoutDestination(withdrawal: Withdrawal, box: Sealed): Withdrawal | null {
  const { destination } = withdrawal;
  if (destination.mask === ERASED) return null;
  return { ...withdrawal, destination: { ...destination, mask: ERASED, sealed: box } };
}
