import type { z } from 'zod';
import { quote } from '../escrow/fees.ts';
import { usernamesOf } from '../profiles/profiles.store.ts';
import { bookingId, escrowFor, isOver, partJob, progressOf, type Booking } from './booking.ts';
import type { BookingView } from './booking.contract.ts';
import { feeDue } from './working.ts';

type View = z.input<typeof BookingView>;

const whyOf = (booking: Booking): string | null =>
  'why' in booking ? booking.why : booking.status === 'changes' ? booking.wish : null;

/** What leaves: people by their usernames, and no admin’s name. */
function view(booking: Booking, names: ReadonlyMap<string, string | null>): View {
  const { base, payer, payee, terms, policy, parts, revisions } = booking;
  const disputed = booking.status === 'disputed' ? booking : null;
  return {
    id: bookingId(booking),
    status: booking.status,
    brand: names.get(payer) ?? null,
    creator: names.get(payee) ?? null,
    brief: booking.brief,
    terms: { ...terms, milestones: [...terms.milestones] },
    fees: { payeeFeeBps: policy.payeeFeeBps, payerFeeBps: policy.payerFeeBps },
    progress: progressOf(parts),
    parts: parts.map(({ title, amount, pieces, approved, status }, i) => ({
      ...{ title, amount, pieces, approved, status },
      held: quote(amount, policy).held,
      escrow: escrowFor(booking, partJob(base, i)),
    })),
    deliveries: booking.deliveries.map((one) => ({ ...one, links: [...one.links] })),
    revisions: {
      ...{ used: revisions.used, free: terms.freeRevisions, paid: revisions.paid },
      feeDue: feeDue(booking),
      currency: terms.price.currency,
    },
    evidence: (disputed?.evidence ?? []).map(({ by, text, file, at }) => ({
      by: names.get(by) ?? null,
      ...{ text, file, at },
    })),
    why: whyOf(booking),
    assigned: 'assignee' in booking && booking.assignee !== null,
    percent: isOver(booking) ? booking.percent : null,
    createdAt: booking.createdAt,
    approveAt: booking.status === 'delivered' ? booking.approveAt : null,
    dueAt: booking.dueAt,
    closedAt: isOver(booking) ? booking.closedAt : null,
  };
}

export async function viewAll(bookings: readonly Booking[]): Promise<View[]> {
  const names = await usernamesOf(bookings.flatMap(({ parties }) => parties));
  return bookings.map((booking) => view(booking, names));
}

export const viewOne = async (booking: Booking): Promise<View> => (await viewAll([booking]))[0]!;
