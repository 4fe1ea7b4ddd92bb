import type { Holding, Member } from '../orders/member.ts';
import type { DoneOrder } from '../orders/ordered.ts';
import type { Referral } from '../rewards/referral.ts';
import { zero } from '../shared/money.ts';
import { orderIdOf, type Commission } from './commission.ts';
import { cellOf, earnedBy, tierOf, type CommissionTable, type Level } from './rates.ts';

/** Who brought the buyer, and who brought them, and so on up to the level that is asked about. */
export type Chain = readonly (Pick<Referral, 'referrer' | 'createdAt' | 'status'> | null)[];

export type Sale = {
  readonly order: DoneOrder;
  readonly level: Level;
  readonly chain: Chain;
  /** What who earns has of packages. */
  readonly member: Pick<Member, 'holdings'> | null;
  /** The one that held when the order was done. */
  readonly table: CommissionTable;
};

/** Who is to earn at a level: nobody whose link in the chain is missing, or came after the order. */
export function sponsorOf({ order, level, chain }: Pick<Sale, 'order' | 'level' | 'chain'>): string | null {
  const links = chain.slice(0, level);
  if (links.length < level || links.some((one) => one === null || one.createdAt > order.doneAt)) return null;
  const sponsor = links.at(-1)?.referrer ?? null;
  return sponsor === order.uid ? null : sponsor;
}

/** Whether it was nobody’s device or card but their own that each of them came by, as far as rewards knows. */
export const isFlagged = ({ level, chain }: Pick<Sale, 'level' | 'chain'>): boolean =>
  chain.slice(0, level).some((one) => one?.status === 'flagged');

/** The rank of the package that somebody had at a time; null for none. An upgrade stands on what it took the place of. */
export function rankAt(member: Pick<Member, 'holdings'> | null, at: number): number | null {
  const all = member?.holdings ?? [];
  const holds = (one: Member['holdings'][number]): boolean => {
    if (!one.stands) return false;
    const below = all.find(({ order }) => order === one.upgradeOf);
    return one.upgradeOf === null || (below !== undefined && holds(below));
  };
  const held = all.filter(
    (one: Holding & { stands: boolean }) => one.sinceAt <= at && at < one.untilAt && holds(one),
  );
  return held.length === 0 ? null : Math.max(...held.map(({ rank }) => rank));
}

const DAY = 24 * 3600 * 1000;

/**
 * What one thing that was bought makes somebody earn; null for nothing: nobody brought the buyer, or who did had no package
 * then. Its money has not moved yet.
 */
export function earn(
  sale: Sale,
  { windowDays, at }: { readonly windowDays: number; readonly at: number },
): Commission | null {
  const { order, level, member, table } = sale;
  const { base, total, currency } = order.price;
  const uid = sponsorOf(sale);
  const rank = rankAt(member, order.doneAt);
  if (uid === null || rank === null) return null;
  const cell = cellOf(table, level, tierOf(rank), order.kind === 'course' ? 'course' : tierOf(order.rank));
  const { amount, tax } = earnedBy(cell, base);
  if (amount === 0) return null;
  return {
    ...{ order: orderIdOf(order), level, uid, buyer: order.uid, base, total, currency, cell, amount, tax },
    ...{ back: zero, orderBack: zero, entries: 0, clears: false },
    ...{ at: order.doneAt, clearAt: order.doneAt + windowDays * DAY, changedAt: at, dueAt: at, version: 0 },
    ...{ review: null, status: 'held', news: [] },
  };
}
