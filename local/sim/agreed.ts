import type { Booking } from '../../functions/src/bookings/booking.ts';
import type { Escrow } from '../../functions/src/escrow/escrow.ts';
import type { Became, Docs } from './allowed.ts';
import type { Story } from './client.ts';
import { partsProblems, SKEW } from './ends.ts';
import type { Memory } from './memory.ts';
import { asRead } from './asread.ts';

/** What a booking may become, counted once more from what was agreed: nothing here asks the product what it thinks. */

const closed = ['done', 'rejected', 'withdrawn', 'expired', 'cancelled', 'resolved'];
type Ended = Extract<Escrow, { readonly outcome: unknown }>;
const isEnded = (escrow: Escrow): escrow is Ended => 'outcome' in escrow;

/** What is a copy of the moment of the request; nobody writes it again. */
const agreedOn = ({ base, payer, payee, brief, terms, policy, createdAt, parts }: Booking): string =>
  JSON.stringify([
    ...[base, payer, payee, brief, terms, policy, createdAt],
    ...parts.map(({ title, amount, pieces }) => [title, amount, pieces]),
  ]);

/** Which of its parts is under way; -1 for none. */
const under = ({ parts }: Booking): number => parts.findIndex(({ status }) => status === 'open');

/** How much of what is held is the creator’s when a booking is cancelled, by how many pieces were approved (F18). */
function cancelled(part: Booking['parts'][number] | undefined): number {
  const done = part ? part.approved / part.pieces : 0;
  if (done === 0) return 0;
  return done < 0.5 ? 25 : 75;
}

/** After a commit, about a booking that it wrote. */
export function* agreedProblems({ id, before, after }: Became, docs: Docs, now: number): Generator<string> {
  const path = `bookings/${id}`;
  const was = before as Booking | null;
  const is = after as unknown as Booking;
  // Somebody who is erased is not named any more: the brief goes.
  if (was && is.brief !== '' && !isErased(is, docs) && agreedOn(was) !== agreedOn(is))
    yield `W0-14 ${path} is another agreement than it was`;
  yield* sumProblems(path, is);
  const escrows = docs.get('escrows') as ReadonlyMap<string, Escrow> | undefined;
  const escrowOf = (job: string) => escrows?.get(`${job}~${is.payer}~${is.payee}`);
  for (const [i, part] of is.parts.entries()) {
    const escrow = escrowOf(`${is.base}-${i + 1}`);
    if (escrow) yield* heldProblems(`${path} part ${i + 1}`, is, part.amount, escrow);
    if (part.status === 'open' || was?.parts[i]?.status !== 'open') continue;
    if (escrow && isEnded(escrow)) yield* endProblems(path, was, is, i, escrow);
  }
  const fees = [...new Array(is.revisions.fees).keys()].flatMap(
    (n) => escrowOf(`${is.base}-r${n + 1}`) ?? [],
  );
  for (const fee of fees) yield* heldProblems(`${path} fee`, is, is.terms.revisionFee, fee);
  const paid = fees.filter((fee) => isEnded(fee) && fee.status === 'released').length;
  if (paid !== is.revisions.paid)
    yield `W0-33 ${path}: ${is.revisions.paid} paid revisions, and ${paid} fees`;
  const { freeRevisions, revisionFee } = is.terms;
  if (revisionFee > 0 && is.revisions.used - paid > freeRevisions)
    yield `W0-31 ${path}: ${is.revisions.used} revisions, ${paid} paid and ${freeRevisions} free`;
  if (was && was.status !== is.status) yield* whenAndWho(path, was, is, now);
}

const isErased = ({ payer, payee }: Booking, docs: Docs): boolean =>
  [payer, payee].some((uid) => docs.get('erasures')?.has(uid) ?? false);

/** The parts make the price; what counts as approved is what was delivered and approved. */
function* sumProblems(path: string, { parts, terms, deliveries, status }: Booking): Generator<string> {
  const sum = parts.reduce((all, { amount }) => all + amount, 0);
  if (sum !== terms.price.amount) yield `F21 ${path}: its parts make ${sum} of ${terms.price.amount}`;
  for (const [i, { approved, pieces, status: ended }] of parts.entries()) {
    const links = deliveries.filter(({ part, verdict }) => part === i && verdict === 'approved');
    const counted = links.reduce((all, one) => all + one.links.length, 0);
    if (counted !== approved || approved > pieces)
      yield `F27 ${path}: ${approved} pieces approved, and ${counted} were`;
    if (ended === 'released' && approved < pieces && status !== 'resolved')
      yield `W0-27 ${path}: part ${i + 1} is paid with ${approved} of ${pieces} approved`;
  }
}

/** What was locked is what was agreed on, at the fees of the booking; less what went back to the card since. */
function* heldProblems(what: string, { policy }: Booking, amount: number, escrow: Escrow): Generator<string> {
  const fee = Math.floor((amount * policy.payerFeeBps) / 10_000);
  const { price, payerFee, held, refunded, policy: own } = escrow;
  if (held + refunded !== amount + fee || price + payerFee !== held)
    yield `W0-14 ${what}: locked ${price}, ${payerFee} and ${refunded}, agreed were ${amount} and ${fee}`;
  if (own.payeeFeeBps !== policy.payeeFeeBps) yield `W0-14 ${what}: another fee than was agreed`;
}

/** How a part’s money was shared. What banks and finance took of it before is not there to be shared. */
function* endProblems(
  path: string,
  was: Booking,
  is: Booking,
  part: number,
  escrow: Ended,
): Generator<string> {
  const now = under(was);
  const share = (): number => {
    if (part !== now) return is.parts[part]?.status === 'released' ? 100 : 0;
    if (is.status === 'cancelled')
      return was.status === 'cancelling' && is.why !== 'money_returned' ? cancelled(was.parts[part]) : 0;
    if (is.status === 'resolved') return is.percent ?? 0;
    return ['rejected', 'withdrawn', 'expired'].includes(is.status) ? 0 : 100;
  };
  yield* partsProblems(`${path} part ${part + 1}`, escrow, escrow.outcome, share());
}

/** Nobody acts in another’s name, and nothing happens by itself before its time. */
function* whenAndWho(path: string, was: Booking, is: Booking, now: number): Generator<string> {
  const late = (due: number | null) => due !== null && now + SKEW >= due;
  if ('closedBy' in is && closed.includes(is.status)) {
    const { closedBy: by, payer, payee, status } = is;
    const fits: Readonly<Record<string, boolean>> = {
      done: by === payer || by === 'system',
      rejected: by === payee,
      withdrawn: by === payer,
      expired: by === 'system',
      cancelled: by !== payer && by !== payee,
      resolved: by !== payer && by !== payee && by !== 'system',
    };
    // An erasure takes back what was not begun.
    if (!fits[status]) yield `W ${path} was ${status} by ${by}`;
    if (by === 'system' && is.why !== 'money_returned' && !late(was.dueAt))
      yield `I12 ${path} was ${status} by the timer before its time`;
  }
}

/** Whoever was told that a dispute is resolved finds it so. */
export function* resolvedBookings({ name, input, seen }: Story, memory: Memory): Generator<string> {
  if (name !== 'bookings-resolve' || seen.kind !== 'answer') return;
  const { booking: id, resolution } = input as {
    booking: string;
    resolution: { kind: string; percent?: number };
  };
  const data = memory.get(`bookings/${id}`);
  if (data === null || resolution.kind === 'warning') return;
  const booking = asRead(data) as Booking;
  const should = resolution.percent ?? (resolution.kind === 'release' ? 100 : 0);
  const percent = 'percent' in booking ? booking.percent : null;
  if (booking.status !== 'resolved' || percent !== should)
    yield `bookings/${id} was to be resolved with ${should}, and is ${booking.status} with ${percent ?? 'nothing'}`;
}
