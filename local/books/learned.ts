/** What orders of packages and courses say, held against their escrows and what their buyers have: by their words alone. */
import type { Escrow } from '../../functions/src/escrow/escrow.ts';
import type { Enrolment } from '../../functions/src/orders/enrolment.ts';
import type { Member } from '../../functions/src/orders/member.ts';
import type { Order } from '../../functions/src/orders/ordered.ts';
import { joinId } from '../../functions/src/shared/ids.ts';
import type { Books } from '../books.ts';
import { failed, onAccount, type Check } from './moves.ts';

export function learningProblems(books: Books): string[] {
  const { orders, members, enrolments } = books;
  return [
    ...[...orders].flatMap(([id, order]) => orderProblems(id, order, books)),
    ...[...members].flatMap(([uid, member]) => memberProblems(uid, member, orders)),
    ...[...enrolments].flatMap(([id, enrolment]) => enrolmentProblems(id, enrolment, orders)),
  ];
}

const standing = (order: Order | undefined): boolean =>
  order?.status === 'done' && order.back < order.price.total;

/** What was bought, and no more than was paid for it, in base and tax. */
function orderProblems(id: string, order: Order, { escrows, journal, members, enrolments }: Books): string[] {
  const { uid, job, item, price, status, dueAt } = order;
  const escrowId = joinId(job, uid, 'platform');
  const escrow = escrows.get(escrowId);
  const end = journal.get(`escrow:${escrowId}:end`);
  const keeps: Check[] = [
    [`F50 order ${id}: base and tax do not make ${price.total}`, price.base + price.tax === price.total],
    [`I12 order ${id}: is ${status} without a deadline`, status !== 'open' || dueAt !== null],
    [`F50 order ${id}: its escrow is of somebody else`, !escrow || isOf(escrow, id, uid)],
  ];
  if (order.status !== 'done')
    return failed([...keeps, [`F50 order ${id}: is ${status} and was paid`, escrow?.status !== 'released']]);
  const whole = escrow?.refunded === 0;
  const given = order.kind === 'package' ? members.has(uid) : enrolments.has(joinId(item, uid));
  return failed([
    ...keeps,
    [`F50 order ${id}: is done and not paid`, escrow?.status === 'released'],
    [`F50 order ${id}: not its base`, !whole || onAccount(end, 'platform:fees') === price.base],
    [`F50 order ${id}: not its tax`, !whole || onAccount(end, 'tax:fees') === price.tax],
    [`F50 order ${id}: more went back than was paid`, order.back >= 0 && order.back <= price.total],
    [`F50 order ${id}: is done and gave nothing`, given],
  ]);
}

const isOf = (escrow: Escrow, order: string, uid: string): boolean =>
  escrow.keeper === `orders/${order}` && escrow.payer === uid && escrow.payee === 'platform';

/** Nobody has a package that an order did not give, nor one whose money is gone. */
function memberProblems(uid: string, member: Member, orders: Books['orders']): string[] {
  const own = [...orders.values()].filter((order) => order.uid === uid && order.kind === 'package');
  const done = own.filter(({ status }) => status === 'done');
  const chain = (order: string | null): readonly string[] => {
    const found = order === null ? undefined : orders.get(order);
    return order === null ? [] : [order, ...chain(found?.upgradeOf ?? null)];
  };
  return failed([
    [`F50 ${uid} was sold ${done.length} packages, not ${member.bought}`, done.length === member.bought],
    [`F50 ${uid}: other packages stand`, done.filter(standing).length === member.standing],
    ...member.holdings.map((one): Check => [
      `F50 ${uid} holds ${one.name} by an order that says otherwise`,
      orders.get(one.order)?.item === one.name && standing(orders.get(one.order)) === one.stands,
    ]),
    ...chain(member.package?.order ?? null).map((order): Check => [
      `F50 ${uid} has ${member.package?.name ?? ''} by ${order}, whose money is gone`,
      standing(orders.get(order)),
    ]),
  ]);
}

function enrolmentProblems(id: string, enrolment: Enrolment, orders: Books['orders']): string[] {
  const { course, uid, status } = enrolment;
  const own = [...orders].filter(
    ([, order]) => order.uid === uid && order.item === course && order.kind === 'course',
  );
  const done = own.filter(([, order]) => order.status === 'done').map(([order]) => order);
  const holds = own.some(([, order]) => standing(order));
  return failed([
    [
      `F51 enrolment ${id}: is by other orders than were done`,
      [...done].sort().join() ===
        enrolment.orders
          .map(({ order }) => order)
          .sort()
          .join(),
    ],
    [`F51 enrolment ${id}: is ${status}`, (status === 'active') === holds],
  ]);
}
