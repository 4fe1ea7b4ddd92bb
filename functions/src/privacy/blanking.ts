import { isOver, type Booking } from '../bookings/booking.ts';
import type { Deposit } from '../deposits/deposit.ts';
import type { Generation } from '../generations/generation.ts';
import { newPayee, type Payee } from '../payees/payee.ts';
import { HELD, type Username } from '../profiles/username.ts';
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

/** What one side of a booking wrote. What is not over is left as it is: whoever has one is not erased. */
export function withoutWords(uid: string, booking: Booking): Booking | null {
  if (!isOver(booking)) return null;
  const { payer, payee, status, closedBy, why } = booking;
  // Of a cancellation it is not written down which of them asked for it.
  const own = status === 'cancelled' ? closedBy !== 'system' : closedBy === uid;
  const after: Booking = {
    ...booking,
    why: own ? ERASED : why,
    ...(payer === uid && { brief: ERASED }),
    ...(payee === uid && ofCreator(booking)),
  };
  return JSON.stringify(after) === JSON.stringify(booking) ? null : after;
}

const ofCreator = ({
  terms,
  parts,
  deliveries,
}: Booking): Pick<Booking, 'terms' | 'parts' | 'deliveries'> => ({
  terms: {
    ...terms,
    ...{ id: ERASED, title: ERASED },
    milestones: terms.milestones.map((one) => ({ ...one, title: ERASED })),
  },
  parts: parts.map((one) => ({ ...one, title: ERASED })),
  deliveries: deliveries.map((one) => ({ ...one, note: ERASED, links: [] })),
});

/** Its reference and amount are the books'. */
export const withoutProof = (deposit: Deposit): Deposit | null =>
  deposit.proof === ERASED ? null : { ...deposit, proof: ERASED };

/** It says no more whose it was, and is nobody else's for a while; how it was written is gone. */
export const withoutOwner = (username: Username, at: number): Username | null =>
  username.name === ERASED
    ? null
    : { ...username, name: ERASED, freeAt: Math.min(username.freeAt ?? Infinity, at + HELD) };
