import { Refusal } from '../shared/refusal.ts';
import { begun, deadlines, unchanged, workUntil } from './agreeing.ts';
import {
  currentPart,
  isOver,
  moveTo,
  progressOf,
  type Booking,
  type ClosedState,
  type Evidence,
  type WorkState,
} from './booking.ts';
import { told, type BookingEvent } from './booking.texts.ts';
import { shareOf } from './sharing.ts';
import { mustBeOpenTo, sideOf, type By } from './steps.ts';
import { emptyAll, must, Till, type BookingBooks, type Decided, type Ending } from './till.ts';

/** What support decides: cancellations and disputes. Nothing moves until it has. */

const MOST_EVIDENCE = 20;

/** Only the fields of the state itself, to come back to. */
export function stateOf(booking: Booking & WorkState): WorkState {
  switch (booking.status) {
    case 'working': {
      const { status, startedAt } = booking;
      return { status, startedAt };
    }
    case 'delivered': {
      const { status, deliveredAt, approveAt, reminded } = booking;
      return { status, deliveredAt, approveAt, reminded };
    }
    case 'changes': {
      const { status, askedAt, wish } = booking;
      return { status, askedAt, wish };
    }
  }
}

const working = (booking: Booking): Booking & WorkState => {
  if (booking.status === 'working' || booking.status === 'delivered' || booking.status === 'changes')
    return booking;
  throw new Refusal('wrong_status', { status: booking.status });
};

/**
 * The work goes on where it was: who works gets their time anew, who has to answer only what was left of it when it was
 * stopped, and a day at least. Or whoever asks again and again would never have to answer.
 */
function resume(
  booking: Booking,
  { back, since }: { readonly back: WorkState; readonly since: number },
  event: BookingEvent,
  at: number,
): Booking {
  const news = told(booking, event, at);
  switch (back.status) {
    case 'working':
      return moveTo(booking, begun(at), { ...news, dueAt: workUntil(booking, at) });
    case 'delivered': {
      const approveAt = at + Math.max(back.approveAt - since, deadlines.reminder);
      const reminder = approveAt - deadlines.reminder;
      const dueAt = reminder > at && !back.reminded ? reminder : approveAt;
      return moveTo(booking, { ...back, approveAt }, { ...news, dueAt });
    }
    case 'changes':
      return moveTo(booking, { ...back, askedAt: at }, { ...news, dueAt: at + deadlines.changes });
  }
}

/** Ends it with so much of the part under way for the creator. */
export function endWith(
  books: BookingBooks,
  booking: Booking,
  end: Pick<ClosedState, 'status' | 'why'> & { readonly percent: number; readonly event: BookingEvent },
  by: Ending,
): Decided {
  const { status, why, percent, event } = end;
  const till = new Till(booking, books);
  const parts = emptyAll(till, books, booking, percent, by);
  const state = { status, closedAt: by.at, closedBy: by.uid, why, percent } as const;
  const news = told(booking, event, by.at, { facts: { percent } });
  return till.decided(moveTo(booking, state, { ...news, dueAt: null, parts, fee: null }));
}

/** Either side wants out, and says why; support decides (F28). The same again is the same wish. */
export function askToCancel(books: BookingBooks, { why, ...by }: By & { readonly why: string }): Decided {
  sideOf(books.booking, 'cancel', by);
  const booking = must(books.booking);
  const { uid, at } = by;
  if (booking.status === 'cancelling' && booking.askedBy === uid && booking.why === why)
    return unchanged(booking);
  mustBeOpenTo('cancel', booking);
  const back = stateOf(working(booking));
  const news = told(booking, 'cancelling', at, { but: uid, facts: { reason: why } });
  return unchanged(
    moveTo(
      booking,
      { status: 'cancelling', askedAt: at, askedBy: uid, why, back, assignee: null, overdue: 0 },
      { ...news, dueAt: at + deadlines.support },
    ),
  );
}

/**
 * Support lets a cancellation pass, and the part under way is shared by how far it is (F18), what was not begun goes
 * back; or declines it, and the work goes on. Deciding the same again changes nothing.
 */
export function decideCancel(
  books: BookingBooks,
  { approve, ...by }: By & { readonly approve: boolean },
): Decided {
  sideOf(books.booking, 'decide', by);
  const booking = must(books.booking);
  if (approve && booking.status === 'cancelled') return unchanged(booking);
  mustBeOpenTo('decide', booking);
  if (booking.status !== 'cancelling') throw new Refusal('wrong_status', { status: booking.status });
  if (!approve)
    return unchanged(resume(booking, { back: booking.back, since: booking.askedAt }, 'kept', by.at));
  const part = booking.parts[currentPart(booking)];
  const percent = shareOf(part ? progressOf([part]) : 0);
  const { why } = booking;
  const end = { status: 'cancelled', why, percent, event: 'cancelled' } as const;
  return endWith(books, booking, end, { closing: 'admin', uid: by.uid, at: by.at });
}

export type Complaint = By & { readonly why: string; readonly statement: string };

/** Either side disputes: nothing moves until support resolves it. The same again is the same dispute. */
export function dispute(books: BookingBooks, order: Complaint): Decided {
  sideOf(books.booking, 'dispute', order);
  const booking = must(books.booking);
  const { uid, why, statement } = order;
  const isSame = booking.status === 'disputed' && booking.openedBy === uid;
  if (isSame && booking.why === why && booking.statement === statement) return unchanged(booking);
  mustBeOpenTo('dispute', booking);
  return unchanged(openDispute(booking, order));
}

export function openDispute(
  booking: Booking,
  { uid, why, statement, at }: Omit<Complaint, 'support'>,
): Booking {
  const back = stateOf(working(booking));
  const opened = { openedAt: at, openedBy: uid, why, statement, evidence: [], back };
  return moveTo(
    booking,
    { status: 'disputed', ...opened, assignee: null, overdue: 0 },
    { ...told(booking, 'disputed', at), dueAt: at + deadlines.support },
  );
}

/** Either side shows something. The same again is there already. @throws Refusal `limit_reached`, `not_yours`. */
export function addEvidence(
  books: BookingBooks,
  { text, file, ...by }: By & Pick<Evidence, 'text' | 'file'>,
): Decided {
  sideOf(books.booking, 'evidence', by);
  const booking = must(books.booking);
  mustBeOpenTo('evidence', booking);
  if (booking.status !== 'disputed') throw new Refusal('wrong_status', { status: booking.status });
  const { uid, at } = by;
  if (file !== null && !file.startsWith(`proofs/${uid}/`))
    throw new Refusal('not_yours', { document: 'file' });
  const { evidence } = booking;
  if (evidence.some((one) => one.by === uid && one.text === text && one.file === file))
    return unchanged(booking);
  if (evidence.length >= MOST_EVIDENCE)
    throw new Refusal('limit_reached', { limit: MOST_EVIDENCE, used: evidence.length, retryAt: null });
  return unchanged({
    ...booking,
    ...told(booking, 'evidence', at, { but: uid }),
    evidence: [...evidence, { by: uid, text, file, at }],
    version: booking.version + 1,
  });
}

/** Says which admin looks at it. @throws Refusal `own_request` for a party. */
export function assign(books: BookingBooks, { to, ...by }: By & { readonly to: string }): Decided {
  sideOf(books.booking, 'assign', by);
  const booking = must(books.booking);
  if (booking.parties.includes(to)) throw new Refusal('own_request');
  mustBeOpenTo('assign', booking);
  if (booking.status !== 'cancelling' && booking.status !== 'disputed')
    throw new Refusal('wrong_status', { status: booking.status });
  if (booking.assignee === to) return unchanged(booking);
  return unchanged({ ...booking, assignee: to, version: booking.version + 1 });
}

export type Resolution =
  | { readonly kind: 'release' }
  | { readonly kind: 'refund' }
  | { readonly kind: 'split'; readonly percent: number }
  | { readonly kind: 'warning' };

const percentOf = (resolution: Exclude<Resolution, { kind: 'warning' }>): number =>
  resolution.kind === 'split' ? resolution.percent : resolution.kind === 'release' ? 100 : 0;

/** Support ends a dispute: what it says of the part under way is what moves (W0-38). The same again is the same. */
export function resolve(
  books: BookingBooks,
  { resolution, why, ...by }: By & { readonly resolution: Resolution; readonly why: string },
): Decided {
  sideOf(books.booking, 'resolve', by);
  const booking = must(books.booking);
  if (isOver(booking) && booking.status === 'resolved' && resolution.kind !== 'warning')
    if (booking.percent === percentOf(resolution)) return unchanged(booking);
  mustBeOpenTo('resolve', booking);
  if (booking.status !== 'disputed') throw new Refusal('wrong_status', { status: booking.status });
  if (resolution.kind === 'warning')
    return unchanged(resume(booking, { back: booking.back, since: booking.openedAt }, 'warned', by.at));
  const end = { status: 'resolved', why, percent: percentOf(resolution), event: 'resolved' } as const;
  return endWith(books, booking, end, { closing: 'admin', uid: by.uid, at: by.at });
}
