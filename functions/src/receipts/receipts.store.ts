import { collections } from '../collections.ts';
import type { WalletEntry } from '../ledger/wallet.ts';
import type { Query } from '../platform/store.ts';
import { LINKS } from './links.ts';

/** The entries of a wallet with numbers from one to another, newest first. Index: n desc. */
export const linksOf = (
  uid: string,
  { from, to }: { readonly from: number; readonly to: number },
): Query<WalletEntry> => ({
  collection: collections.entries(uid),
  where: [
    ['n', '>=', from],
    ['n', '<=', to],
  ],
  orderBy: [['n', 'desc']],
  limit: LINKS,
});
