import type { Commission } from '../../functions/src/commissions/commission.ts';
import type { CommissionTable } from '../../functions/src/commissions/rates.ts';
import type { Order } from '../../functions/src/orders/ordered.ts';
import type { Referral } from '../../functions/src/rewards/referral.ts';
import type { Became, Docs } from './allowed.ts';
import { heldBy, ordersIn } from './bought.ts';
import { SKEW } from './ends.ts';

/** What others earn of an order: the cell of the table, of its base, less the same part as went back. Counted once more. */

const DAY = 24 * 3_600_000;
/** COMMISSION_DAYS in surroundings.ts. */
const WINDOW = DAY;
/** Who has what is read before it is written what they earn, and may be other by then. */
const MEANWHILE = 15 * 60_000;

type Cells = readonly (readonly number[])[];
/** The first table, written out here: by the package of who earns, then starter, pro, elite, a course. */
const first: readonly Cells[] = [
  [
    [4000, 3000, 2000, 2000],
    [4500, 4500, 3000, 2500],
    [5000, 5000, 5000, 3000],
  ],
  [
    [500, 400, 300, 300],
    [750, 750, 500, 400],
    [1000, 1000, 1000, 500],
  ],
];
const names = ['rank1', 'rank2', 'rank3', 'course'] as const;

const rateOf = (level: 1 | 2, rank: number, item: number, table: CommissionTable | null): number => {
  const mine = names[rank - 1];
  if (table === null || mine === undefined || mine === 'course')
    return first[level - 1]?.[rank - 1]?.[item] ?? 0;
  return (level === 1 ? table.level1 : table.level2)[mine][names[item] ?? 'course'];
};

/** The table that held then. */
function tableAt(at: number, docs: Docs): CommissionTable | null {
  const all = [...(docs.get('commissionTables') ?? new Map<string, unknown>())] as [
    string,
    CommissionTable,
  ][];
  const then = all.filter(([id, one]) => id !== 'current' && one.at <= at);
  return then.sort(([, one], [, other]) => other.at - one.at)[0]?.[1] ?? null;
}

/** Who is to earn at a level of what somebody bought then. */
function sponsorOf(buyer: string, level: 1 | 2, at: number, docs: Docs): string | null {
  let uid = buyer;
  for (let n = 0; n < level; n += 1) {
    const by = docs.get('referrals')?.get(uid) as Referral | undefined;
    if (!by || by.createdAt > at) return null;
    uid = by.referrer;
  }
  return uid === buyer ? null : uid;
}

const isBooked = ({ status }: Commission): boolean => status !== 'held' && status !== 'refused';

export class Earned {
  /** When somebody's packages fell or rose again last, or were let go of. */
  readonly #moved = new Map<string, number>();
  /** Orders whose money was all gone at some time, or whose person is. */
  readonly #shaken = new Set<string>();

  *problems({ collection, id, before, after }: Became, docs: Docs, now: number): Generator<string> {
    if (collection === 'orders') this.#look(id, after as unknown as Order, now);
    if (collection === 'referrals')
      yield* broughtProblems(id, before as Referral | null, after as never, docs);
    if (collection !== 'commissions' || (before !== null && before.version === after.version)) return;
    const one = after as unknown as Commission;
    if (before === null) yield* this.#made(id, one, docs, now);
    yield* amountProblems(id, before as Commission | null, one, docs, now);
  }

  #look(id: string, order: Order, now: number): void {
    if (order.status !== 'done') return;
    if (order.back >= order.price.total) this.#shaken.add(id);
    this.#moved.set(order.uid, now);
  }

  *#made(id: string, one: Commission, docs: Docs, now: number): Generator<string> {
    const path = `commissions/${id}`;
    const order = ordersIn(docs).get(one.order);
    if (order?.status !== 'done') {
      yield `F53 ${path} is of an order that nobody paid`;
      return;
    }
    const { uid, level } = one;
    if (id !== `${one.order}~${level}` || order.uid !== one.buyer)
      yield `W4-13 ${path} is another’s, or of another order`;
    const sponsor = sponsorOf(order.uid, level, order.doneAt, docs);
    if (sponsor !== uid) yield `F53 ${path} is for ${uid}, and ${sponsor ?? 'nobody'} is to earn it`;
    const item = order.kind === 'course' ? 3 : order.rank - 1;
    const table = tableAt(order.doneAt, docs);
    const earns = (rank: number) =>
      Math.floor((order.price.base * rateOf(level, rank, item, table)) / 10_000);
    const rank = heldBy(uid, docs, order.doneAt)?.order.rank ?? 0;
    const isSure = (this.#moved.get(uid) ?? 0) < now - MEANWHILE;
    const may = isSure ? [earns(rank)] : [1, 2, 3].map(earns);
    if (!may.includes(one.amount))
      yield `F53 ${path} is ${one.amount} for rank ${rank}, and not ${may.join(' or ')} of ${order.price.base}`;
    if (one.clearAt !== order.doneAt + WINDOW) yield `F54 ${path} clears at ${one.clearAt}`;
  }

  /** In the end: nobody was forgotten, and all know what went back. */
  *whole(docs: Docs): Generator<string> {
    for (const [id, order] of ordersIn(docs)) {
      if (order.status !== 'done') continue;
      for (const level of [1, 2] as const) {
        const one = docs.get('commissions')?.get(`${id}~${level}`) as Commission | undefined;
        if (one && one.status !== 'refused' && one.orderBack !== order.back)
          yield `W4-14 commissions/${id}~${level} knows that ${one.orderBack} of ${order.back} went back`;
        const sponsor = sponsorOf(order.uid, level, order.doneAt, docs);
        if (one || sponsor === null || docs.get('erasures')?.has(sponsor)) continue;
        const held = heldBy(sponsor, docs, order.doneAt);
        if (held && ![...chainOf(held.id, docs)].some((base) => this.#shaken.has(base)))
          yield `F53 ${sponsor} earned nothing of ${id} at level ${level}, and had ${held.order.item}`;
      }
    }
  }
}

function* chainOf(id: string, docs: Docs): Generator<string> {
  for (let next: string | null = id; next !== null; next = ordersIn(docs).get(next)?.upgradeOf ?? null)
    yield next;
}

/** What is kept follows from what went back of the order alone; nothing clears early, and nobody decides for themselves. */
function* amountProblems(
  id: string,
  was: Commission | null,
  one: Commission,
  docs: Docs,
  now: number,
): Generator<string> {
  const path = `commissions/${id}`;
  const { amount, back, total, orderBack, status, review, uid, buyer, clearAt } = one;
  const order = ordersIn(docs).get(one.order);
  const gone = order?.status === 'done' ? order.back : 0;
  if (status !== 'refused' && orderBack !== gone)
    yield `W4-14 ${path} goes by ${orderBack}, and ${gone} went back`;
  const kept = Number((BigInt(amount) * BigInt(total - orderBack)) / BigInt(total));
  if (status !== 'refused' && amount - back !== kept)
    yield `W4-14 ${path} keeps ${amount - back}, and ${kept} of ${amount} is left`;
  if (status === 'available' && now + SKEW < clearAt) yield `F54 ${path} is available before its time`;
  if (status === 'reversed' && kept > 0) yield `F54 ${path} is reversed, and ${kept} of it is earned`;
  if (was !== null && !isBooked(was) && isBooked(one) && (review === null || review.by === 'system'))
    yield `W4-20 ${path} was held, and nobody looked at it`;
  if (review !== null && [uid, buyer].includes(review.by)) yield `W ${path} was decided by ${review.by}`;
}

/** Nobody is brought by themselves, in a circle, once more, or after they bought (F52, W4-20). */
function* broughtProblems(uid: string, was: Referral | null, is: Referral, docs: Docs): Generator<string> {
  if (was && was.referrer !== is.referrer)
    yield `F52 ${uid} was brought by ${was.referrer}, and then by ${is.referrer}`;
  if (was) return;
  const seen = [uid];
  for (let next: string | undefined = is.referrer; next !== undefined;) {
    if (seen.includes(next)) {
      yield `W4-20 ${[...seen, next].join(' by ')}: a circle`;
      return;
    }
    seen.push(next);
    next = (docs.get('referrals')?.get(next) as Referral | undefined)?.referrer;
  }
}
