import { collections } from '../collections.ts';
import { createEscrow, writeEscrow } from '../escrow/escrow.store.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { AdminAction } from '../oversight/action.ts';
import type { Query, Reader, Ref, Writer } from '../platform/store.ts';
import type { Escrow } from '../escrow/escrow.ts';
import type { Job } from '../jobs/job.ts';
import { escrowFor, feeJob, partJob, readId, type Booking } from './booking.ts';
import type { BookingBooks, Decided } from './till.ts';

/**
 * All that a step may touch, in one batch: the id says whose wallets and how many parts. Only where a revision’s fee is
 * on its way a second one fetches that.
 */
export async function readBooking(reader: Reader, id: string): Promise<BookingBooks> {
  const { base, payer, payee, count } = readId(id);
  const parts = Array.from({ length: count }, (_, i) => partJob(base, i));
  const escrowOf = (job: string) => escrowFor({ payer, payee }, job);
  const named = Object.fromEntries(
    parts.flatMap((job, i): [string, Ref<unknown>][] => [
      [`job ${i}`, collections.jobs.doc(job)],
      [`escrow ${i}`, collections.escrows.doc(escrowOf(job))],
    ]),
  );
  const {
    booking,
    payer: brand,
    payee: creator,
    ...rest
  } = await reader.get({
    booking: collections.bookings.doc(id),
    payer: collections.wallets.doc(payer),
    payee: collections.wallets.doc(payee),
    ...named,
  });
  const found = rest as Readonly<Record<string, unknown>>;
  const books = {
    booking,
    payer: brand,
    payee: creator,
    jobs: parts.map((_, i) => (found[`job ${i}`] ?? null) as Job | null),
    escrows: parts.map((_, i) => (found[`escrow ${i}`] ?? null) as Escrow | null),
  };
  const next = feeJob(base, booking?.fee ?? 0);
  if (booking?.fee == null) return { ...books, fee: null };
  const fee = await reader.get({
    job: collections.jobs.doc(next),
    escrow: collections.escrows.doc(escrowOf(next)),
  });
  return { ...books, fee };
}

/** The booking as it is now, and everything that moved with it, in order: one commit. */
export function writeBooking(
  writer: Writer,
  id: string,
  { booking, moves, jobs }: Decided,
  action: AdminAction | null = null,
): void {
  writer.set(collections.bookings.doc(id), booking);
  for (const { id: job, job: doc, isNew } of jobs)
    if (isNew) writer.create(collections.jobs.doc(job), doc);
    else writer.set(collections.jobs.doc(job), doc);
  for (const move of moves)
    if (move.kind === 'lock') createEscrow(writer, move.escrow, move.posting);
    else writeEscrow(writer, { ...move, action: null });
  if (action) writeAction(writer, action);
}

export const dueBookings = (at: number): Query<Booking> => ({
  collection: collections.bookings,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});

type Page = { readonly limit: number; readonly after?: string | undefined };

/** For support, the most urgent first. Index: status, dueAt. */
export const bookingsIn = (status: 'disputed' | 'cancelling', { limit, after }: Page): Query<Booking> => ({
  collection: collections.bookings,
  where: [['status', '==', status]],
  orderBy: [['dueAt', 'asc']],
  limit,
  ...(after !== undefined && { after }),
});
