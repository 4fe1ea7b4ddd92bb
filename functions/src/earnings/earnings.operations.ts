import { collections } from '../collections.ts';
import type { WalletEntry, Wallet } from '../ledger/wallet.ts';
import { newLifetime } from '../ledger/wallet.ts';
import { atomically, copyAll, find, load, loadAll } from '../platform/firestore.ts';
import type { Query } from '../platform/store.ts';
import { addEarned, changesOf, type Change, type Migration, type Net } from './earnings.ts';

const PAGE = 100;
const NAME = 'net-earnings';

/** All wallets, page by page, in the order of their names. */
export const walletsAfter = (after: string | null): Query<Wallet> => ({
  collection: collections.wallets,
  limit: PAGE,
  ...(after !== null && { after }),
});

/** All entries of a wallet, oldest first: their names are their numbers. */
export const allEntries = (uid: string, after: string | null): Query<WalletEntry> => ({
  collection: collections.entries(uid),
  limit: PAGE,
  ...(after !== null && { after }),
});

/** What its entries say, up to one version of the wallet: a later one is looked at anew. */
async function netOf(uid: string, version: number): Promise<Net> {
  let net: Net = {};
  for (let after: string | null = null; ;) {
    const page: { id: string; doc: WalletEntry }[] = await find(allEntries(uid, after));
    const counted = page.filter(({ doc }) => doc.n <= version);
    const entries = await loadAll(counted.map(({ doc }) => collections.journal.doc(doc.journal)));
    for (const entry of entries) if (entry) net = addEarned(net, entry, uid);
    after = page.at(-1)?.id ?? null;
    if (page.length < PAGE || after === null) return net;
  }
}

/** Looks at one wallet, and with `apply` puts its counter right. Balances are never touched. */
async function recompute(uid: string, apply: boolean): Promise<Change[]> {
  for (;;) {
    const wallet = await load(collections.wallets.doc(uid));
    if (!wallet) return [];
    const changes = changesOf(uid, wallet, await netOf(uid, wallet.version));
    if (!apply || changes.length === 0) return changes;
    const { done } = await atomically({
      read: (reader) => reader.get({ now: collections.wallets.doc(uid) }),
      decide: ({ now }) => ({ now, done: now?.version === wallet.version }),
      write: (writer, { now, done: same }) => {
        if (!now || !same) return;
        const lifetime = { ...now.lifetime };
        for (const { currency, to } of changes)
          lifetime[currency] = { ...(lifetime[currency] ?? newLifetime), earned: to };
        writer.set(collections.wallets.doc(uid), { ...now, lifetime });
      },
    });
    // Money moved meanwhile: once more, with that.
    if (done) return changes;
  }
}

/**
 * Makes what everybody has earned anew from the entries. Without `apply` it only tells; with it, it notes how far it has
 * come and goes on there after a crash. Doing it again changes nothing more.
 */
export async function migrateNetEarnings(
  { apply, at }: { readonly apply: boolean; readonly at: number },
  tell: (change: Change) => void,
): Promise<Migration> {
  const ref = collections.migrations.doc(NAME);
  const begun = apply ? await load(ref) : null;
  let state: Migration = begun?.cursor != null ? begun : { cursor: null, wallets: 0, changed: 0, at };
  for (;;) {
    const page = await find(walletsAfter(state.cursor));
    let changed = 0;
    for (const { id } of page) {
      const changes = await recompute(id, apply);
      changes.forEach(tell);
      changed += changes.length > 0 ? 1 : 0;
    }
    const cursor = page.length < PAGE ? null : page.at(-1)!.id;
    state = { cursor, wallets: state.wallets + page.length, changed: state.changed + changed, at };
    if (apply) await copyAll([{ ref, doc: state }]);
    if (cursor === null) return state;
  }
}
