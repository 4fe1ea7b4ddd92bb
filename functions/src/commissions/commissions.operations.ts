import { logger } from 'firebase-functions/logger';
import { raise } from '../alerts/alerts.operations.ts';
import { collections } from '../collections.ts';
import { follow, PAGE, type Found } from '../ledger/follow.operations.ts';
import { isDone, type DoneOrder, type Order } from '../orders/ordered.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { Actor } from '../oversight/action.ts';
import { atomically, find, load, loadAll } from '../platform/firestore.ts';
import { commissionDays } from '../platform/params.ts';
import type { Query } from '../platform/store.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import type { CardPrintGateway } from '../psp/ports.ts';
import { sharesCard, type Payer } from '../rewards/rewards.operations.ts';
import { zero } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { commissionId, orderIdOf, type Commission } from './commission.ts';
import { toReview } from './commission.texts.ts';
import { dueCommissions, paidBy, readCommission, tableAt, writeSettled } from './commissions.store.ts';
import { earn, isFlagged, sponsorOf, type Chain, type Sale } from './earning.ts';
import { firstTable, levels, type CommissionTable } from './rates.ts';
import { begin, look, review, type Verdict } from './commissioning.ts';

/** Nothing that sells knows of this: it reads what orders say of themselves, as often as they say it. */

const backOf = (order: Order | null) => (order && isDone(order) ? order.back : zero);

/**
 * What an order that is done makes others earn, and what of that is theirs while its money goes back and comes again. Safe
 * to repeat, to run twice at once, and to be cut off anywhere.
 */
export async function settleOrder(gateway: () => CardPrintGateway, id: string, at: number): Promise<void> {
  const order = await load(collections.orders.doc(id));
  if (!order || !isDone(order)) return;
  const found = await loadAll(
    levels.map((level) => collections.commissions.doc(commissionId({ order: id, level }))),
  );
  let chain: Chain | null = null;
  let version = found.find((one) => one !== null)?.cell.version ?? null;
  for (const [i, level] of levels.entries()) {
    const known = found[i] ?? null;
    if (known) await lookAt(known, at, false);
    else
      version = await begun(
        gateway,
        { order, level, chain: (chain ??= await chainOf(order.uid)) },
        version,
        at,
      );
  }
}

/**
 * The table that held when an order was done. What one level was counted by, the other is too: only together do both fit
 * (W4-19), and a table that is being defined holds from a moment before anybody can read it.
 */
async function tableFor({ doneAt }: DoneOrder, version: number | null): Promise<CommissionTable> {
  if (version !== null) return (await load(collections.commissionTables.doc(String(version)))) ?? firstTable;
  const [table = firstTable] = (await find(tableAt(doneAt))).map(({ doc }) => doc);
  return table;
}

/** Who brought somebody, and who brought them. */
async function chainOf(uid: string): Promise<Chain> {
  const first = await load(collections.referrals.doc(uid));
  return [first, first && (await load(collections.referrals.doc(first.referrer)))];
}

/**
 * One level of one order, made once: its id is the order’s and the level’s.
 * @param version of the table by which the other level was counted; null where it was not
 * @returns that of both
 */
async function begun(
  gateway: () => CardPrintGateway,
  { order, level, chain }: Pick<Sale, 'order' | 'level' | 'chain'>,
  version: number | null,
  at: number,
): Promise<number | null> {
  const uid = sponsorOf({ order, level, chain });
  if (uid === null) return version;
  const table = await tableFor(order, version);
  const member = await load(collections.members.doc(uid));
  const sale: Sale = { order, level, chain, member, table };
  const made = earn(sale, { windowDays: commissionDays.value(), at });
  if (!made) return version;
  const held = isFlagged(sale) || (await sharedCard(gateway(), order, chain, at));
  const { settled, commission: before } = await atomically({
    read: (reader) => readCommission(reader, commissionId(made), made.order, uid),
    decide: ({ commission, order: now, wallet, clearance }) => ({
      commission,
      clearance,
      settled: commission ? null : begin(made, { wallet, clearance }, { orderBack: backOf(now), at }, held),
    }),
    write: (writer, { settled: decided, ...before }) => {
      if (decided) writeSettled(writer, decided, before);
    },
  });
  if (settled && held) await tellOf(settled.commission, at);
  return (before ?? made).cell.version;
}

const tellOf = (one: Commission, at: number): Promise<boolean> =>
  raise(`commission.${commissionId(one)}`, toReview(one), at);

/** Whether the buyer paid with a card of who brought them, of who brought those, or of anybody else here (W4-20). */
async function sharedCard(
  gateway: CardPrintGateway,
  order: DoneOrder,
  chain: Chain,
  at: number,
): Promise<boolean> {
  const above = chain.flatMap((one) => (one ? [one.referrer] : []));
  const people: Payer[] = [];
  for (const uid of above.toReversed()) people.push({ uid, payments: await intentsOf(uid) });
  const own = (await load(collections.payments.doc(orderIdOf(order))))?.intents ?? [];
  const payments = [...own, ...(await intentsOf(order.uid))];
  return sharesCard(gateway, people, { uid: order.uid, payments }, at);
}

const intentsOf = async (uid: string): Promise<string[]> =>
  (await find(paidBy(uid))).flatMap(({ doc }) => doc.intents);

/** One commission as its order and its clearance say that it stands. @param isDue the sweep asks */
async function lookAt({ order, level, uid }: Commission, at: number, isDue: boolean): Promise<void> {
  const id = commissionId({ order, level });
  await atomically({
    read: (reader) => readCommission(reader, id, order, uid),
    decide: ({ commission, order: now, wallet, clearance }) => {
      const due = isDue && commission?.dueAt != null && commission.dueAt <= at;
      const next = commission && look(commission, { wallet, clearance }, { orderBack: backOf(now), at }, due);
      return { commission, clearance, next };
    },
    write: (writer, { next, ...before }) => {
      if (next) writeSettled(writer, next, before);
    },
  });
}

/** Orders that were done since a time, oldest first. Index: doneAt. It rises with the time: 500 a second at most. */
export const doneSince = (from: number, after: Found<Order> | null): Query<Order> => ({
  collection: collections.orders,
  where: [['doneAt', '>=', from]],
  orderBy: [['doneAt', 'asc']],
  limit: PAGE,
  ...(after && { after }),
});

/**
 * Every order that was done, in case nobody told of it: one that fails stops no other, and is come back to (W4-14). One of a
 * server whose clock runs ahead does not take it past the others.
 */
export const sweepOrders = (gateway: () => CardPrintGateway, at: number): Promise<void> =>
  follow<Order>(
    'commissions',
    { since: doneSince, timeOf: (order) => (isDone(order) ? Math.min(order.doneAt, at) : 0) },
    async (page) => {
      let clean = true;
      for (const { id } of page)
        await settleOrder(gateway, id, at).catch((error: unknown) => {
          clean = false;
          logger.error('a sweep left a commission behind', error, { order: id });
        });
      return clean;
    },
  );

/** What has cleared, what finance was not told of, and what went back and nobody said so. */
export const sweepCommissions = (at: number): Promise<Swept> =>
  sweep(dueCommissions(at), async (id) => {
    const one = await load(collections.commissions.doc(id));
    if (!one) return;
    if (one.status === 'held') await tellOf(one, at);
    await lookAt(one, at, true);
  });

/** @throws Refusal `not_found`, and what `review` does. */
export async function reviewCommission(
  id: string,
  { uid: by, role, ip, reason }: Actor,
  decision: Verdict['decision'],
  at: number,
): Promise<Commission> {
  const known = await load(collections.commissions.doc(id));
  if (!known) throw new Refusal('not_found', { what: 'commission', id });
  const { after } = await atomically({
    read: (reader) => readCommission(reader, id, known.order, known.uid),
    decide: ({ commission, order, wallet, clearance }) => {
      const one = commission ?? known;
      const next = review(
        one,
        { wallet, clearance },
        { orderBack: backOf(order), at },
        { decision, by, reason },
      );
      return { commission: one, clearance, next, after: next?.commission ?? one };
    },
    write: (writer, { next, ...before }) => {
      if (!next) return;
      writeSettled(writer, next, before);
      writeAction(writer, {
        ...{ id: `commission.${id}.review`, action: 'commissions-review', target: `commissions/${id}` },
        ...{
          by,
          role,
          ip,
          at,
          reason,
          before: { status: 'held' },
          after: { status: next.commission.status },
        },
      });
    },
  });
  return after;
}
