import { isClosed, type Closing, type Escrow } from '../escrow/escrow.ts';
import { newEscrow } from '../escrow/progress.ts';
import { endKept, lock, type Settled } from '../escrow/settlement.ts';
import { closeKept, type Job } from '../jobs/job.ts';
import type { Posting } from '../ledger/ledger.ts';
import { balanceOf, type Wallet } from '../ledger/wallet.ts';
import { sum } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { bookingId, currentPart, feeJob, keeperOf, partJob, type Booking, type Part } from './booking.ts';

/** All that a step may touch, as it was read. A wallet that was never used is null. */
export type BookingBooks = {
  readonly booking: Booking | null;
  /** One for each part. */
  readonly jobs: readonly (Job | null)[];
  readonly escrows: readonly (Escrow | null)[];
  readonly payer: Wallet | null;
  readonly payee: Wallet | null;
  /** Of the paid revision that was not used yet. */
  readonly fee: { readonly job: Job | null; readonly escrow: Escrow | null } | null;
};

type Locked = { readonly escrow: Escrow; readonly posting: Posting };
export type Move = ({ readonly kind: 'lock' } & Locked) | ({ readonly kind: 'end' } & Settled);
export type KeptJob = { readonly id: string; readonly job: Job; readonly isNew: boolean };

function unlessShort<T>(work: () => T, escrows: readonly Escrow[], wallet: Wallet | null): T {
  try {
    return work();
  } catch (error) {
    const [{ currency } = { currency: null }] = escrows;
    if (!(error instanceof Refusal) || error.reason !== 'insufficient_funds' || !currency) throw error;
    const { available } = balanceOf(wallet, currency);
    throw new Refusal('insufficient_funds', {
      ...{ available, needed: sum(escrows.map(({ held }) => held)), currency },
    });
  }
}

/** What a step comes to: the booking as it will be, and everything that moves with it, in order. */
export type Decided = {
  readonly booking: Booking;
  readonly moves: readonly Move[];
  readonly jobs: readonly KeptJob[];
};

/** The moves of one step, each upon the wallets that the one before has left. */
export class Till {
  readonly moves: Move[] = [];
  readonly jobs: KeptJob[] = [];
  readonly #booking: Booking;
  readonly #wallets: Map<string, Wallet | null>;

  constructor(booking: Booking, { payer, payee }: Pick<BookingBooks, 'payer' | 'payee'>) {
    this.#booking = booking;
    this.#wallets = new Map([
      [booking.payer, payer],
      [booking.payee, payee],
    ]);
  }

  #keep(posting: Posting | null): void {
    for (const [uid, { wallet }] of Object.entries(posting?.wallets ?? {})) this.#wallets.set(uid, wallet);
  }

  /**
   * The payer’s wallet fills escrows: all of them or none, and what is short is told of all of them together.
   * @throws Refusal `insufficient_funds`, `wallet_frozen`, `payment_open`.
   */
  lock(jobs: readonly (readonly [id: string, job: Job | null])[], at: number): void {
    const { payer, policy } = this.#booking;
    const keeper = keeperOf(bookingId(this.#booking));
    const escrows = jobs.map(([id, job]) => newEscrow(job, { id, by: payer, at, policy, keeper }));
    const before = this.#wallets.get(payer) ?? null;
    for (const escrow of escrows) {
      const locked = unlessShort(() => lock(escrow, this.#wallets.get(payer) ?? null), escrows, before);
      this.#keep(locked.posting);
      this.moves.push({ kind: 'lock', ...locked });
    }
  }

  /** An escrow ends with so much of its price for the payee. @throws Refusal `chargeback_open`. */
  end(
    escrow: Escrow,
    percent: number,
    by: { readonly closing: Closing; readonly uid: string; readonly at: number },
  ): void {
    const wallets = {
      payer: this.#wallets.get(this.#booking.payer) ?? null,
      payee: this.#wallets.get(this.#booking.payee) ?? null,
    };
    const settled = endKept({ escrow, ...wallets }, percent, by.closing, { uid: by.uid, at: by.at });
    this.#keep(settled.posting);
    this.moves.push({ kind: 'end', ...settled });
  }

  /** Nobody can pay for it any more. @throws Refusal `payment_open`. */
  close(id: string, job: Job | null, at: number): void {
    if (job && job.status !== 'cancelled') this.jobs.push({ id, job: closeKept(job, at), isNew: false });
  }

  add(id: string, job: Job): void {
    this.jobs.push({ id, job, isNew: true });
  }

  decided(booking: Booking): Decided {
    return { booking, moves: this.moves, jobs: this.jobs };
  }
}

export type Ending = { readonly closing: Closing; readonly uid: string; readonly at: number };

const endings = { 100: 'released', 0: 'refunded' } as const satisfies Record<number, Part['status']>;
const endingOf = (percent: number): Part['status'] =>
  percent === 100 ? endings[100] : percent === 0 ? endings[0] : 'split';

/** A fee that opened no revision goes back, and none can be paid any more. */
export function returnFee(till: Till, books: BookingBooks, booking: Booking, by: Ending): void {
  if (booking.fee === null || books.fee === null) return;
  const { job, escrow } = books.fee;
  if (escrow === null) till.close(feeJob(booking.base, booking.fee), job, by.at);
  else if (!isClosed(escrow)) till.end(escrow, 0, by);
}

/**
 * All that is not paid to the creator leaves its escrow: `percent` of the part under way to the creator, the parts that
 * were not begun to the brand. What has no money yet can get none any more.
 * @throws Refusal `payment_open`, `chargeback_open`.
 */
export function emptyAll(
  till: Till,
  books: BookingBooks,
  booking: Booking,
  percent: number,
  by: Ending,
): readonly Part[] {
  const current = currentPart(booking);
  returnFee(till, books, booking, by);
  return booking.parts.map((part, i) => {
    if (part.status !== 'open') return part;
    const escrow = books.escrows[i] ?? null;
    if (escrow === null) {
      till.close(partJob(booking.base, i), books.jobs[i] ?? null, by.at);
      return { ...part, status: 'refunded' };
    }
    const share = i === current ? percent : 0;
    if (!isClosed(escrow)) till.end(escrow, share, by);
    return { ...part, status: isClosed(escrow) ? 'refunded' : endingOf(share) };
  });
}

/** Whether the money of a part is in escrow. */
export const isFunded = ({ escrows }: BookingBooks, part: number): boolean => {
  const escrow = escrows[part] ?? null;
  return escrow !== null && !isClosed(escrow);
};

/** @throws Refusal `not_found`. */
export function must(booking: Booking | null): Booking {
  if (!booking) throw new Refusal('not_found', { what: 'booking' });
  return booking;
}
