import { bookingId, progressOf, type Booking } from '../bookings/booking.ts';
import { isClosed, type Escrow } from '../escrow/escrow.ts';
import { quote } from '../escrow/fees.ts';
import { lengthOf, type Membership } from '../plans/membership.ts';
import type { Sale } from '../plans/sale.ts';
import { sum } from '../shared/money.ts';
import { tellParts } from './causes.ts';
import { must } from './documents.ts';
import type { Sink } from './tally.ts';

/**
 * What leads escrows says how they ended: each milestone that was paid, each revision that cost something, each plan,
 * badge, package and course that was bought. The escrow tells its side by its keeper alone. What went back is not told: it may never have
 * been paid.
 */

/** The side of an escrow that something leads; `held` and what of it went back to a card is what was locked. */
export function foldKept(escrow: Escrow, sink: Sink): void {
  const { keeper, job, currency, held, refunded } = escrow;
  if (keeper === undefined || !isClosed(escrow) || escrow.status === 'refunded') return;
  // `<base>-2` is the second part of a booking, `<base>-r1` its first fee; a sale or an order has one job.
  const part = job.slice(job.lastIndexOf('-') + 1);
  const what = /^(sales|orders)\//.test(keeper)
    ? 'sold'
    : part.startsWith('r')
      ? 'revisions'
      : `part-${part}:${escrow.status}`;
  tellParts(sink, 'journal', keeper, currency, { [what]: held + refunded });
}

export function foldBooking(id: string, booking: Booking, sink: Sink): void {
  const { payer, payee, parties, parts, terms, policy, revisions, status } = booking;
  const self = ['I5', `bookings/${id}`] as const;
  const { currency } = terms.price;
  must(sink, self, bookingId(booking), id);
  must(sink, self, `${payer} ${payee}`, parties.join(' '));
  const agreed = terms.milestones.map(({ amount, pieces }) => `${amount} for ${pieces}`);
  must(
    sink,
    self,
    agreed.join(', '),
    parts.map(({ amount, pieces }) => `${amount} for ${pieces}`).join(', '),
  );
  must(sink, self, `${terms.price.amount} in all`, `${sum(parts.map(({ amount }) => amount))} in all`);
  must(
    sink,
    self,
    'progress from 0 to 100',
    isProgress(booking) ? 'progress from 0 to 100' : 'other progress',
  );
  const beyond = Math.max(0, revisions.used - terms.freeRevisions);
  must(
    sink,
    self,
    `${terms.revisionFee === 0 ? 0 : beyond} revisions paid`,
    `${revisions.paid} revisions paid`,
  );
  const isDone = parts.every((part) => part.status === 'released');
  if (status === 'done') must(sink, self, 'done', isDone ? 'done' : 'a part that is not paid');
  const paid = parts.map(({ amount, status: ended }, i) => {
    const { held } = quote(amount, policy);
    return [`part-${i + 1}:${ended}`, ended === 'released' || ended === 'split' ? held : 0] as const;
  });
  tellParts(sink, 'documents', `bookings/${id}`, currency, {
    revisions: quote(terms.revisionFee, policy).held * revisions.paid,
    ...Object.fromEntries(paid),
  });
}

const isProgress = ({ parts }: Booking): boolean => {
  const progress = progressOf(parts);
  return progress >= 0 && progress <= 100 && parts.every(({ approved, pieces }) => approved <= pieces);
};

export function foldSale(id: string, sale: Sale, sink: Sink): void {
  if (sale.status !== 'done') return;
  const { uid, offer, policy, lost } = sale;
  const { amount, currency } = offer.price;
  sink.tell('causes', 'journal', givenBy(uid, offer.name), lengthOf(offer) - lost);
  tellParts(sink, 'documents', `sales/${id}`, currency, { sold: quote(amount, policy).held });
}

const givenBy = (uid: string, offer: string): string => `memberships/${uid} ${offer} milliseconds`;

/** Until when a plan or a badge holds is what the sales of it gave, from when it began. */
export function foldMembership(uid: string, { plan, badges, given }: Membership, sink: Sink): void {
  for (const [offer, lasts] of Object.entries(given))
    sink.tell('causes', 'documents', givenBy(uid, offer), lasts);
  const runs = [
    ...(plan ? [{ ...plan, offer: plan.name }] : []),
    ...badges.map((badge) => ({ ...badge, offer: badge.badge })),
  ];
  for (const { offer, fromAt, lasts, untilAt } of runs) {
    const self = ['I5', `memberships/${uid}`] as const;
    must(sink, self, `${offer} until ${fromAt + lasts}`, `${offer} until ${untilAt}`);
    const most = given[offer] ?? 0;
    must(sink, self, `${offer} for ${Math.min(lasts, most)}`, `${offer} for ${lasts}`);
  }
}
