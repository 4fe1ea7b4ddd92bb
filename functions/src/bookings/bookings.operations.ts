import { raise } from '../alerts/alerts.operations.ts';
import { collections } from '../collections.ts';
import type { Actor, AdminAction } from '../oversight/action.ts';
import { atomically } from '../platform/firestore.ts';
import { shared } from '../platform/store.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { feesOf } from '../plans/membership.ts';
import { policyFor } from '../plans/offer.ts';
import { feeRefs } from '../plans/plans.store.ts';
import type { FeePolicy } from '../escrow/fees.ts';
import { Refusal } from '../shared/refusal.ts';
import { newBooking, partToPay, type BookingOrder } from './agreeing.ts';
import type { Job } from '../jobs/job.ts';
import { baseOf, bookingId, partJob, type Booking } from './booking.ts';
import { waitsForSupport } from './booking.texts.ts';
import { dueBookings, readBooking, writeBooking } from './bookings.store.ts';
import type { By } from './steps.ts';
import type { BookingBooks, Decided } from './till.ts';
import { follow, onDue } from './timing.ts';

type Wish = Omit<BookingOrder, 'terms' | 'policy'> & { readonly package: string };

/**
 * Books by the creator’s terms and both sides’ plans as they are in this moment, once for each request id.
 * @throws Refusal `not_found` for a package that is not offered, `username_needed`, `self_payment`, `request_id_reused`.
 */
export async function makeBooking(wish: Wish, base: FeePolicy): Promise<Booking> {
  const { payer, payee, request, at } = wish;
  // How many parts it has is in its id; a repeat finds it by its first job, whatever the terms say now.
  const firsts = Array.from({ length: 10 }, (_, i) => partJob(baseOf(request, i + 1), 0));
  const { decided } = await atomically({
    read: async (reader) => {
      const { terms, brand, payerPlan, payeePlan, free, ...jobs } = await reader.get({
        terms: shared(collections.terms.doc(payee)),
        brand: collections.profiles.doc(payer),
        ...feeRefs(payer, payee),
        ...Object.fromEntries(firsts.map((job) => [job, collections.jobs.doc(job)])),
      });
      const made = Object.values(jobs as Readonly<Record<string, Job | null>>).find((job) => job !== null);
      const id = made?.keeper?.slice('bookings/'.length);
      const before = id === undefined ? null : (await reader.get({ b: collections.bookings.doc(id) })).b;
      return { terms, brand, plans: { payerPlan, payeePlan, free }, before };
    },
    decide: ({ terms, brand, plans, before }) => {
      if (before !== null && before.requestHash !== wish.requestHash) throw new Refusal('request_id_reused');
      if (before) return { decided: { booking: before, moves: [], jobs: [] }, isNew: false };
      if (brand?.username == null) throw new Refusal('username_needed', { uid: payer });
      const agreed = terms?.packages.find(({ id }) => id === wish.package);
      if (!agreed) throw new Refusal('not_found', { what: 'package', id: wish.package });
      const fees = {
        payee: feesOf(plans.payeePlan, at),
        payer: feesOf(plans.payerPlan, at),
        free: plans.free?.fees ?? null,
      };
      const order = { ...wish, terms: agreed, policy: policyFor(base, fees) };
      return { decided: newBooking(order), isNew: true };
    },
    write: (writer, { decided: made, isNew }) => {
      if (isNew) writeBooking(writer, bookingId(made.booking), made);
    },
  });
  return decided.booking;
}

/** An admin’s step, with its reason for the record. */
export type Admin = { readonly actor: Actor; readonly name: string };

/**
 * One step of one booking. What became of its money meanwhile is taken in first; what changes nothing writes nothing.
 * @throws Refusal what `decide` does; `wrong_status` when its money has gone back.
 */
export async function step(
  id: string,
  at: number,
  decide: (books: BookingBooks) => Decided,
  admin: Admin | null = null,
): Promise<Booking> {
  const { booking } = await atomically({
    read: (reader) => readBooking(reader, id),
    decide: (books) => {
      const followed = follow(books, at);
      // Where that ends it, it moves money of its own: the trigger does that, and this step is too late.
      const current = followed?.moves.length === 0 ? followed.booking : books.booking;
      const decided = decide({ ...books, booking: current });
      const changed = decided.booking !== books.booking;
      const action = changed && admin ? recordOf(id, books.booking, decided.booking, admin, at) : null;
      return { ...decided, changed, action };
    },
    write: (writer, { changed, action, ...decided }) => {
      if (changed) writeBooking(writer, id, decided, action);
    },
  });
  return booking;
}

/** The part that a card is to pay, after the checks that every step has. */
export async function nextToPay(
  id: string,
  only: number | null,
  by: By,
): Promise<{ part: number; booking: Booking }> {
  const { part, booking } = await atomically({
    read: (reader) => readBooking(reader, id),
    decide: (books) => ({ part: partToPay(books, only, by), booking: books.booking! }),
    write: () => undefined,
  });
  return { part, booking };
}

/** Its money came, or went: what follows from that. Nothing where nothing does, or banks and cards are still asked. */
export async function followMoney(id: string, at: number): Promise<void> {
  try {
    await atomically({
      read: (reader) => readBooking(reader, id),
      decide: (books) => ({ decided: follow(books, at) }),
      write: (writer, { decided }) => {
        if (decided) writeBooking(writer, id, decided);
      },
    });
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason === 'busy') throw error;
  }
}

/** What the task and the sweep both do with a booking that may be due. */
export async function settleDue(id: string, at: number): Promise<Booking> {
  const { booking } = await atomically({
    read: (reader) => readBooking(reader, id),
    decide: (books) => onDue(books, at),
    write: (writer, decided) => {
      writeBooking(writer, id, decided);
    },
  });
  const late = (booking.status === 'disputed' || booking.status === 'cancelling') && booking.overdue > 0;
  if (late) await raise(`booking.${id}.${booking.status}`, waitsForSupport(id, booking), at);
  return booking;
}

/** The guarantee behind the task: settles all that is due; a failure of one stops no other. */
export const sweepBookings = (at: number): Promise<Swept> =>
  sweep(dueBookings(at), (id) => settleDue(id, at));

const shown = (booking: Booking | null) => ({
  status: booking?.status ?? null,
  parts: booking?.parts.map(({ status }) => status) ?? [],
});

function recordOf(id: string, before: Booking | null, after: Booking, admin: Admin, at: number): AdminAction {
  const { actor, name } = admin;
  const percent = 'percent' in after ? after.percent : null;
  return {
    id: `booking.${id}.${after.version}`,
    action: `bookings-${name}`,
    target: `bookings/${id}`,
    ...{ by: actor.uid, role: actor.role, ip: actor.ip, at, reason: actor.reason },
    before: shown(before),
    after: { ...shown(after), percent, assignee: 'assignee' in after ? after.assignee : null },
  };
}
