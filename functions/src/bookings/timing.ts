import { isClosed } from '../escrow/escrow.ts';
import { Refusal } from '../shared/refusal.ts';
import { begun, deadlines, HOUR, unchanged, workUntil } from './agreeing.ts';
import { currentPart, isOver, moveTo, type Booking } from './booking.ts';
import { told } from './booking.texts.ts';
import { endWith, openDispute } from './contesting.ts';
import { isFunded, must, type BookingBooks, type Decided } from './till.ts';
import { approveNow } from './working.ts';

/** What happens by itself: when money came or went by another way, and when nobody did anything. */

const byTimer = (at: number) => ({ closing: 'timer', uid: 'system', at }) as const;

/**
 * What became of the money is taken in: an accepted booking whose money is there begins, and one whose money went back
 * to a card is over. Null when there is nothing to take in.
 */
export function follow(books: BookingBooks, at: number): Decided | null {
  const { booking } = books;
  if (!booking || isOver(booking)) return null;
  const current = currentPart(booking);
  const escrow = books.escrows[current] ?? null;
  if (escrow && isClosed(escrow)) {
    const end = { status: 'cancelled', why: 'money_returned', percent: 0, event: 'returned' } as const;
    return endWith(books, booking, end, byTimer(at));
  }
  if (booking.status !== 'accepted' || !isFunded(books, current)) return null;
  const news = told(booking, 'started', at);
  return unchanged(moveTo(booking, begun(at), { ...news, dueAt: workUntil(booking, at) }));
}

const waits: readonly string[] = ['payment_open', 'chargeback_open'];

/**
 * What the timer does with a booking that came due. What cannot be done while a card is asked, or banks decide, comes
 * up again.
 * @throws Refusal `not_due`, `wrong_status`: the task or the sweep came too early or too late.
 */
export function onDue(books: BookingBooks, at: number): Decided {
  const booking = must(books.booking);
  if (isOver(booking)) throw new Refusal('wrong_status', { status: booking.status });
  if (booking.dueAt === null || at < booking.dueAt) throw new Refusal('not_due', { dueAt: booking.dueAt });
  try {
    return follow(books, at) ?? dueStep(books, booking, at);
  } catch (error) {
    if (error instanceof Refusal && waits.includes(error.reason))
      return unchanged({ ...booking, dueAt: at + HOUR });
    throw error;
  }
}

function dueStep(books: BookingBooks, booking: Booking, at: number): Decided {
  const by = byTimer(at);
  const silence = (statement: string) =>
    unchanged(openDispute(booking, { uid: 'system', why: 'no_answer', statement, at }));
  switch (booking.status) {
    case 'requested':
    case 'accepted': {
      const end = { status: 'expired', why: 'not_begun', percent: 0, event: 'expired' } as const;
      return endWith(books, booking, end, by);
    }
    case 'working': {
      const part = booking.parts[currentPart(booking)];
      if (part && part.approved > 0) return silence('The rest was never delivered.');
      const end = { status: 'cancelled', why: 'not_delivered', percent: 0, event: 'cancelled' } as const;
      return endWith(books, booking, end, by);
    }
    case 'delivered': {
      if (at >= booking.approveAt) return approveNow(books, booking, by);
      const { status, deliveredAt, approveAt } = booking;
      const state = { status, deliveredAt, approveAt, reminded: true } as const;
      return unchanged(moveTo(booking, state, { ...told(booking, 'reminder', at), dueAt: approveAt }));
    }
    case 'changes':
      return silence('No changes were handed in.');
    case 'cancelling':
    case 'disputed': {
      const late = { ...booking, ...told(booking, 'overdue', at), overdue: booking.overdue + 1 };
      return unchanged({ ...late, version: booking.version + 1, dueAt: at + deadlines.escalation });
    }
    case 'done':
    case 'rejected':
    case 'withdrawn':
    case 'expired':
    case 'cancelled':
    case 'resolved':
      throw new Refusal('wrong_status', { status: booking.status });
  }
}
