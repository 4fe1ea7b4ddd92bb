import type { Enrolment } from '../orders/enrolment.ts';
import { highest } from '../orders/holding.ts';
import type { Member } from '../orders/member.ts';
import { stands, type Order } from '../orders/ordered.ts';
import { joinId } from '../shared/ids.ts';
import { callFor, tellParts, walletIn } from './causes.ts';
import { must } from './documents.ts';
import type { Sink } from './tally.ts';

/**
 * What packages and courses were sold: each order with its escrow, what finance gave back of it, and what it gave. How
 * many packages somebody was ever sold is told by both sides, since what has ended is not kept with them.
 */

const told = (sink: Sink, side: 'journal' | 'documents', about: string, count: number): void => {
  if (count !== 0) sink.tell('causes', side, about, count);
};

export function foldOrder(id: string, order: Order, sink: Sink): void {
  const { uid, job, price, kind, item, policy } = order;
  const self = ['I5', `orders/${id}`] as const;
  must(sink, self, joinId(job, uid), id);
  must(sink, self, `${price.total}`, `${price.base + price.tax}`);
  must(sink, self, `${price.tax} of ${price.total}`, `${policy.taxed?.tax ?? 0} of ${policy.taxed?.of ?? 0}`);
  if (order.status !== 'done') return;
  const { currency } = price;
  tellParts(sink, 'documents', `orders/${id}`, currency, { sold: price.total });
  for (const { id: refund, toWallet, tax } of order.returns) {
    if (toWallet === 0) continue;
    callFor(sink, { id: `order-refund:${refund}`, kind: 'order-refund' }, currency, {
      [walletIn(uid)]: toWallet,
      ...{ 'platform:fees': tax - toWallet, 'tax:fees': 0 - tax },
    });
    // What the escrow counts as taken, as a refund to a card would.
    tellParts(sink, 'journal', `payments/${id}`, currency, { toPlatform: toWallet });
  }
  const given = kind === 'package' ? `members/${uid}` : `enrolments/${joinId(item, uid)}`;
  told(sink, 'journal', `${given} bought orders`, 1);
  told(sink, 'journal', `${given} standing orders`, stands(order) ? 1 : 0);
}

export function foldMember(uid: string, member: Member, sink: Sink): void {
  const { bought, standing, holdings, asOfAt } = member;
  const self = ['I5', `members/${uid}`] as const;
  const holds = highest(holdings, asOfAt);
  must(sink, self, holds?.order ?? 'none', member.package?.order ?? 'none');
  told(sink, 'documents', `members/${uid} bought orders`, bought);
  told(sink, 'documents', `members/${uid} standing orders`, standing);
}

export function foldEnrolment(id: string, { course, uid, orders, status }: Enrolment, sink: Sink): void {
  const self = ['I5', `enrolments/${id}`] as const;
  const standing = orders.filter((one) => one.stands).length;
  must(sink, self, joinId(course, uid), id);
  must(sink, self, standing > 0 ? 'active' : 'ended', status);
  told(sink, 'documents', `enrolments/${id} bought orders`, orders.length);
  told(sink, 'documents', `enrolments/${id} standing orders`, standing);
}
