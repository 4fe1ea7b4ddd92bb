/** What bookings say of their money, held against the escrows that have it: told from their words alone. */
import type { Booking } from '../../functions/src/bookings/booking.ts';
import type { Escrow } from '../../functions/src/escrow/escrow.ts';
import type { Books } from '../books.ts';

const over = ['done', 'rejected', 'withdrawn', 'expired', 'cancelled', 'resolved'];
const atWork = ['working', 'delivered', 'changes', 'cancelling', 'disputed'];
const isOpen = (escrow: Escrow | undefined) => escrow !== undefined && !('outcome' in escrow);

export function bookingProblems({ bookings, escrows }: Books): string[] {
  const led = Map.groupBy(escrows, ([, { keeper = '' }]) => keeper);
  return [...bookings].flatMap(([id, booking]) => {
    const own = new Map((led.get(`bookings/${id}`) ?? []).map(([, escrow]) => [escrow.job, escrow]));
    return problemsOf(id, booking, own);
  });
}

function problemsOf(id: string, booking: Booking, own: ReadonlyMap<string, Escrow>): string[] {
  const { base, parts, terms, status, dueAt, revisions } = booking;
  const isOver = over.includes(status);
  const escrowOf = (part: number) => own.get(`${base}-${part + 1}`);
  const current = parts.findIndex((part) => part.status === 'open');
  const fees = [...own.values()].filter(({ job }) => job.startsWith(`${base}-r`));
  const checks: (readonly [string, boolean])[] = [
    [
      'its parts do not make its price',
      parts.reduce((all, { amount }) => all + amount, 0) === terms.price.amount,
    ],
    ['is open without a deadline, or over with one (I12)', isOver === (dueAt === null)],
    ['is over and has money (I5)', !isOver || [...own.values()].every((escrow) => !isOpen(escrow))],
    ['is worked on without its money', !atWork.includes(status) || isOpen(escrowOf(current))],
    [
      'has revisions that were not paid',
      fees.filter((one) => one.status === 'released').length === revisions.paid,
    ],
    ...parts.map((part, i): readonly [string, boolean] => {
      const ended = escrowOf(i);
      const fits = part.status === 'open' ? !ended || isOpen(ended) || !isOver : !isOpen(ended);
      return [`part ${i} is ${part.status}, and its escrow ${ended?.status ?? 'was never there'}`, fits];
    }),
    ...[...own.values()].map((escrow): readonly [string, boolean] => [
      `has an escrow of other people: ${escrow.job}`,
      escrow.payer === booking.payer && escrow.payee === booking.payee,
    ]),
  ];
  return checks.filter(([, holds]) => !holds).map(([problem]) => `F27 booking ${id}: ${problem}`);
}
