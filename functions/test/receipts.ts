import { hashEntry } from '../src/ledger/chain.ts';
import { nothing, type WalletEntry } from '../src/ledger/wallet.ts';
import { receiptFor, type Receipt } from '../src/receipts/receipt.ts';
import { hashLeaf, pathIn, treeOver } from '../src/roots/merkle.ts';
import { sealRoot, type Head, type Root } from '../src/roots/root.ts';
import { minor } from '../src/shared/money.ts';

/** True receipts, for those who try to make false ones of them. */

const day = '2026-01-02';
export const previous = 'ab'.repeat(32);

function chain(length: number, first: number, others: number): WalletEntry[] {
  const entries: WalletEntry[] = [];
  for (let n = 1; n <= length; n += 1) {
    const unsealed = {
      ...{ n, journal: `purchase:p${n}~ann`, kind: 'purchase' as const, at: n === 1 ? first : others + n },
      ...{ reference: `purchases/p${n}~ünn "€" \u2028`, changes: { QAR: { available: minor(100) } } },
      before: { QAR: { ...nothing, available: minor(100 * (n - 1)) } },
      after: { QAR: { ...nothing, available: minor(100 * n) } },
      prev: entries.at(-1)?.hash ?? '',
    };
    entries.push({ ...unsealed, hash: hashEntry(unsealed) });
  }
  return entries;
}

const noon = Date.UTC(2026, 0, 2, 12);

/** A day of some wallets, and the receipt of one entry of one of them. `first`: when its first entry was; `others`: the rest. */
export function receiptIn(
  wallets: number,
  index: number,
  length: number,
  n: number,
  first = noon,
  others = noon,
): { receipt: Receipt; root: Root } {
  const entries = chain(length, first, others);
  const head: Head = { day, uid: 'ann', n: length, head: entries.at(-1)!.hash };
  const leaves = Array.from({ length: wallets }, (_, i) =>
    i === index ? hashLeaf({ uid: 'ann', n: length, head: head.head }) : hashLeaf({ uid: `u${i}` }),
  );
  const about = { day, previous, tree: treeOver(leaves), wallets };
  const root: Root = { ...about, root: sealRoot(about), builtAt: 1 };
  const path = { index, hashes: pathIn(leaves, index) };
  return { receipt: receiptFor(entries[n - 1]!, entries.slice(n).toReversed(), { head, path, root }), root };
}
