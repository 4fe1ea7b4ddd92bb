import type { Newsworthy } from '../notifications/notice.ts';
import { feeOf, minor, portion, zero, type Currency, type Minor } from '../shared/money.ts';
import { joinId } from '../shared/ids.ts';
import type { Cell, Level } from './rates.ts';

/**
 * `commissions/{order}~{level}`: what somebody earns because of one thing that was bought (F53). One for each order and
 * level, by its id (W4-13). Written once the order is done, by what that recorded. Minor units.
 */
export type Commission = Newsworthy & {
  readonly order: string;
  readonly level: Level;
  /** Who earns it, and who bought. */
  readonly uid: string;
  readonly buyer: string;
  /** Of the order: its price net of tax, of which this is a part, and what was paid in all, of which parts go back. */
  readonly base: Minor;
  readonly total: Minor;
  readonly currency: Currency;
  readonly cell: Cell;
  /** What the cell gives of the base, and the tax on it, before anything went back. */
  readonly amount: Minor;
  readonly tax: Minor;
  /** Of the amount: what was taken back since. What is earned is the amount less this. */
  readonly back: Minor;
  /** Of the order’s total: what had gone back when it was looked at last. */
  readonly orderBack: Minor;
  /** How many journal entries it has: `commission:<id>:<n>`. */
  readonly entries: number;
  /** Whether some of it ever had to clear, so that it has a clearance. */
  readonly clears: boolean;
  /** When the order was done, and when the refund window of then is over. */
  readonly at: number;
  readonly clearAt: number;
  /** When anything of it changed last; never before an earlier change. */
  readonly changedAt: number;
  /** When the sweep looks at it next; null once nothing can change it any more. */
  readonly dueAt: number | null;
  readonly version: number;
  /** What finance decided of one that was held. */
  readonly review: { readonly by: string; readonly at: number; readonly reason: string } | null;
} & CommissionState;

export type CommissionState =
  /** Buyer and earner may be one person: finance decides. No money has moved. */
  | { readonly status: 'held' }
  | { readonly status: 'pending' | 'available' }
  /** Everything went back; it is earned again if a dispute is won. */
  | { readonly status: 'reversed' }
  /** Finance said no; no money ever moved. */
  | { readonly status: 'refused' };

export const commissionStatuses = ['held', 'pending', 'available', 'reversed', 'refused'] as const;
export type CommissionStatus = (typeof commissionStatuses)[number];

export const commissionId = ({ order, level }: Pick<Commission, 'order' | 'level'>): string =>
  `${order}~${level}`;

/** Its money moves only once nobody has to decide about it. */
export const isBooked = ({ status }: Pick<Commission, 'status'>): boolean =>
  status !== 'held' && status !== 'refused';

/**
 * What is still earned once so much of the order has gone back: the same part of the amount as stays of the total,
 * rounded down, so the platform keeps the remainder. It follows from the sum that went back alone, whatever parts it went
 * back in, and whatever came again meanwhile.
 */
export const keptOf = ({ amount, total }: Pick<Commission, 'amount' | 'total'>, orderBack: Minor): Minor =>
  portion(amount, total - orderBack, total);

/** The tax on what is kept: always that of the cell. */
export const taxOn = ({ cell }: Pick<Commission, 'cell'>, kept: Minor): Minor => feeOf(kept, cell.taxBps);

/** What the books hold for it now. */
export const bookedOf = (one: Commission): Minor => (isBooked(one) ? minor(one.amount - one.back) : zero);

/** Who was told what, by which entry: `n` counts from 1. */
export const entryName = (id: string, n: number): string => `commission:${id}:${n}`;

export const orderIdOf = ({ job, uid }: { readonly job: string; readonly uid: string }): string =>
  joinId(job, uid);

const DAY = 24 * 3600 * 1000;
/** Banks take a payment back up to eighteen months later, and decide within another few. */
const LONGEST = 800 * DAY;

/**
 * When it is looked at next, should nobody tell of its order: every day at first, then after a tenth of its age, until no
 * bank asks any more. Some sixty times in all.
 */
export function nextLook(
  { at: doneAt, clearAt }: Pick<Commission, 'at' | 'clearAt'>,
  at: number,
): number | null {
  if (at > doneAt + LONGEST) return null;
  const next = at + Math.max(DAY, Math.floor((at - doneAt) / 10));
  return at < clearAt ? Math.min(next, clearAt) : next;
}
