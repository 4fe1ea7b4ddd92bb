import { collections } from '../collections.ts';
import type { Actor } from '../oversight/action.ts';
import { writeAction } from '../oversight/action.store.ts';
import { atomically } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { mustBePossible } from '../refunds/refunds.operations.ts';
import { askProvider, type RefundGateways } from '../refunds/returning.operations.ts';
import { Refusal } from '../shared/refusal.ts';
import { passTime } from './holding.ts';
import { giveMoneyBack, type ReturnOrder } from './moneyback.ts';
import { isDone, type Order } from './ordered.ts';
import { openOrder, type Wish } from './ordering.ts';
import {
  createOrder,
  dueMembers,
  dueOrders,
  partsOf,
  readOrder,
  readToBuy,
  readToReturn,
  writeGranted,
  writeMoneyBack,
} from './orders.store.ts';
import { followMoney, lapseOrder, payFromWallet, settle } from './settling.ts';

/**
 * Opens an order, once for each request id; from the wallet it is paid in the same commit.
 * @throws Refusal `request_id_reused`, `insufficient_funds`, `wallet_frozen`, and what `openOrder` does.
 */
export async function placeOrder(wish: Wish, byCard: boolean): Promise<Order> {
  const { id } = wish;
  const { made } = await atomically({
    read: (reader) => readToBuy(reader, id, wish),
    decide: (books) => {
      const before = books.order;
      if (before && before.requestHash !== wish.requestHash) throw new Refusal('request_id_reused');
      if (before) return { made: before, opened: null, paid: null };
      const opened = openOrder(wish, books);
      if (byCard) return { made: opened.order, opened, paid: null };
      const paid = payFromWallet(opened, books, { id, at: opened.order.createdAt });
      return { made: paid.order, opened, paid };
    },
    write: (writer, { opened, paid }) => {
      if (opened) createOrder(writer, id, opened, paid);
    },
  });
  return made;
}

/**
 * Its money may have come: then what was ordered is given, once, whoever comes first with the news of it. Later, what
 * went back of its money is noted, and what came again.
 */
export async function settleOrder(id: string, at: number): Promise<Order | null> {
  const { order } = await atomically({
    read: (reader) => readOrder(reader, id),
    decide: (books) => {
      const { order, escrow } = books;
      if (order === null || escrow === null) return { order, granted: null };
      const when = { id, at };
      const granted = isDone(order)
        ? followMoney(order, escrow, books, when)
        : order.status === 'open'
          ? settle(order, books, when)
          : null;
      return { order: granted?.order ?? order, granted };
    },
    write: (writer, { granted }) => {
      if (granted) writeGranted(writer, id, granted);
    },
  });
  return order;
}

/** Finishes what was paid, and ends what never was. */
export const sweepOrders = (at: number): Promise<Swept> =>
  sweep(dueOrders(at), async (id) => {
    const order = await settleOrder(id, at);
    if (order?.status !== 'open') return;
    await atomically({
      read: (reader) => readOrder(reader, id),
      decide: ({ order: found, job, escrow }) => ({
        after: found?.status === 'open' ? lapseOrder(found, { job, escrow }, { id, at }) : null,
      }),
      write: (writer, { after }) => {
        if (after) writer.set(collections.orders.doc(id), after.order);
        if (after?.job) writer.set(collections.jobs.doc(partsOf(id).job), after.job);
      },
    });
  });

/** Packages that are over end, and those that soon will be are told of. */
export const sweepMembers = (at: number): Promise<Swept> =>
  sweep(dueMembers(at), async (uid) => {
    await atomically({
      read: (reader) => reader.get({ member: collections.members.doc(uid) }),
      decide: ({ member }) => ({ after: passTime(uid, member, at) }),
      write: (writer, { after }) => {
        if (after) writer.set(collections.members.doc(uid), after);
      },
    });
  });

/**
 * Finance gives back what was paid for an order, or a part of it: in one commit, and then the provider is asked. The
 * same request again answers what became of it.
 * @throws Refusal what `giveMoneyBack` does, `request_id_reused`, `partial_refund_unsupported`.
 */
export async function refundOrder(
  gateways: RefundGateways,
  wish: Omit<ReturnOrder, 'by' | 'reason'>,
  actor: Actor,
): Promise<Order> {
  const { id, at, requestHash } = wish;
  const record = `order.refund.${wish.refund}`;
  const { order, card } = await atomically({
    read: (reader) => readToReturn(reader, id, record),
    decide: ({ books, card, before }) => {
      if (before !== null) {
        if (before.after.requestHash !== requestHash || !books.order) throw new Refusal('request_id_reused');
        const again = books.order.status === 'done' ? books.order.returns : [];
        const byCard = again.some(({ id: one, toCard }) => one === wish.refund && toCard > 0);
        return { order: books.order, card: byCard ? card : null, back: null };
      }
      const back = giveMoneyBack(books, card, { ...wish, by: actor.uid, reason: actor.reason });
      if (back.toCard) mustBePossible(gateways, back.toCard.plan);
      return { order: back.granted.order, card: back.toCard ? card : null, back };
    },
    write: (writer, { order: after, card: target, back }) => {
      if (!back) return;
      writeMoneyBack(writer, id, back, target);
      const { toWallet, toCard } = back.made;
      const { currency } = after.price;
      writeAction(writer, {
        ...{ id: record, action: 'orders-refund', target: `orders/${id}`, at },
        ...{ by: actor.uid, role: actor.role, ip: actor.ip, reason: actor.reason },
        before: {},
        after: { toWallet, toCard, currency, requestHash },
      });
    },
  });
  if (card) await askProvider(gateways, wish.refund, at);
  return order;
}
