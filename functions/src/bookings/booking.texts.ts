import { waiting, type Finding } from '../alerts/alert.ts';
import { tell, type Newsworthy } from '../notifications/notice.ts';
import type { Facts } from '../shared/refusal.ts';
import { bookingId, type Booking } from './booking.ts';

type Said = { readonly payer?: string; readonly payee?: string };
const title = ({ terms }: Booking) => `“${terms.title}”`;
const both = (text: string): Said => ({ payer: text, payee: text });

/** Who hears what. What moved of whose money, the escrows tell. */
const words = {
  requested: (b) => ({ payee: `You are asked for ${title(b)}. Accept or reject it within 7 days.` }),
  accepted: (b) => ({ payer: `${title(b)} was accepted.` }),
  unpaid: (b) => ({ payer: `${title(b)} waits for its money: work begins once it is in escrow.` }),
  started: (b) => ({ payee: `The money for ${title(b)} is in escrow. You can start.` }),
  rejected: (b, why) => ({ payer: `${title(b)} was rejected: ${why}` }),
  withdrawn: (b) => ({ payee: `${title(b)} was taken back.` }),
  expired: (b) => both(`${title(b)} was not begun in time, and is over.`),
  delivered: (b) => ({ payer: `Something was delivered for ${title(b)}. Approve it, or ask for changes.` }),
  reminder: (b) => ({ payer: `What was delivered for ${title(b)} will be approved unless you answer.` }),
  approved: (b) => ({ payee: `What you delivered for ${title(b)} was approved.` }),
  changes: (b) => ({ payee: `Changes are wanted for ${title(b)}.` }),
  done: (b) => both(`${title(b)} is done.`),
  cancelling: (b) => both(`A cancellation of ${title(b)} was asked for. Support decides.`),
  kept: (b) => both(`${title(b)} goes on: the cancellation was declined.`),
  cancelled: (b) => both(`${title(b)} was cancelled.`),
  returned: (b) => both(`${title(b)} is over: its money went back to where it came from.`),
  disputed: (b) => both(`${title(b)} is disputed. Nothing moves until it is resolved.`),
  evidence: (b) => both(`There is new evidence in the dispute about ${title(b)}.`),
  warned: (b) => both(`The dispute about ${title(b)} ended with a warning. The work goes on.`),
  resolved: (b) => both(`The dispute about ${title(b)} was resolved.`),
  overdue: (b) => both(`Support takes longer than planned with ${title(b)}. We are on it.`),
} satisfies Record<string, (booking: Booking, why: string) => Said>;

export type BookingEvent = keyof typeof words;

/** Adds what both parties hear about an event. @param but who does not: whoever did it knows */
export function told(
  booking: Booking,
  event: BookingEvent,
  at: number,
  {
    why = '',
    but = '',
    facts = {},
  }: { readonly why?: string; readonly but?: string; readonly facts?: Facts } = {},
): Newsworthy {
  const said: Said = words[event](booking, why);
  const notices = (['payer', 'payee'] as const)
    .filter((side) => said[side] !== undefined && booking[side] !== but)
    .map((side) => ({
      ...{ to: booking[side], kind: `booking-${event}` as const, text: said[side] ?? '' },
      facts: { title: booking.terms.title, ...facts },
    }));
  const id = bookingId(booking);
  const cause = `booking.${booking.base}.${booking.version + (event === 'requested' ? 0 : 1)}.${event}`;
  return tell(booking, { cause, about: `bookings/${id}`, at }, notices);
}

/** For whoever is on duty: a cancellation or a dispute that waits longer than 48 hours. */
export const waitsForSupport = (id: string, { status, parties }: Booking): Finding =>
  waiting('booking_waits', `bookings/${id}`, {
    title: `A booking waits for support for more than 48 hours: ${status}`,
    explanation: `Nothing of its money moves meanwhile. ${status === 'disputed' ? 'bookings-resolve ends the dispute' : 'bookings-decide lets the cancellation pass or declines it'}; bookings-assign says who looks at it.`,
    people: parties,
  });
