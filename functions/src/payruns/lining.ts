import { mustBeOff, type Brake } from '../brake/brake.ts';
import { balanceOf } from '../ledger/wallet.ts';
import { Refusal } from '../shared/refusal.ts';
import { minor, type Minor } from '../shared/money.ts';
import { roomIn } from '../withdrawals/policy.ts';
import { requestWithdrawal, type Moved, type RequestBooks } from '../withdrawals/request.ts';
import { paidOut, passedOver } from './joining.ts';
import type { LineState, PayrunJoin, PayrunLine, SkipReason, WeeklyCurrency } from './payrun.ts';

/** What one person is in a run: read by two ids alone, in one batch. */
export type LineBooks = RequestBooks & {
  readonly line: PayrunLine | null;
  readonly join: PayrunJoin | null;
  readonly brake: Brake | null;
};

export type LineOrder = {
  readonly run: string;
  readonly uid: string;
  readonly currency: WeeklyCurrency;
  readonly minimum: Minor;
  /** The id of the withdrawal, of run and person. */
  readonly withdrawal: string;
  /** Of nothing but run and person, so that no repeat differs. */
  readonly requestHash: string;
  /** Whether the account may still sign in. */
  readonly stands: boolean;
  readonly at: number;
};

/** The line as it will be, and what else is written with it. */
export type Lined = {
  readonly line: PayrunLine;
  readonly moved: Moved | null;
  readonly join: PayrunJoin | null;
};

/** Ten minutes, twenty, forty…: two hours and a half in all, and then a person looks. */
const PATIENCE = 10 * 60 * 1000;
export const MOST_ATTEMPTS = 5;

/**
 * Asks for all that somebody may withdraw, by the same rules as their own request; where those refuse it, says why.
 * A line that is there stays, but for one that failed.
 * @returns null where nothing changes
 */
export function decideLine(books: LineBooks, order: LineOrder): Lined | null {
  const { line: before, join } = books;
  if (before && before.outcome !== 'failed') return null;
  const attempts = before?.attempts ?? 0;
  const lineOf = (state: LineState): PayrunLine => {
    const { run, uid, at } = order;
    return { run, uid, at, attempts, retryAt: null, ...state };
  };
  const skipped = (reason: SkipReason): Lined => {
    const after = join && passedOver(join, reason, order.at);
    return { line: lineOf({ outcome: 'skipped', reason }), moved: null, join: after === join ? null : after };
  };
  // Whoever left before their turn came was no part of it.
  if (join?.weekly !== order.currency) return before === null ? null : skipped('left');
  try {
    const moved = ask(books, join, order);
    const { amount } = moved.withdrawal;
    const paid = paidOut(join);
    const line = lineOf({ outcome: 'requested', withdrawal: order.withdrawal, amount });
    return { line, moved, join: paid === join ? null : paid };
  } catch (error) {
    if (error instanceof Refusal) return skipped(error.reason);
    throw error;
  }
}

/** @throws Refusal what `requestWithdrawal` does; `payouts_stopped`, `account_gone` and `wallet_frozen` before it. */
function ask(books: LineBooks, join: PayrunJoin, order: LineOrder): Moved {
  const { run, uid, currency, minimum, withdrawal: id, requestHash, at } = order;
  // What was asked for is what was asked for, whatever has become of the balance since.
  const available = books.withdrawal?.amount ?? balanceOf(books.wallet, currency).available;
  // First: who has nothing to be paid hears of nothing that would be in the way.
  if (available < minimum) throw new Refusal('below_minimum', { minimum, amount: available, currency });
  mustBeOff(books.brake);
  if (!order.stands) throw new Refusal('account_gone');
  if (books.wallet?.frozen) throw new Refusal('wallet_frozen');
  // Of more than a week allows the rest waits for the next; of less room than the minimum the limit speaks.
  const room = roomIn(books.payee?.recent ?? [], currency, at);
  const amount = room < minimum ? available : minor(Math.min(available, room));
  const { destination } = join;
  return requestWithdrawal(books, {
    id,
    uid,
    amount,
    currency,
    destination,
    requestHash,
    at,
    by: `payrun:${run}`,
  });
}

/** Something went wrong, and nothing happened: it is tried again, later each time, and then no more. */
export function failLine(
  before: PayrunLine | null,
  { run, uid, at }: Pick<LineOrder, 'run' | 'uid' | 'at'>,
): PayrunLine | null {
  if (before && before.outcome !== 'failed') return null;
  const attempts = (before?.attempts ?? 0) + 1;
  const retryAt = attempts < MOST_ATTEMPTS ? at + PATIENCE * 2 ** (attempts - 1) : null;
  return { run, uid, at, attempts, retryAt, outcome: 'failed' };
}
