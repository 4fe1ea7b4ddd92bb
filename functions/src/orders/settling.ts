import { escrowId, isClosed, type Escrow } from '../escrow/escrow.ts';
import { newEscrow } from '../escrow/progress.ts';
import { endKept, lock, type Settled } from '../escrow/settlement.ts';
import { closeKept, type Job } from '../jobs/job.ts';
import type { NoticeKind } from '../notifications/kinds.ts';
import { tell, type Newsworthy } from '../notifications/notice.ts';
import { format } from '../shared/money.ts';
import type { Facts } from '../shared/refusal.ts';
import { enrol, follow } from './enrolling.ts';
import type { Enrolment } from './enrolment.ts';
import { hold, passTime, standOrFall, timeOf } from './holding.ts';
import type { Member } from './member.ts';
import { stands, type DoneOrder, type Order } from './ordered.ts';
import { goneFrom, stillFits, type OrderBooks } from './ordering.ts';

/** What becomes of an order with its money: whichever way that is heard of, it comes here. */

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;
/** Until when the sweep looks for money that went back, and how far apart. */
const FOLLOWED = 400 * DAY;
const SELDOM = 7 * DAY;

export type Granted = {
  readonly order: Order;
  readonly settled: Settled | null;
  /** Only those that changed. */
  readonly member: Member | null;
  readonly enrolment: Enrolment | null;
};

type When = { readonly id: string; readonly at: number };

function told(order: Order, { id, at }: When, kind: NoticeKind, text: string, facts: Facts = {}): Newsworthy {
  const event = { cause: `order.${id}.${order.version + 1}`, about: `orders/${id}`, at };
  return tell(order, event, [{ to: order.uid, kind, text, facts: { item: order.item, ...facts } }]);
}

const moneyOf = (order: Order, amount: number): string => format(amount, order.price.currency);

/** The wallet pays all of it, now. @throws Refusal `insufficient_funds`, `wallet_frozen`. */
export function payFromWallet(
  { order, job }: { readonly order: Order; readonly job: Job },
  books: OrderBooks,
  { id, at }: When,
): Granted & { readonly locked: ReturnType<typeof lock> } {
  const { uid: by, policy } = order;
  const escrow = newEscrow(job, { id: order.job, by, at, policy, keeper: `orders/${id}` });
  const locked = lock(escrow, books.wallet);
  return { ...grant(order, locked.escrow, books, { id, at }), locked };
}

/**
 * Its money is there. What was bought holds from now on, once; or where it does not fit any more, the money goes back to
 * the wallet. Null where there is nothing to do yet.
 */
export function settle(order: Order & { status: 'open' }, books: OrderBooks, when: When): Granted | null {
  const { escrow, job } = books;
  if (escrow === null || escrow.contested.length > 0) return null;
  if (isClosed(escrow)) return { ...nothing(lapsed(order, when, 'refunded')), settled: null };
  const id = when.id;
  const at = timeOf(books.member, Math.max(when.at, order.createdAt));
  if (isOwn(escrow, order, job) && stillFits(order, books, at))
    return grant(order, escrow, books, { id, at });
  const settled = endKept({ escrow, payer: books.wallet, payee: null }, 0, 'timer', { uid: 'system', at });
  const given = moneyOf(order, escrow.held);
  const text = `“${order.title}” is not to be had like this any more: ${given} are in your wallet.`;
  const news = told(order, { id, at }, 'orders-returned', text, { amount: escrow.held });
  return { ...nothing({ ...lapsed(order, { id, at }, 'unfit'), ...news }), settled };
}

const nothing = (order: Order) => ({ order, member: null, enrolment: null });

/** What is paid is what was ordered, by whom it was ordered, and led by this order (W4-11). */
const isOwn = ({ payer, price, refunded, currency, keeper, job }: Escrow, order: Order, from: Job | null) =>
  payer === order.uid &&
  job === order.job &&
  price + refunded === order.price.total &&
  currency === order.price.currency &&
  (from === null || from.keeper === keeper);

function lapsed(order: Order, { at }: When, why: 'unpaid' | 'refunded' | 'unfit'): Order {
  return { ...order, version: order.version + 1, dueAt: null, status: 'lapsed', closedAt: at, why };
}

/** The platform takes its money, and what was bought is given. */
function grant(order: Order, escrow: Escrow, books: OrderBooks, when: When): Granted {
  const { id, at } = when;
  const settled = endKept({ escrow, payer: null, payee: null }, 100, 'timer', { uid: 'system', at });
  const { uid, item, title, price } = order;
  const text = `“${title}” is yours, for ${moneyOf(order, price.total)}.`;
  const facts = { escrow: escrowId(escrow), amount: price.total, currency: price.currency };
  const news = told(
    order,
    when,
    order.kind === 'package' ? 'packages-bought' : 'courses-bought',
    text,
    facts,
  );
  const done: Order = {
    ...{ ...order, ...news, version: order.version + 1, dueAt: at + DAY },
    ...{ status: 'done', doneAt: at, back: escrow.refunded, returns: [] },
  };
  if (order.kind === 'course') {
    const enrolment = enrol(books.enrolment, { course: item, uid, title, order: id }, at);
    return { order: done, settled, member: seen(uid, books.member, at), enrolment };
  }
  const { rank, full, upgradeOf, days } = order;
  const given = { name: item, title, rank, full, order: id, upgradeOf, days };
  return { order: done, settled, member: hold(uid, books.member, given, at), enrolment: null };
}

/** A course was bought at this time: nothing later is before it, and what is over by then has ended. */
const seen = (uid: string, member: Member | null, at: number): Member | null =>
  member && at > member.asOfAt
    ? (passTime(uid, member, at) ?? { ...member, asOfAt: at, version: member.version + 1 })
    : null;

/**
 * Takes in what finance or a bank took back of its money, or gave again. Once all of it is gone, what was bought ends; a
 * part of it is only noted. Looked at whenever its escrow changes, and by the sweep, ever more seldom.
 * @returns null where nothing changed
 */
export function followMoney(order: DoneOrder, escrow: Escrow, books: OrderBooks, when: When): Granted | null {
  const { id } = when;
  const at = timeOf(books.member, when.at);
  const back = goneFrom(escrow);
  const isDue = order.dueAt !== null && order.dueAt <= at;
  if (back === order.back && !isDue) return null;
  const dueAt = nextLook(order, at);
  if (back === order.back) return { ...nothing({ ...order, dueAt }), settled: null };
  const after: Order = { ...order, back, dueAt, version: order.version + 1 };
  const changes = stands(after) !== stands(order);
  const granted = changes ? affected(after, books, { id, at }) : { member: null, enrolment: null };
  const news = tellBack(order, after, books.member, granted.member, { id, at });
  return { order: { ...after, ...news }, settled: null, ...granted };
}

const nextLook = ({ doneAt }: DoneOrder, at: number): number | null =>
  at > doneAt + FOLLOWED ? null : at + Math.min(SELDOM, Math.max(DAY, at - doneAt));

function affected(order: Order, { member, enrolment }: OrderBooks, { id, at }: When) {
  if (order.kind === 'course')
    return { member: null, enrolment: enrolment && follow(enrolment, id, stands(order)) };
  return { member: member && standOrFall(member, id, stands(order), at), enrolment: null };
}

function tellBack(
  before: DoneOrder,
  after: Order,
  had: Member | null,
  has: Member | null,
  when: When,
): Newsworthy {
  if (after.status !== 'done') return { news: after.news };
  const change = after.back - before.back;
  const amount = moneyOf(after, Math.abs(change));
  const { currency } = after.price;
  const facts = { amount: change, currency };
  if (change < 0) {
    const text = `${amount} that were paid for “${after.title}” are ours again, and so it holds.`;
    return told(before, when, 'orders-restored', text, facts);
  }
  const fell = has !== null && had?.package?.order !== has.package?.order;
  if (fell) {
    const now = has.package === null ? 'you have no package now' : `you have “${has.package.title}” now`;
    const text = `What was paid for “${after.title}” went back, and ${now}.`;
    return told(before, when, 'packages-fell', text, { ...facts, package: has.package?.name ?? null });
  }
  const rest = stands(after) ? 'it holds all the same' : 'it has ended';
  const text = `${amount} that were paid for “${after.title}” went back; ${rest}.`;
  return told(before, when, 'orders-refunded', text, facts);
}

/**
 * What the sweep does with one that nobody paid: it is over, and nobody can pay for it any more; or it is still asked
 * about while a card is, or while a bank decides about what was paid.
 */
export function lapseOrder(
  order: Order & { status: 'open' },
  { job, escrow }: Pick<OrderBooks, 'job' | 'escrow'>,
  when: When,
): { readonly order: Order; readonly job: Job | null } {
  const isHeld = escrow !== null && !isClosed(escrow);
  if (isHeld || job?.funding != null) return { order: { ...order, dueAt: when.at + HOUR }, job: null };
  return { order: lapsed(order, when, 'unpaid'), job: job && closeKept(job, when.at) };
}
