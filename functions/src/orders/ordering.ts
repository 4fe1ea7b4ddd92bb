import type { Course } from '../courses/course.ts';
import type { Escrow } from '../escrow/escrow.ts';
import type { FeePolicy } from '../escrow/fees.ts';
import { keptJob, PLATFORM, type Job } from '../jobs/job.ts';
import type { Wallet } from '../ledger/wallet.ts';
import type { Package } from '../packages/package.ts';
import { ownPolicy } from '../plans/offer.ts';
import { sum, type Minor } from '../shared/money.ts';
import { lessPrice, priceOf, type Price } from '../shared/price.ts';
import { Refusal } from '../shared/refusal.ts';
import { mayLearn, packageAt } from './access.ts';
import { MOST_ORDERS } from './enrolling.ts';
import type { Enrolment } from './enrolment.ts';
import { MOST_HOLDINGS, timeOf, unended } from './holding.ts';
import type { Member } from './member.ts';
import type { Bought, Order } from './ordered.ts';

/** How an order begins: what it costs whom, and whether it still fits when its money comes. */

const HOUR = 3600 * 1000;

export type Item = { readonly kind: Order['kind']; readonly item: string };

/** All that an order may touch, as it was read. */
export type OrderBooks = {
  readonly order: Order | null;
  readonly job: Job | null;
  readonly escrow: Escrow | null;
  readonly wallet: Wallet | null;
  readonly member: Member | null;
  /** Of a package that is being ordered. */
  readonly pack: Package | null;
  /** Of a course that is or was ordered. */
  readonly course: Course | null;
  readonly enrolment: Enrolment | null;
};

export type Wish = Item & {
  readonly id: string;
  readonly job: string;
  readonly uid: string;
  readonly requestHash: string;
  readonly policy: FeePolicy;
  readonly at: number;
};

type Offered = {
  readonly title: string;
  readonly price: Price;
  readonly taxBps: number;
  readonly of: Bought;
};

/**
 * What a package costs whoever holds this one: the difference, where it is higher.
 * @throws Refusal `already_held` for the same or a lower one, `currency_mismatch`, `below_minimum` where the higher one
 *   costs no more now than the lower one did.
 */
export function packageOffer(pack: Package, member: Member | null, at: number): Offered {
  const { title, rank, days, price: full, taxBps } = pack;
  const held = packageAt(member, at);
  const of = { kind: 'package', rank, days, full, upgradeOf: held?.order ?? null } as const;
  if (!held) return { title, price: full, taxBps, of };
  if (held.rank >= rank)
    throw new Refusal('already_held', { item: held.name, order: held.order, untilAt: held.untilAt });
  const { currency } = full;
  if (held.full.currency !== currency)
    throw new Refusal('currency_mismatch', { expected: held.full.currency, found: currency });
  const price = lessPrice(full, held.full);
  if (price.base <= 0) throw new Refusal('below_minimum', { amount: price.base, minimum: 1, currency });
  return { title, price, taxBps, of };
}

/** @throws Refusal `already_held` while there is access, by a package too. */
export function mustLackAccess(
  item: string,
  { course, member, enrolment }: Pick<OrderBooks, 'course' | 'member' | 'enrolment'>,
  at: number,
): void {
  if (!course || !mayLearn({ course, member, enrolment }, at)) return;
  if (enrolment?.status === 'active')
    throw new Refusal('already_held', { item, order: enrolment.order, untilAt: null });
  const held = packageAt(member, at);
  throw new Refusal('already_held', {
    item: held?.name ?? item,
    order: held?.order ?? '',
    untilAt: held?.untilAt ?? null,
  });
}

/** @throws Refusal `not_found` for what is not sold now, and what `packageOffer` and `mustLackAccess` do; `limit_reached`. */
function offered({ kind, item }: Item, books: OrderBooks, at: number): Offered {
  const { pack, course, member, enrolment } = books;
  if (kind === 'package') {
    if (!pack?.sold) throw new Refusal('not_found', { what: 'package', id: item });
    mustHaveRoom(unended(member?.holdings ?? [], at).length, MOST_HOLDINGS);
    return packageOffer(pack, member, at);
  }
  if (!course?.published || course.price === null)
    throw new Refusal('not_found', { what: 'course', id: item });
  mustLackAccess(item, books, at);
  mustHaveRoom(enrolment?.orders.length ?? 0, MOST_ORDERS);
  const { title, price } = course;
  const of = { kind: 'course', upgradeOf: null } as const;
  return { title, price: priceOf(price), taxBps: price.taxBps, of };
}

function mustHaveRoom(used: number, limit: number): void {
  if (used >= limit) throw new Refusal('limit_reached', { limit, used, retryAt: null });
}

/** An order that waits for its money, and the job by which that comes. @throws Refusal what `offered` does. */
export function openOrder(wish: Wish, books: OrderBooks): { readonly order: Order; readonly job: Job } {
  const { id, job, uid, item, requestHash } = wish;
  const at = timeOf(books.member, wish.at);
  const { title, price, taxBps, of } = offered(wish, books, at);
  const policy: FeePolicy = {
    ...ownPolicy(wish.policy),
    feeTaxBps: taxBps,
    taxed: { tax: price.tax, of: price.total },
  };
  const paid = { amount: price.total, currency: price.currency };
  const made = keptJob({
    ...{ payer: uid, payee: PLATFORM, title, price: paid, requestHash, at },
    keeper: `orders/${id}`,
  });
  const order: Order = {
    ...{ job, uid, item, title, price, policy, requestHash, createdAt: at, version: 1, news: [] },
    ...of,
    dueAt: at + 2 * HOUR,
    status: 'open',
  };
  return { order, job: made };
}

/**
 * Whether what was ordered is still to be had for what it cost then: for an upgrade while the very package is held that
 * it is an upgrade of, for any other package while none is, and for a course while there is no access.
 */
export function stillFits(order: Order, books: OrderBooks, at: number): boolean {
  const { course, member, enrolment } = books;
  if (order.kind === 'package') return (packageAt(member, at)?.order ?? null) === order.upgradeOf;
  return course !== null && !mayLearn({ course, member, enrolment }, at);
}

/** What of an escrow has gone back, while it was open and since. */
export const goneFrom = ({ refunded, takenBack }: Escrow): Minor =>
  sum([refunded, takenBack.toPayee, takenBack.toPlatform, takenBack.toPayer]);
