import type { FeePolicy } from '../escrow/fees.ts';
import type { Newsworthy } from '../notifications/notice.ts';
import type { Minor } from '../shared/money.ts';
import type { Price } from '../shared/price.ts';

/**
 * `orders/{job}~{uid}`: one thing that somebody buys of the learning platform, a package or a single course. It is
 * paid as a job is, into an escrow, whose whole content is the platform’s: the base its fee, and the tax its tax.
 */
export type Order = Newsworthy & {
  readonly job: string;
  readonly uid: string;
  /** A package’s name or a course’s id. */
  readonly item: string;
  readonly title: string;
  /** What it costs; of an upgrade what it costs more than what is held. Minor units. */
  readonly price: Price;
  readonly policy: FeePolicy;
  readonly requestHash: string;
  readonly createdAt: number;
  readonly version: number;
  readonly dueAt: number | null;
} & Bought &
  OrderState;

/** What was bought, as it was then: a later definition changes nothing of it. */
export type Bought =
  | {
      readonly kind: 'package';
      readonly rank: number;
      readonly days: number;
      /** What the whole package cost then, of which a later upgrade is less. */
      readonly full: Price;
      /** The order of the package that it takes the place of; null where none was held. */
      readonly upgradeOf: string | null;
    }
  | { readonly kind: 'course'; readonly upgradeOf: null };

export type OrderState =
  | { readonly status: 'open' }
  | {
      readonly status: 'done';
      readonly doneAt: number;
      /** How much of its total refunds and chargebacks took back so far; less again when a dispute is won. */
      readonly back: Minor;
      /** What finance gave back of it, once for each request. */
      readonly returns: readonly Return[];
    }
  | {
      readonly status: 'lapsed';
      readonly closedAt: number;
      /** Nobody paid, the payment went back before it was done, or it did not fit any more and was given back. */
      readonly why: 'unpaid' | 'refunded' | 'unfit';
    };

/** The tax is that within what went to the wallet; what went to the card is a refund of its own, under the same id. */
export type Return = {
  readonly id: string;
  readonly toWallet: Minor;
  readonly tax: Minor;
  readonly toCard: Minor;
  readonly at: number;
};

export type DoneOrder = Order & Extract<OrderState, { readonly status: 'done' }>;

export const isDone = (order: Order): order is DoneOrder => order.status === 'done';

/** Whether it still gives what was bought: while any of its money is here. */
export const stands = (order: Order): boolean => order.status === 'done' && order.back < order.price.total;
