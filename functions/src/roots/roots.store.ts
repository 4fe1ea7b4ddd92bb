import { collections } from '../collections.ts';
import type { Query } from '../platform/store.ts';
import { CHUNK, type Head, type Nodes, type Root } from './root.ts';

/** The newest. Index: day desc. */
export const lastRoot = (): Query<Root> => ({
  collection: collections.roots,
  orderBy: [['day', 'desc']],
  limit: 1,
});

/** The heads of a day as they stand in its tree, a chunk at a time. Index: day, uid. */
export const headsOf = (day: string, after: string | null): Query<Head> => ({
  collection: collections.rootHeads,
  where: [['day', '==', day]],
  orderBy: [['uid', 'asc']],
  limit: CHUNK,
  ...(after !== null && { after }),
});

/** The first head of a day, or of one after it. Index: day, uid. */
export const headsFrom = (day: string): Query<Head> => ({
  collection: collections.rootHeads,
  where: [['day', '>=', day]],
  orderBy: [
    ['day', 'asc'],
    ['uid', 'asc'],
  ],
  limit: 1,
});

/** The chunk of leaves that a wallet is in. Index: day, tier, first desc. */
export const leavesWith = (day: string, uid: string): Query<Nodes> => ({
  collection: collections.rootNodes,
  where: [
    ['day', '==', day],
    ['tier', '==', 0],
    ['first', '<=', uid],
  ],
  orderBy: [['first', 'desc']],
  limit: 1,
});
