import type { Enrolment } from './enrolment.ts';

/** What somebody has of a course that they bought singly, and what becomes of it with its money. Pure. */

/** How often one course may be bought by one person: more than once only where its money went back. */
export const MOST_ORDERS = 20;

type Bought = Pick<Enrolment, 'course' | 'uid' | 'title' | 'order'>;

/** A course that was paid may be learned from now on. */
export function enrol(
  before: Enrolment | null,
  { course, uid, title, order }: Bought,
  at: number,
): Enrolment {
  const orders = [...(before?.orders ?? []), { order, stands: true }];
  const version = (before?.version ?? 0) + 1;
  return { course, uid, title, orders, order, sinceAt: at, status: 'active', version };
}

/** The money of an order went back, or came again. It holds while one order of it stands. */
export function follow(before: Enrolment, order: string, stands: boolean): Enrolment {
  const orders = before.orders.map((one) => (one.order === order ? { order, stands } : one));
  const holds = orders.findLast((one) => one.stands);
  return {
    ...before,
    ...{ orders, order: holds?.order ?? before.order, status: holds ? 'active' : 'ended' },
    version: before.version + 1,
  };
}
