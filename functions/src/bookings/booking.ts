import type { FeePolicy } from '../escrow/fees.ts';
import type { Newsworthy } from '../notifications/notice.ts';
import { joinId, splitId } from '../shared/ids.ts';
import { sum } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Milestone, Package } from '../terms/terms.ts';

/** A milestone as it stands: paid by an escrow of its own, one after the other. */
export type Part = Milestone & {
  /** How many of its pieces were approved. */
  readonly approved: number;
  /** How its money ended; `open` until then. */
  readonly status: 'open' | 'released' | 'refunded' | 'split';
};

/** Pieces that were handed in together, each by a link. */
export type Delivery = {
  readonly part: number;
  readonly note: string;
  readonly links: readonly string[];
  readonly at: number;
  readonly verdict: 'open' | 'approved' | 'changes';
};

export type Evidence = {
  readonly by: string;
  readonly text: string;
  /** A file under `proofs/<uid>/`; null for none. */
  readonly file: string | null;
  readonly at: number;
};

/**
 * `bookings/{base}~{payer}~{payee}`: a brand (the payer) has booked a creator (the payee), by terms that are a copy.
 * The money lies in escrows, one for each part; this is the agreement around them.
 */
export type Booking = Newsworthy & {
  readonly base: string;
  readonly payer: string;
  readonly payee: string;
  readonly parties: readonly string[];
  readonly brief: string;
  /** The creator’s package as it was then. */
  readonly terms: Package;
  /** Both sides’ fees as they were then (W0-14). */
  readonly policy: FeePolicy;
  readonly parts: readonly Part[];
  readonly deliveries: readonly Delivery[];
  /** Rounds of changes: all, and those that were paid for; `fees` numbers the fees that were begun. */
  readonly revisions: { readonly used: number; readonly paid: number; readonly fees: number };
  /** The number of the fee that is there, or on its way, and opened no revision yet. */
  readonly fee: number | null;
  readonly requestHash: string;
  readonly createdAt: number;
  /** Counts steps, so that each has its own cause. */
  readonly version: number;
  /** When a timer looks at it next; null once it is over (I12). */
  readonly dueAt: number | null;
} & BookingState;

export type WorkState =
  | { readonly status: 'working'; readonly startedAt: number }
  | {
      readonly status: 'delivered';
      readonly deliveredAt: number;
      /** When the timer approves it (D4). */
      readonly approveAt: number;
      readonly reminded: boolean;
    }
  | { readonly status: 'changes'; readonly askedAt: number; readonly wish: string };

export type OpenState =
  | { readonly status: 'requested' }
  /** Waits for the money of the next part. */
  | { readonly status: 'accepted'; readonly acceptedAt: number }
  | WorkState
  | {
      readonly status: 'cancelling';
      readonly askedAt: number;
      readonly askedBy: string;
      readonly why: string;
      readonly back: WorkState;
      readonly assignee: string | null;
      readonly overdue: number;
    }
  | {
      readonly status: 'disputed';
      readonly openedAt: number;
      readonly openedBy: string;
      readonly why: string;
      readonly statement: string;
      readonly evidence: readonly Evidence[];
      readonly back: WorkState;
      readonly assignee: string | null;
      readonly overdue: number;
    };

export type ClosedState = {
  readonly status: 'done' | 'rejected' | 'withdrawn' | 'expired' | 'cancelled' | 'resolved';
  readonly closedAt: number;
  readonly closedBy: string;
  readonly why: string;
  /** How much of the part under way the creator got; null where all parts were paid, or none was under way. */
  readonly percent: number | null;
};

export type BookingState = OpenState | ClosedState;

export const openStatuses = [
  'requested',
  'accepted',
  'working',
  'delivered',
  'changes',
  'cancelling',
  'disputed',
] as const satisfies readonly OpenState['status'][];
export const closedStatuses = [
  'done',
  'rejected',
  'withdrawn',
  'expired',
  'cancelled',
  'resolved',
] as const satisfies readonly ClosedState['status'][];
export const bookingStatuses = [...openStatuses, ...closedStatuses] as const;
export type BookingStatus = (typeof bookingStatuses)[number];

export const isOver = (booking: Booking): booking is Booking & ClosedState =>
  (closedStatuses as readonly string[]).includes(booking.status);

type Named = Pick<Booking, 'base' | 'payer' | 'payee'>;

/** How many parts it has is in its id too, so that one batched read fetches all that a step may touch. */
export const baseOf = (request: string, parts: number): string => `${request}-${parts}`;
export const bookingId = ({ base, payer, payee }: Named): string => joinId(base, payer, payee);
export const partJob = (base: string, part: number): string => `${base}-${part + 1}`;
/** One job a fee: it is paid once, and opens one revision or goes back (W0-33). */
export const feeJob = (base: string, fee: number): string => `${base}-r${fee}`;
export const escrowFor = ({ payer, payee }: Pick<Booking, 'payer' | 'payee'>, job: string): string =>
  joinId(job, payer, payee);
export const keeperOf = (id: string): string => `bookings/${id}`;

/** Whose it is, and how many parts it has: the id says it. @throws Refusal `not_found`. */
export function readId(id: string): Named & { readonly count: number } {
  const parts = splitId(id, 3);
  const count = /^[0-9a-f]{24}-(?<count>[1-9]|10)$/.exec(parts?.[0] ?? '')?.groups?.count;
  if (!parts || count === undefined) throw new Refusal('not_found', { what: 'booking' });
  const [base, payer, payee] = parts as [string, string, string];
  return { base, payer, payee, count: Number(count) };
}

/** The part under way: the first whose money is not settled; -1 for none. */
export const currentPart = ({ parts }: Pick<Booking, 'parts'>): number =>
  parts.findIndex(({ status }) => status === 'open');

/** Computed, never set: how many of the pieces were approved, in whole percent. */
export const progressOf = (parts: readonly Pick<Part, 'approved' | 'pieces'>[]): number =>
  Math.floor((100 * sum(parts.map(({ approved }) => approved))) / sum(parts.map(({ pieces }) => pieces)));

/** Moves to another state: what all states share is kept, the fields of the old state are left behind. */
export function moveTo(
  booking: Booking,
  state: BookingState,
  more: Newsworthy & { readonly dueAt: number | null } & Partial<
      Pick<Booking, 'parts' | 'deliveries' | 'revisions' | 'fee'>
    >,
): Booking {
  const { base, payer, payee, parties, brief, terms, policy, requestHash, createdAt } = booking;
  const agreed = { base, payer, payee, parties, brief, terms, policy, requestHash, createdAt };
  const { parts, deliveries, revisions, fee } = booking;
  const work = { parts, deliveries, revisions, fee };
  return { ...agreed, ...work, version: booking.version + 1, ...more, ...state };
}
