import type { FeePolicy } from '../escrow/fees.ts';
import { keptJob } from '../jobs/job.ts';
import { quiet } from '../notifications/notice.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Package } from '../terms/terms.ts';
import {
  baseOf,
  bookingId,
  currentPart,
  keeperOf,
  moveTo,
  partJob,
  type Booking,
  type WorkState,
} from './booking.ts';
import { told } from './booking.texts.ts';
import { mustBeOpenTo, sideOf, type By } from './steps.ts';
import { emptyAll, isFunded, must, Till, type BookingBooks, type Decided } from './till.ts';

/** From the request to the beginning of the work: a booking is agreed upon, and paid, or it is not. */

export const HOUR = 3600 * 1000;
export const DAY = 24 * HOUR;

/** How long each state may last before somebody has to act (I12). */
export const deadlines = {
  answer: 7 * DAY,
  money: 7 * DAY,
  /** Beyond the turnaround that was agreed. */
  work: 30 * DAY,
  changes: 30 * DAY,
  support: 48 * HOUR,
  escalation: 24 * HOUR,
  reminder: 24 * HOUR,
} as const;

export type BookingOrder = {
  /** Derived from the payer and their request id. */
  readonly request: string;
  readonly payer: string;
  readonly payee: string;
  readonly terms: Package;
  readonly policy: FeePolicy;
  readonly brief: string;
  readonly requestHash: string;
  readonly at: number;
};

/** A new booking by the creator’s own terms: nothing of its price comes from who books. @throws Refusal `self_payment`. */
export function newBooking(order: BookingOrder): Decided {
  const { request, payer, payee, terms, policy, brief, requestHash, at } = order;
  if (payer === payee) throw new Refusal('self_payment');
  const booking: Booking = {
    ...{ base: baseOf(request, terms.milestones.length), payer, payee, parties: [payer, payee] },
    ...{ brief, terms, policy, requestHash, createdAt: at },
    parts: terms.milestones.map((part) => ({ ...part, approved: 0, status: 'open' })),
    ...{ deliveries: [], revisions: { used: 0, paid: 0, fees: 0 }, fee: null },
    ...{ version: 1, dueAt: at + deadlines.answer, ...quiet, status: 'requested' },
  };
  const till = new Till(booking, { payer: null, payee: null });
  const keeper = keeperOf(bookingId(booking));
  const { currency } = terms.price;
  booking.parts.forEach(({ title, amount }, i) => {
    const price = { amount, currency };
    till.add(partJob(booking.base, i), keptJob({ payer, payee, title, price, requestHash, at, keeper }));
  });
  return till.decided({ ...booking, ...told(booking, 'requested', at) });
}

export const unchanged = (booking: Booking): Decided => ({ booking, moves: [], jobs: [] });

export const begun = (at: number): WorkState => ({ status: 'working', startedAt: at });
export const workUntil = ({ terms }: Booking, at: number): number =>
  at + terms.turnaroundDays * DAY + deadlines.work;

/** The work goes on with the next part: at once where its money is there, or once it is (W3-23). */
export function goOn(booking: Booking, books: BookingBooks, at: number): Booking {
  if (isFunded(books, currentPart(booking)))
    return moveTo(booking, begun(at), { ...told(booking, 'started', at), dueAt: workUntil(booking, at) });
  const state = { status: 'accepted', acceptedAt: at } as const;
  return moveTo(booking, state, { ...told(booking, 'unpaid', at), dueAt: at + deadlines.money });
}

/** The creator says yes; saying it again says nothing new. */
export function accept(books: BookingBooks, by: By): Decided {
  sideOf(books.booking, 'accept', by);
  const booking = must(books.booking);
  const isBegun = booking.status === 'working' && booking.deliveries.length === 0;
  if (booking.status === 'accepted' || isBegun) return unchanged(booking);
  mustBeOpenTo('accept', booking);
  return unchanged(goOn({ ...booking, ...told(booking, 'accepted', by.at) }, books, by.at));
}

/**
 * The wallet pays what is to be paid: one part, or all that have no money yet. All of it, or nothing.
 * @throws Refusal `insufficient_funds`, `wallet_frozen`, `payment_open`.
 */
export function payFromWallet(books: BookingBooks, only: number | null, by: By): Decided {
  sideOf(books.booking, 'pay', by);
  const booking = must(books.booking);
  mustBeOpenTo('pay', booking);
  const till = new Till(booking, books);
  const wanted = booking.parts.flatMap(({ status }, i) => {
    const isMeant = status === 'open' && !books.escrows[i] && (only === null || only === i);
    return isMeant ? [[partJob(booking.base, i), books.jobs[i] ?? null] as const] : [];
  });
  till.lock(wanted, by.at);
  const paid = till.moves.some(({ escrow }) => escrow.job === partJob(booking.base, currentPart(booking)));
  const begins = booking.status === 'accepted' && (paid || isFunded(books, currentPart(booking)));
  if (till.moves.length === 0 && !begins) return unchanged(booking);
  if (!begins) return till.decided({ ...booking, version: booking.version + 1 });
  const news = told(booking, 'started', by.at);
  return till.decided(moveTo(booking, begun(by.at), { ...news, dueAt: workUntil(booking, by.at) }));
}

/** The first part that a card would pay for. @throws Refusal `job_funded` when none is left. */
export function partToPay(books: BookingBooks, only: number | null, by: By): number {
  sideOf(books.booking, 'pay', by);
  const booking = must(books.booking);
  mustBeOpenTo('pay', booking);
  const part = booking.parts.findIndex(
    ({ status }, i) => status === 'open' && !books.escrows[i] && (only === null || only === i),
  );
  if (part < 0) throw new Refusal('job_funded', { job: bookingId(booking) });
  return part;
}

/**
 * The creator says no, or the brand thinks otherwise, before work has begun: what was paid is in the brand’s wallet in
 * the same commit, with the reason (F23). Doing it again does nothing.
 * @throws Refusal `payment_open` while a card is being asked.
 */
export function leave(
  books: BookingBooks,
  step: 'reject' | 'withdraw',
  { why, ...by }: By & { readonly why: string },
): Decided {
  const side = sideOf(books.booking, step, by);
  const booking = must(books.booking);
  const status = step === 'reject' ? 'rejected' : 'withdrawn';
  if (booking.status === status) return unchanged(booking);
  mustBeOpenTo(step, booking);
  const till = new Till(booking, books);
  const closing = side === 'payer' ? 'payer' : 'payee';
  const parts = emptyAll(till, books, booking, 0, { closing, uid: by.uid, at: by.at });
  const state = { status, closedAt: by.at, closedBy: by.uid, why, percent: null } as const;
  const news = told(booking, status, by.at, { why, facts: { reason: why } });
  return till.decided(moveTo(booking, state, { ...news, dueAt: null, parts, fee: null }));
}
