import type { Escrow } from '../../functions/src/escrow/escrow.ts';
import type { Course } from '../../functions/src/courses/course.ts';
import type { Enrolment } from '../../functions/src/orders/enrolment.ts';
import type { Member } from '../../functions/src/orders/member.ts';
import type { Order } from '../../functions/src/orders/ordered.ts';
import type { Package } from '../../functions/src/packages/package.ts';
import type { Became, Docs } from './allowed.ts';

/** What somebody holds follows from orders alone, as they were agreed and as their money stands: counted once more. */

const DAY = 24 * 3_600_000;

/** As they come, written out here: base, and 18 percent of it. */
const usual: Readonly<Record<string, readonly [rank: number, base: number]>> = {
  starter: [1, 250_000],
  pro: [2, 450_000],
  elite: [3, 750_000],
};

type Done = Order & { readonly status: 'done' };
type OfPackage = Done & { readonly kind: 'package' };
export const ordersIn = (docs: Docs) =>
  (docs.get('orders') ?? new Map<string, unknown>()) as ReadonlyMap<string, Order>;

const isWhole = (order: Order | undefined): order is Done =>
  order?.status === 'done' && order.back < order.price.total;

/** An upgrade ends when what it took the place of would have. */
function endOf(order: Order, all: ReadonlyMap<string, Order>): number {
  if (order.status !== 'done' || order.kind !== 'package') return 0;
  const base = order.upgradeOf === null ? undefined : all.get(order.upgradeOf);
  return base ? endOf(base, all) : order.doneAt + order.days * DAY;
}

/** It, and all that it took the place of, are paid. */
function stands(order: Order | undefined, all: ReadonlyMap<string, Order>): boolean {
  if (!isWhole(order)) return false;
  return order.upgradeOf === null || stands(all.get(order.upgradeOf), all);
}

export type Held = { readonly id: string; readonly order: OfPackage; readonly untilAt: number };

/** What somebody has at a time: the highest, and of two alike the one that lasts. */
export function heldBy(uid: string, docs: Docs, at: number, but = ''): Held | null {
  const all = ordersIn(docs);
  let best: Held | null = null;
  for (const [id, order] of all) {
    if (order.uid !== uid || id === but || order.status !== 'done' || order.kind !== 'package') continue;
    const untilAt = endOf(order, all);
    if (untilAt <= at || order.doneAt > at || !stands(order, all)) continue;
    const more = best === null ? 1 : order.rank - best.order.rank || untilAt - best.untilAt;
    if (more > 0) best = { id, order, untilAt };
  }
  return best;
}

const isErased = (uid: string, docs: Docs): boolean => docs.get('erasures')?.has(uid) ?? false;

export function* boughtProblems(became: Became, docs: Docs): Generator<string> {
  const { collection, before, after } = became;
  if (before !== null && before.version === after.version) return;
  if (collection === 'orders') {
    const order = after as unknown as Order;
    yield* orderProblems(became.id, before as Order | null, order, docs);
    yield* order.kind === 'package'
      ? memberProblems(order.uid, docs)
      : enrolmentProblems(`${order.item}~${order.uid}`, docs);
  }
  if (collection === 'members') yield* memberProblems(became.id, docs);
  if (collection === 'enrolments') yield* enrolmentProblems(became.id, docs);
}

/** All that was agreed when it was made. */
const agreed = ({ uid, job, kind, item, price, upgradeOf, createdAt }: Order): string =>
  JSON.stringify([uid, job, kind, item, price, upgradeOf, createdAt]);

function* orderProblems(id: string, was: Order | null, is: Order, docs: Docs): Generator<string> {
  const path = `orders/${id}`;
  if (was === null) yield* (is.kind === 'package' ? packagePrice : coursePrice)(path, is, docs);
  else if (agreed(was) !== agreed(is)) yield `F50 ${path} is another agreement than it was`;
  if (is.status !== 'done') return;
  const escrow = docs.get('escrows')?.get(`${is.job}~${is.uid}~platform`) as Escrow | undefined;
  if (escrow?.status !== 'released' || escrow.keeper !== path || escrow.payer !== is.uid) {
    yield `W4-01 ${path} is done, and nobody paid for it`;
    return;
  }
  const { price, refunded, currency, takenBack } = escrow;
  if (price + refunded !== is.price.total || currency !== is.price.currency)
    yield `F50 ${path} is done for ${price} and ${refunded} of ${is.price.total}`;
  const gone = refunded + takenBack.toPayee + takenBack.toPlatform + takenBack.toPayer;
  if (is.back !== gone) yield `F50 ${path} says that ${is.back} went back, and ${gone} did`;
  if (was?.status === 'done' || is.kind !== 'package') return;
  const held = heldBy(is.uid, docs, is.doneAt, id);
  if ((held?.id ?? null) !== is.upgradeOf)
    yield `F50 ${path} is for whoever has ${is.upgradeOf ?? 'nothing'}, and they had ${held?.id ?? 'nothing'}`;
}

/** What a package costs whoever has a lower one is the difference, of prices and of tax. */
function* packagePrice(path: string, order: Order, docs: Docs): Generator<string> {
  if (order.kind !== 'package') return;
  const { item, uid, price, full, rank, days, upgradeOf, createdAt } = order;
  const defined = docs.get('packages')?.get(item) as Package | undefined;
  const [ofRank, base] = defined ? [defined.rank, defined.price.base] : (usual[item] ?? [0, 0]);
  const tax = Math.floor((base * 18) / 100);
  if (full.base !== base || full.tax !== tax || rank !== ofRank || days !== (defined?.days ?? 365))
    yield `F50 ${path} is for another package than there is`;
  const held = heldBy(uid, docs, createdAt, path.slice('orders/'.length));
  if ((held?.id ?? null) !== upgradeOf || (held?.order.rank ?? 0) >= rank)
    yield `F50 ${path} is an upgrade of ${upgradeOf ?? 'nothing'}, and ${held?.id ?? 'nothing'} is held`;
  const less = held?.order.full ?? { base: 0, tax: 0 };
  const should = [base - less.base, Math.max(0, tax - less.tax)] as const;
  if (price.base !== should[0] || price.tax !== should[1] || price.total !== should[0] + should[1])
    yield `F50 ${path} costs ${price.base} and ${price.tax}, and not ${should.join(' and ')}`;
}

function* coursePrice(path: string, { item, price }: Order, docs: Docs): Generator<string> {
  const rate = (docs.get('courses')?.get(item) as Course | undefined)?.price;
  const tax = rate ? Math.floor((rate.base * rate.taxBps) / 10_000) : 0;
  if (price.base !== rate?.base || price.tax !== tax || price.total !== rate.base + tax)
    yield `W4-11 ${path} costs ${price.base} and ${price.tax}, which the catalogue does not say`;
}

function* memberProblems(uid: string, docs: Docs): Generator<string> {
  const member = docs.get('members')?.get(uid) as Member | undefined;
  if (isErased(uid, docs)) return;
  const held = heldBy(uid, docs, member?.asOfAt ?? Infinity);
  const has = member?.package ?? null;
  if (has?.name !== held?.order.item || has?.untilAt !== held?.untilAt)
    yield `F50 ${uid} has ${has?.name ?? 'nothing'} by ${has?.order ?? 'nothing'}, and ${held?.id ?? 'nothing'} is paid`;
}

/** Whether a course that was bought singly is there to be learned. */
export const isEnrolled = (course: string, uid: string, docs: Docs): boolean =>
  [...ordersIn(docs).values()].some(
    (order) => order.uid === uid && order.kind === 'course' && order.item === course && isWhole(order),
  );

function* enrolmentProblems(id: string, docs: Docs): Generator<string> {
  const [course = '', uid = ''] = id.split('~');
  if (isErased(uid, docs)) return;
  const enrolment = docs.get('enrolments')?.get(id) as Enrolment | undefined;
  const should = isEnrolled(course, uid, docs);
  if ((enrolment?.status === 'active') !== should)
    yield `F51 ${uid} is ${should ? 'not ' : ''}let into ${course}, by ${enrolment?.order ?? 'nothing'}`;
}
