import type { WalletEntry } from '../ledger/wallet.ts';
import { leafOf, readyAt, type Head, type Root } from '../roots/root.ts';
import { LINKS } from './links.ts';

/** What proves an entry: from the day’s root down to the wallet’s head, and from there link by link to the entry. */
export type Receipt = {
  readonly entry: WalletEntry;
  /** Newest first, without the entry itself. */
  readonly links: readonly WalletEntry[];
  readonly wallet: { readonly uid: string; readonly n: number; readonly head: string };
  readonly path: { readonly index: number; readonly hashes: readonly string[] };
  readonly root: Omit<Root, 'builtAt'>;
  readonly next: number | null;
};

export const receiptFor = (
  entry: WalletEntry,
  links: readonly WalletEntry[],
  { head, path, root }: { readonly head: Head; readonly path: Receipt['path']; readonly root: Root },
): Receipt => {
  const { day, previous, tree, wallets, root: sealed } = root;
  const last = links.at(-1);
  return {
    ...{ entry, links, wallet: leafOf(head), path },
    root: { day, previous, tree, wallets, root: sealed },
    next: links.length === LINKS && last && last.n > entry.n + 1 ? last.n : null,
  };
};

/** When to come for it: as soon as the day can be built, or after the next sweep where that has passed. */
export const askAgainAt = (day: string, at: number): number => Math.max(readyAt(day), at + 3600 * 1000);
