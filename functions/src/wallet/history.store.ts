import { collections } from '../collections.ts';
import type { WalletEntry } from '../ledger/wallet.ts';
import type { Query } from '../platform/store.ts';
import type { Currency } from '../shared/money.ts';

/** How many entries of one wallet may be under way at once, so that one overtakes the other. */
export const NEAR = 10;

/** The newest by time, at a time. The last of them in the chain is among them. Index: at, n. */
export const newestAt = (uid: string, at: number): Query<WalletEntry> => ({
  collection: collections.entries(uid),
  where: [['at', '<=', at]],
  orderBy: [
    ['at', 'desc'],
    ['n', 'desc'],
  ],
  limit: NEAR,
});

/** Those that come next in the chain. Index: n. */
export const entriesBehind = (uid: string, n: number): Query<WalletEntry> => ({
  collection: collections.entries(uid),
  where: [['n', '>', n]],
  orderBy: [['n', 'asc']],
  limit: NEAR,
});

/**
 * An entry has balances of the currencies that it changed, and no others: so the order by one of them, last, leaves
 * the other currencies’ entries out. Firestore indexes a document only where it has every field.
 * https://firebase.google.com/docs/firestore/query-data/order-limit-data
 */
const fieldOf = (currency: Currency): string => `after.${currency}.available`;

/** Those of a currency up to a number in the chain, newest first. Index: n, one for each currency. */
export const entriesUpTo = (
  uid: string,
  { currency, upTo, limit }: { readonly currency: Currency; readonly upTo: number; readonly limit: number },
): Query<WalletEntry> => ({
  collection: collections.entries(uid),
  where: [['n', '<=', upTo]],
  orderBy: [
    ['n', 'desc'],
    [fieldOf(currency), 'desc'],
  ],
  limit,
});

type Stretch = {
  readonly currency: Currency;
  readonly above: number;
  readonly upTo: number;
  readonly limit: number;
};

/** Those of a currency on a stretch of the chain, oldest first. Index: n, one for each currency. */
export const entriesOn = (uid: string, { currency, above, upTo, limit }: Stretch): Query<WalletEntry> => ({
  collection: collections.entries(uid),
  where: [
    ['n', '>', above],
    ['n', '<=', upTo],
  ],
  orderBy: [
    ['n', 'asc'],
    [fieldOf(currency), 'asc'],
  ],
  limit,
});
