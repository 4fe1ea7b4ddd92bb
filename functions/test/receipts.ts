import { hashEntry } from '../src/ledger/chain.ts';
import { nothing, type WalletEntry } from '../src/ledger/wallet.ts';
import { receiptFor, type Receipt } from '../src/receipts/receipt.ts';
import { hashLeaf, pathIn, treeOver } from '../src/roots/merkle.ts';
import { sealRoot, type Head, type Root } from '../src/roots/root.ts';
import { minor } from '../src/shared/money.ts';

/** True receipts, for those who try to make false ones of them. */

const day = '2026-01-02';
export const previous = 'ab'.repeat(32);

function chain(length: number, start = ''): WalletEntry[] {
  const entries: WalletEntry[] = [];
  for (let n = 1; n <= length; n += 1) {
    const unsealed = {
      ...{ n, journal: `purchase:p${n}~ann`, kind: 'purchase' as const, at: 1_767_312_000_000 + n },
      ...{ reference: `purchases/p${n}~ünn "€" \u2028`, changes: { QAR: { available: minor(100) } } },
      before: { QAR: { ...nothing, available: minor(100 * (n - 1)) } },
      after: { QAR: { ...nothing, available: minor(100 * n) } },
      prev: entries.at(-1)?.hash ?? start,
    };
    entries.push({ ...unsealed, hash: hashEntry(unsealed) });
  }
  return entries;
}

/** A day of some wallets, and the receipt of one entry of one of them. */
export function receiptIn(
  wallets: number,
  index: number,
  length: number,
  n: number,
): { receipt: Receipt; root: Root } {
  const entries = chain(length);
  const head: Head = { day, uid: 'ann', n: length, head: entries.at(-1)!.hash };
  const leaves = Array.from({ length: wallets }, (_, i) =>
    i === index ? hashLeaf({ uid: 'ann', n: length, head: head.head }) : hashLeaf({ uid: `u${i}` }),
  );
  const about = { day, previous, tree: treeOver(leaves), wallets };
  const root: Root = { ...about, root: sealRoot(about), builtAt: 1 };
  const path = { index, hashes: pathIn(leaves, index) };
  return { receipt: receiptFor(entries[n - 1]!, entries.slice(n).toReversed(), { head, path, root }), root };
}
