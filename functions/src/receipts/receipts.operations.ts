import { collections } from '../collections.ts';
import { entryId } from '../ledger/wallet.ts';
import { find, load } from '../platform/firestore.ts';
import { hashLeaf, pathIn } from '../roots/merkle.ts';
import { CHUNK, headId, leafOf, nodesId, placesOf, type Head } from '../roots/root.ts';
import { leavesWith } from '../roots/roots.store.ts';
import { dayOf } from '../shared/day.ts';
import { Refusal } from '../shared/refusal.ts';
import { askAgainAt, receiptFor, type Receipt } from './receipt.ts';
import { linksOf } from './receipts.store.ts';

type Asked = { readonly uid: string; readonly entry: number; readonly before?: number | undefined };

/**
 * The receipt of an entry. Costs four reads, one for each further tier of 512 times as many wallets, and one for
 * each link.
 * @throws Refusal `not_found`; `not_due` while its day has no root yet.
 */
export async function receiptOf({ uid, entry: n, before }: Asked, at: number): Promise<Receipt> {
  const entry = await load(collections.entries(uid).doc(entryId(n)));
  if (!entry) throw new Refusal('not_found', { what: 'entry', id: String(n) });
  const day = dayOf(entry.at);
  const [root, head] = await Promise.all([
    load(collections.roots.doc(day)),
    load(collections.rootHeads.doc(headId(day, uid))),
  ]);
  if (!root) throw new Refusal('not_due', { dueAt: askAgainAt(day, at) });
  if (!head) throw new Error(`rootHeads/${headId(day, uid)} is missing`);
  const to = Math.min(head.n, (before ?? Infinity) - 1);
  const [path, links] = await Promise.all([
    pathOf(head, root.wallets),
    to > n ? find(linksOf(uid, { from: n + 1, to })) : [],
  ]);
  return receiptFor(
    entry,
    links.map(({ doc }) => doc),
    { head, path, root },
  );
}

/** Where a head stands in the tree of its day, and what stands beside it on the way up. */
export async function pathOf(head: Head, wallets: number): Promise<Receipt['path']> {
  const [leaves] = await find(leavesWith(head.day, head.uid));
  const place = leaves?.doc.hashes.indexOf(hashLeaf(leafOf(head))) ?? -1;
  if (!leaves || place === -1) throw new Error(`${head.uid} is not in the tree of ${head.day}`);
  const index = leaves.doc.chunk * CHUNK + place;
  const above = placesOf(index, wallets).slice(1);
  const found = await Promise.all(
    above.map(({ tier, chunk }) => load(collections.rootNodes.doc(nodesId(head.day, tier, chunk)))),
  );
  const hashes = above.flatMap(({ place: at }, i) => {
    const nodes = found[i];
    if (!nodes) throw new Error(`a chunk of the tree of ${head.day} is missing`);
    return pathIn(nodes.hashes, at);
  });
  return { index, hashes: [...pathIn(leaves.doc.hashes, place), ...hashes] };
}
