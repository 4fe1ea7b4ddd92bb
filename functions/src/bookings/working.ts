import { isClosed } from '../escrow/escrow.ts';
import { keptJob } from '../jobs/job.ts';
import { times } from '../payments/begin.ts';
import { minor, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { begun, deadlines, goOn, HOUR, unchanged, workUntil } from './agreeing.ts';
import {
  bookingId,
  currentPart,
  feeJob,
  keeperOf,
  moveTo,
  type Booking,
  type Delivery,
  type Part,
} from './booking.ts';
import { told } from './booking.texts.ts';
import { mustBeOpenTo, sideOf, type By } from './steps.ts';
import { must, returnFee, Till, type BookingBooks, type Decided, type Ending } from './till.ts';

/** The work itself: pieces are delivered, and approved or sent back. A part whose pieces are all approved is paid. */

/** Enough for 50 pieces, each sent back some times; what is kept has to fit into a document. */
const MOST_DELIVERIES = 200;

/** The delivery that waits for an answer. */
export const openDelivery = ({ deliveries }: Booking): Delivery | null => {
  const last = deliveries.at(-1);
  return last?.verdict === 'open' ? last : null;
};

const answered = ({ deliveries }: Booking, verdict: 'approved' | 'changes'): readonly Delivery[] =>
  deliveries.map((one) => (one.verdict === 'open' ? { ...one, verdict } : one));

/** How many pieces of the part under way were not approved yet. */
export function missing(booking: Booking): number {
  const part = booking.parts[currentPart(booking)];
  return part ? part.pieces - part.approved : 0;
}

export type Delivered = By & { readonly note: string; readonly links: readonly string[] };

const isSame = (one: Delivery | null, { note, links }: Delivered): boolean =>
  one?.note === note && one.links.join('\n') === links.join('\n');

/**
 * Hands in pieces of the part under way, one link a piece; the clock of the auto-release starts, or starts again (D4).
 * The same again, after a lost answer, is the same delivery.
 * @throws Refusal `invalid_input` for more pieces than are missing, `limit_reached`.
 */
export function deliver(books: BookingBooks, order: Delivered): Decided {
  sideOf(books.booking, 'deliver', order);
  const booking = must(books.booking);
  if (booking.status === 'delivered' && isSame(openDelivery(booking), order)) return unchanged(booking);
  mustBeOpenTo('deliver', booking);
  const { note, links, at } = order;
  if (links.length > missing(booking))
    throw new Refusal('invalid_input', { path: 'links', problem: `only ${missing(booking)} are missing` });
  if (booking.deliveries.length >= MOST_DELIVERIES)
    throw new Refusal('limit_reached', { limit: MOST_DELIVERIES, used: MOST_DELIVERIES, retryAt: null });
  const delivery: Delivery = { part: currentPart(booking), note, links, at, verdict: 'open' };
  const news = told(booking, 'delivered', at);
  const deliveries = [...booking.deliveries, delivery];
  return unchanged(moveTo(booking, waiting(booking, at), { ...news, ...dueBefore(booking, at), deliveries }));
}

/** The brand’s turn: so long until the timer approves. */
const waiting = ({ policy }: Booking, at: number) =>
  ({
    status: 'delivered',
    deliveredAt: at,
    approveAt: at + policy.releaseHours * HOUR,
    reminded: false,
  }) as const;

const dueBefore = (booking: Booking, at: number) => {
  const { approveAt } = waiting(booking, at);
  const reminder = approveAt - deadlines.reminder;
  return { dueAt: reminder > at ? reminder : approveAt };
};

/**
 * What was delivered is approved. With the last piece of a part its money is the creator’s, in the same commit (W0-27);
 * with the last part the booking is done.
 * @throws Refusal `chargeback_open`, `payment_open` while a card is asked for a revision that nobody needs now.
 */
export function approve(books: BookingBooks, by: By): Decided {
  sideOf(books.booking, 'approve', by);
  const booking = must(books.booking);
  if (booking.status === 'done') return unchanged(booking);
  mustBeOpenTo('approve', booking);
  return approveNow(books, booking, { closing: 'payer', uid: by.uid, at: by.at });
}

export function approveNow(books: BookingBooks, booking: Booking, by: Ending): Decided {
  const { at } = by;
  const current = currentPart(booking);
  const part = booking.parts[current];
  const escrow = books.escrows[current] ?? null;
  if (!part || escrow === null || isClosed(escrow))
    throw new Refusal('wrong_status', { status: booking.status });
  const till = new Till(booking, books);
  returnFee(till, books, booking, by);
  const approved = part.approved + (openDelivery(booking)?.links.length ?? 0);
  const whole = approved >= part.pieces;
  if (whole) till.end(escrow, 100, by);
  const after: Part = { ...part, approved, status: whole ? 'released' : 'open' };
  const parts = booking.parts.map((one, i) => (i === current ? after : one));
  const worked: Booking = {
    ...booking,
    ...told(booking, 'approved', at, { facts: { part: current, approved, pieces: part.pieces } }),
    ...{ parts, deliveries: answered(booking, 'approved'), fee: null },
  };
  if (!whole) {
    const on = { news: worked.news, dueAt: workUntil(booking, at) };
    return till.decided(moveTo(worked, begun(at), on));
  }
  if (currentPart(worked) >= 0) return till.decided(goOn(worked, books, at));
  const state = { status: 'done', closedAt: at, closedBy: by.uid, why: '', percent: null } as const;
  return till.decided(moveTo(worked, state, { ...told(worked, 'done', at), dueAt: null }));
}

const isOver = ({ terms, revisions }: Booking): boolean => revisions.used >= terms.freeRevisions;
/** What the next revision costs: nothing within what was agreed (F26). */
export const feeDue = (booking: Booking): Minor => (isOver(booking) ? booking.terms.revisionFee : minor(0));

/**
 * Pays the fee of one more revision of this booking, or begins to: its job is made here, under the revision’s number.
 * Paying it again pays nothing. A card is asked only where it has to answer before the timer approves: or a payer
 * could put that off for ever, by asking one card after the other.
 * @throws Refusal `revision_free` when none is due, `insufficient_funds`, `wallet_frozen`, `payment_open`, `too_late`.
 */
export function payRevision(books: BookingBooks, byCard: boolean, by: By): Decided {
  sideOf(books.booking, 'extra', by);
  const booking = must(books.booking);
  mustBeOpenTo('extra', booking);
  const amount = feeDue(booking);
  if (amount === 0) throw new Refusal('revision_free');
  // One whose money went back to its card opens nothing any more: the next has another number.
  const gone = books.fee?.escrow != null && isClosed(books.fee.escrow);
  const begunFee = gone ? null : books.fee;
  const number = (gone ? null : booking.fee) ?? booking.revisions.fees + 1;
  const id = feeJob(booking.base, number);
  const till = new Till(booking, books);
  const { payer, payee, terms, requestHash } = booking;
  const job =
    begunFee?.job ??
    keptJob({
      ...{ payer, payee, requestHash, at: by.at, keeper: keeperOf(bookingId(booking)) },
      title: `Revision of ${terms.title}`,
      price: { amount, currency: terms.price.currency },
    });
  if (begunFee?.escrow) return unchanged(booking);
  const isAsked = begunFee?.job != null && begunFee.job.funding !== null;
  const approveAt = booking.status === 'delivered' ? booking.approveAt : null;
  if (byCard && !isAsked && approveAt !== null && by.at + times.open > approveAt)
    throw new Refusal('too_late', { dueAt: approveAt });
  if (!begunFee?.job) till.add(id, job);
  if (!byCard) till.lock([[id, job]], by.at);
  if (till.moves.length === 0 && till.jobs.length === 0) return unchanged(booking);
  const revisions = { ...booking.revisions, fees: number };
  return till.decided({ ...booking, fee: number, revisions, version: booking.version + 1 });
}

/**
 * Asks for changes: free ones are counted against the terms that were agreed; beyond them the fee is paid first, goes
 * to the creator as any release does, and opens exactly this one (W0-31, W0-33, W0-34).
 * @throws Refusal `revision_unpaid` with the fee, `chargeback_open`.
 */
export function revise(books: BookingBooks, { wish, ...by }: By & { readonly wish: string }): Decided {
  sideOf(books.booking, 'revise', by);
  const booking = must(books.booking);
  if (booking.status === 'changes' && booking.wish === wish) return unchanged(booking);
  mustBeOpenTo('revise', booking);
  const { currency } = booking.terms.price;
  const fee = feeDue(booking);
  const till = new Till(booking, books);
  if (fee > 0) {
    const escrow = books.fee?.escrow ?? null;
    if (escrow === null || isClosed(escrow)) throw new Refusal('revision_unpaid', { fee, currency });
    till.end(escrow, 100, { closing: 'payer', uid: by.uid, at: by.at });
  }
  const { used, paid, fees } = booking.revisions;
  return till.decided(
    moveTo(
      booking,
      { status: 'changes', askedAt: by.at, wish },
      {
        ...told(booking, 'changes', by.at),
        dueAt: by.at + deadlines.changes,
        deliveries: answered(booking, 'changes'),
        revisions: { used: used + 1, paid: paid + (fee > 0 ? 1 : 0), fees },
        fee: fee > 0 ? null : booking.fee,
      },
    ),
  );
}
