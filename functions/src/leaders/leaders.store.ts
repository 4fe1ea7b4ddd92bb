import { collections } from '../collections.ts';
import type { Commission } from '../commissions/commission.ts';
import type { Query } from '../platform/store.ts';
import { MOST_ROWS } from './board.ts';
import type { Standing } from './standing.ts';

/** Commissions of which anything changed since a time, in its order. */
export const changedSince = (
  from: number,
  after: { readonly id: string; readonly doc: Commission } | null,
): Query<Commission> => ({
  collection: collections.commissions,
  where: [['changedAt', '>=', from]],
  orderBy: [['changedAt', 'asc']],
  limit: 100,
  ...(after !== null && { after }),
});

/** Everybody who may be on a board, best first. Index: board, hidden, net desc, reachedAt, tie. @param limit null to count them */
export const ranked = (
  board: string,
  after: { readonly id: string; readonly doc: Standing } | null = null,
  limit: number | null = MOST_ROWS,
): Query<Standing> => ({
  collection: collections.standings,
  where: [
    ['board', '==', board],
    ['hidden', '==', false],
    ['net', '>', 0],
  ],
  orderBy: [
    ['net', 'desc'],
    ['reachedAt', 'asc'],
    ['tie', 'asc'],
  ],
  ...(limit !== null && { limit }),
  ...(after !== null && { after }),
});

/** What of a board changed last. Index: board, changedAt desc. */
export const lastChanged = (board: string): Query<Standing> => ({
  collection: collections.standings,
  where: [['board', '==', board]],
  orderBy: [['changedAt', 'desc']],
  limit: 1,
});

export const overStandings = (at: number): Query<Standing> => ({
  collection: collections.standings,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});
