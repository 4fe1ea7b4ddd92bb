import { collections } from '../collections.ts';
import { createEscrow, writeEscrow } from '../escrow/escrow.store.ts';
import { PLATFORM, type Job } from '../jobs/job.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import { packageDefault } from '../packages/package.ts';
import { shared, type Query, type Reader, type Writer } from '../platform/store.ts';
import { createRefund, readTarget } from '../refunds/refunds.store.ts';
import type { Target } from '../refunds/target.ts';
import { joinId, splitId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Enrolment } from './enrolment.ts';
import type { Member } from './member.ts';
import type { MoneyBack } from './moneyback.ts';
import type { Order } from './ordered.ts';
import type { Item, OrderBooks } from './ordering.ts';
import type { Granted, payFromWallet } from './settling.ts';

/** The job by which it is paid, and whose it is: the id says both. @throws Refusal `not_found`. */
export function partsOf(id: string): { job: string; uid: string; escrow: string } {
  const parts = splitId(id, 2);
  if (!parts) throw new Refusal('not_found', { what: 'order', id });
  const [job, uid] = parts as [string, string];
  return { job, uid, escrow: joinId(job, uid, PLATFORM) };
}

export const enrolmentId = (course: string, uid: string): string => joinId(course, uid);

/** All that an order may touch. Its id says most of it; which course it is of, only the order, so that is a second look. */
export async function readOrder(reader: Reader, id: string): Promise<OrderBooks> {
  const { job, uid, escrow } = partsOf(id);
  const found = await reader.get({
    order: collections.orders.doc(id),
    job: collections.jobs.doc(job),
    escrow: collections.escrows.doc(escrow),
    wallet: collections.wallets.doc(uid),
    member: collections.members.doc(uid),
  });
  const { order } = found;
  const none = { course: null, enrolment: null };
  const of = order?.kind === 'course' ? await reader.get(courseRefs(order.item, uid)) : none;
  return { ...found, ...of, pack: null };
}

const courseRefs = (course: string, uid: string) => ({
  course: shared(collections.courses.doc(course)),
  enrolment: collections.enrolments.doc(enrolmentId(course, uid)),
});

/** For a purchase: also what is to be bought, all in one batch. */
export async function readToBuy(reader: Reader, id: string, { kind, item }: Item): Promise<OrderBooks> {
  const { uid } = partsOf(id);
  const always = {
    order: collections.orders.doc(id),
    wallet: collections.wallets.doc(uid),
    member: collections.members.doc(uid),
  };
  const none = { job: null, escrow: null, pack: null, course: null, enrolment: null };
  if (kind === 'course') return { ...none, ...(await reader.get({ ...always, ...courseRefs(item, uid) })) };
  const { pack, ...found } = await reader.get({ ...always, pack: shared(collections.packages.doc(item)) });
  return { ...none, ...found, pack: pack ?? packageDefault(item) };
}

/** For a refund: what its card paid, if one did, and whether finance asked for the same before. */
export async function readToReturn(reader: Reader, id: string, record: string) {
  const books = await readOrder(reader, id);
  const { payment, before } = await reader.get({
    payment: collections.payments.doc(id),
    before: collections.adminActions.doc(record),
  });
  const card = payment === null ? null : await readTarget(reader, { kind: 'payment', id });
  return { books, card, before };
}

export function createOrder(
  writer: Writer,
  id: string,
  { order, job }: { readonly order: Order; readonly job: Job },
  paid: ReturnType<typeof payFromWallet> | null,
): void {
  writer.create(collections.jobs.doc(order.job), job);
  if (paid) createEscrow(writer, paid.locked.escrow, paid.locked.posting);
  if (paid) writeGranted(writer, id, paid);
  else writer.create(collections.orders.doc(id), order);
}

/** The order, and whatever it gives or does not any more. */
export function writeGranted(
  writer: Writer,
  id: string,
  { order, settled, member, enrolment }: Granted,
): void {
  writer.set(collections.orders.doc(id), order);
  if (settled) writeEscrow(writer, { ...settled, action: null });
  if (member) writer.set(collections.members.doc(order.uid), member);
  if (enrolment) writer.set(collections.enrolments.doc(enrolmentId(enrolment.course, order.uid)), enrolment);
}

export function writeMoneyBack(
  writer: Writer,
  id: string,
  { granted, escrow, toWallet, toCard, made }: MoneyBack,
  card: Target | null,
): void {
  writeGranted(writer, id, granted);
  if (toCard && card) {
    const plan = { ...toCard.plan, after: { ...toCard.plan.after, escrow } };
    createRefund(writer, made.id, { ...toCard, plan, target: card, action: null });
  } else writer.set(collections.escrows.doc(partsOf(id).escrow), escrow);
  // After the card’s part, which may have changed the same wallet.
  if (toWallet) writePosting(writer, toWallet);
}

/** Somebody’s own, newest first. Index: uid, createdAt desc. */
export const ordersOf = (
  uid: string,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Query<Order> => ({
  collection: collections.orders,
  where: [['uid', '==', uid]],
  orderBy: [['createdAt', 'desc']],
  limit,
  ...(after !== undefined && { after }),
});

export const dueOrders = (at: number): Query<Order> => ({
  collection: collections.orders,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});

export const dueMembers = (at: number): Query<Member> => ({
  collection: collections.members,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});

/** The courses that somebody bought singly, newest first. Index: uid, sinceAt desc. */
export const enrolmentsOf = (uid: string): Query<Enrolment> => ({
  collection: collections.enrolments,
  where: [['uid', '==', uid]],
  orderBy: [['sinceAt', 'desc']],
});
