import type { z } from 'zod';
import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { fund } from '../payments/charging.operations.ts';
import { paymentId } from '../payments/funding.ts';
import { deriveId, hashInput } from '../platform/derive.ts';
import { find, load } from '../platform/firestore.ts';
import { feePolicy } from '../platform/params.ts';
import { holds, serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import { cardGateway, pspSecrets as secrets, refundGateways } from '../psp/providers.gateway.ts';
import type { Caller, Handlers } from '../shared/call.ts';
import { joinId } from '../shared/ids.ts';
import { zero, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { packageAt } from './access.ts';
import type { Order } from './ordered.ts';
import type { Item } from './ordering.ts';
import { buyCoursesContract, buyPackagesContract, ordersContract } from './orders.contract.ts';
import { placeOrder, refundOrder, settleOrder, sweepMembers, sweepOrders } from './orders.operations.ts';
import { ordersOf, partsOf } from './orders.store.ts';

const view = (id: string, order: Order): z.input<typeof ordersContract.get.output> => {
  const { kind, item, title, price, upgradeOf, status, createdAt } = order;
  const isDone = order.status === 'done';
  return {
    ...{ id, kind, item, title, price, upgradeOf, status, createdAt },
    why: order.status === 'lapsed' ? order.why : null,
    doneAt: isDone ? order.doneAt : null,
    back: isDone ? order.back : 0,
  };
};

type Card = {
  readonly fromWallet?: Minor | undefined;
  readonly method?: string | undefined;
  readonly save?: boolean | undefined;
};

/** The call that opens an order is repeated to go on with it: it settles what its money did meanwhile. */
async function buy(requestId: string, wanted: Item, card: Card | undefined, { uid }: Caller, at: number) {
  const job = deriveId('order', uid, requestId);
  const id = joinId(job, uid);
  const requestHash = hashInput({ ...wanted, byCard: card !== undefined });
  const order = await placeOrder(
    { ...wanted, id, job, uid, requestHash, policy: feePolicy(), at },
    card !== undefined,
  );
  if (!card || order.status !== 'open') return { ...view(id, order), clientSecret: null, payment: null };
  const { fromWallet = zero, method = '', save = false } = card;
  const wish = { id, job, by: uid, policy: order.policy, keeper: `orders/${id}`, at };
  const { payment, clientSecret } = await fund(cardGateway(), { ...wish, fromWallet, method, save });
  const after = (await settleOrder(id, at)) ?? order;
  return { ...view(id, after), clientSecret, payment: paymentId(payment) };
}

const { mine: mineCall, ...packageCalls } = buyPackagesContract;

const holding: Handlers<{ mine: typeof mineCall }> = {
  mine: async (_, { uid }, at) => {
    const held = packageAt(await load(collections.members.doc(uid)), at);
    if (!held) return { package: null };
    const { name, title, rank, order, sinceAt, untilAt } = held;
    return { package: { name, title, rank, order, sinceAt, untilAt } };
  },
};

const buyingPackages: Handlers<typeof packageCalls> = {
  buy: ({ requestId, package: item, card }, caller, at) =>
    buy(requestId, { kind: 'package', item }, card, caller, at),
};

const buyingCourses: Handlers<typeof buyCoursesContract> = {
  buy: ({ requestId, course: item, card }, caller, at) =>
    buy(requestId, { kind: 'course', item }, card, caller, at),
};

const { refund: refundCall, ...otherCalls } = ordersContract;

const handlers: Handlers<typeof otherCalls> = {
  get: async ({ order: id }, caller, at) => {
    const mine = partsOf(id).uid === caller.uid;
    // The page that a payer returns to asks here: what was paid by then is given now.
    const order = mine
      ? await settleOrder(id, at)
      : holds(caller, 'finance')
        ? await load(collections.orders.doc(id))
        : null;
    if (!order) throw new Refusal('not_found', { what: 'order', id });
    return view(id, order);
  },
  list: async (page, { uid }) => {
    // A cursor into somebody else's list would tell that it exists.
    if (page.after !== undefined && partsOf(page.after).uid !== uid)
      throw new Refusal('not_found', { what: 'cursor' });
    const found = await find(ordersOf(uid, page));
    const next = found.length === page.limit ? (found.at(-1)?.id ?? null) : null;
    return { orders: found.map(({ id, doc }) => view(id, doc)), next };
  },
};

const refunding: Handlers<{ refund: typeof refundCall }> = {
  refund: async ({ requestId, order: id, amount = null, reason }, caller, at) => {
    const refund = deriveId('order-refund', caller.uid, requestId);
    const actor = { uid: caller.uid, role: caller.role ?? '', ip: caller.ip, reason };
    const requestHash = hashInput({ id, amount });
    const order = await refundOrder(refundGateways(), { id, refund, amount, requestHash, at }, actor);
    const made = order.status === 'done' ? order.returns.find((one) => one.id === refund) : undefined;
    const { toWallet = zero, toCard = zero } = made ?? {};
    return { ...view(id, order), refund: { id: refund, toWallet, toCard } };
  },
};

/** What of `packages` and `courses` is bought here. */
export const packageBuying = {
  ...serveCalls('packages', { mine: mineCall }, holding),
  ...serveCalls('packages', packageCalls, buyingPackages, { secrets }),
};
export const courseBuying = serveCalls('courses', buyCoursesContract, buyingCourses, { secrets });

export const orders = {
  ...serveCalls('orders', otherCalls, handlers),
  ...serveCalls('orders', { refund: refundCall }, refunding, { secrets }),
  // A card has paid for something that was ordered, or that went back.
  changed: serveWritten('orders', (id) => deliverNews(collections.orders.doc(id))),
  ended: serveWritten('members', (uid) => deliverNews(collections.members.doc(uid))),
  sweep: serveSchedule('*/30 * * * *', async (at) => {
    await sweepOrders(at);
    await sweepMembers(at);
    await sweepNews(collections.orders);
    await sweepNews(collections.members);
  }),
};
