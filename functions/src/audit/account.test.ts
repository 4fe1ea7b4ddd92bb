import fc from 'fast-check';
import { hashEntry } from '../ledger/chain.ts';
import { walletOf } from '../ledger/chart.ts';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { post } from '../ledger/ledger.ts';
import { entryId, type Wallet, type WalletEntry } from '../ledger/wallet.ts';
import { minor, negate } from '../shared/money.ts';
import { Account, nothingRead, type Part } from './account.ts';
import { foldEntry, foldJournal, foldWallet } from './fold.ts';
import { differs } from './tally.ts';
import { none } from './violation.ts';

/** What happened, as it lies in the store: `entry` is a wallet's. */
type Happened =
  | { readonly of: 'journal'; readonly doc: JournalEntry }
  | { readonly of: 'entry'; readonly uid: string; readonly id: string; readonly doc: WalletEntry };
type Store = { readonly history: readonly Happened[]; readonly wallets: ReadonlyMap<string, Wallet> };

const people = ['ann', 'ben', 'cyd'];
const move = fc.record({
  ...{ at: fc.nat(40), from: fc.constantFrom('psp', ...people), to: fc.constantFrom(...people) },
  ...{ currency: fc.constantFrom('QAR' as const, 'USD' as const), amount: fc.integer({ min: 1, max: 99 }) },
});

/** By the rules of the ledger; what a wallet cannot give comes from the provider. Times come in any order. */
const stores = fc.array(move, { minLength: 1, maxLength: 25 }).map((moves): Store => {
  const wallets = new Map<string, Wallet>();
  const history = moves.flatMap(({ at, from, to, currency, amount }, i): Happened[] => {
    const has = wallets.get(from)?.balances[currency]?.available ?? 0;
    const source = from !== to && has >= amount ? walletOf(from, 'available') : 'psp:stripe:clearing';
    const given = minor(amount);
    const doc: JournalEntry = {
      ...({ id: `move:${i}`, kind: 'adjustment', at, by: 'system', reference: 'x/1' } as const),
      legs: [leg(source, currency, negate(given)), leg(walletOf(to, 'available'), currency, given)],
    };
    const read = Object.fromEntries(people.map((uid) => [uid, wallets.get(uid) ?? null]));
    const own = Object.entries(post(doc, { wallets: read }).wallets).map(([uid, { wallet, entry }]) => {
      wallets.set(uid, wallet);
      return { of: 'entry', uid, id: entryId(entry.n), doc: entry } as const;
    });
    return [{ of: 'journal', doc }, ...own];
  });
  return { history, wallets };
});

const tell = (account: Account, history: readonly Happened[]) => {
  for (const one of history)
    if (one.of === 'entry') foldEntry(one.uid, one.id, one.doc, account.entries(one.doc.at));
    else {
      const { sink, classes } = account.journal(one.doc.at);
      foldJournal(one.doc.id, one.doc, sink, classes);
    }
};

const looking = (untilAt: number, settled: Part) =>
  new Account({ untilAt, settled, rest: nothingRead(), found: none });

/** Whether they agree. Causes are of no matter here: no document tells any. */
const wrong = (account: Account): boolean => {
  const { tally } = account.whole();
  return tally.found.count > 0 || differs({ ...tally.differing(), causes: new Set() });
};

/** Everything at once. */
function whole({ history, wallets }: Store): Account {
  const account = looking(0, nothingRead());
  tell(account, history);
  for (const [uid, wallet] of wallets) foldWallet(uid, wallet, account.state);
  return account;
}

/** From checkpoint to checkpoint. @param late which of what has not settled is committed only after each look */
function nightly({ history, wallets }: Store, cuts: readonly number[], late: (i: number) => boolean) {
  let [since, settled] = [0, nothingRead()];
  for (const cut of cuts) {
    const night = looking(cut, settled);
    tell(
      night,
      history.filter(({ doc: { at } }, i) => at >= since && (at < cut || !late(i))),
    );
    // As after a crash between.
    settled = structuredClone(night.stored().settled);
    since = cut;
  }
  const last = looking(since, settled);
  tell(
    last,
    history.filter(({ doc: { at } }) => at >= since),
  );
  for (const [uid, wallet] of wallets) foldWallet(uid, wallet, last.state);
  return last;
}

const cutsOf = fc
  .array(fc.nat(45), { maxLength: 5 })
  .map((cuts) => cuts.toSorted((one, other) => one - other));

test('F69 however history is cut by checkpoints, and whatever is committed late, it comes to the same as the whole', () => {
  fc.assert(
    fc.property(stores, cutsOf, fc.func(fc.boolean()), (store, cuts, late) => {
      const [all, night] = [whole(store), nightly(store, cuts, late)];
      expect(wrong(all)).toBe(false);
      expect(wrong(night)).toBe(false);
      expect(night.whole().tally.stored()).toEqual(all.whole().tally.stored());
      expect(night.whole().classes).toEqual(all.whole().classes);
      expect(night.whole().entries).toBe(all.whole().entries);
    }),
    { numRuns: 150 },
  );
});

const sealed = (doc: WalletEntry): WalletEntry => {
  const { hash, ...content } = doc;
  return { ...content, hash: hash === '' ? '' : hashEntry(content) };
};
const other = 'f'.repeat(64);
const up = (balances: WalletEntry['after']): WalletEntry['after'] =>
  Object.fromEntries(
    Object.entries(balances).map(([currency, balance]) => [
      currency,
      { ...balance, available: minor(balance.available + 1) },
    ]),
  );

/** One wallet's entry edited by hand: the last four by somebody who can count and make hashes. */
const spoiltEntries: readonly ((doc: WalletEntry) => WalletEntry)[] = [
  (doc) => ({ ...doc, hash: other }),
  (doc) => ({ ...doc, prev: other }),
  (doc) => ({ ...doc, n: doc.n + 1 }),
  (doc) => ({ ...doc, after: up(doc.after) }),
  (doc) => sealed({ ...doc, prev: other }),
  (doc) => sealed({ ...doc, journal: 'move:other' }),
  (doc) => sealed({ ...doc, before: up(doc.before), after: up(doc.after) }),
  (doc) => sealed({ ...doc, reference: 'x/2' }),
];

const spoil = (one: Happened, how: number): Happened[] => {
  if (one.of === 'entry') {
    const change = spoiltEntries[how % (spoiltEntries.length + 1)];
    return change ? [{ ...one, doc: change(one.doc) }] : [];
  }
  const [first, second] = one.doc.legs as [JournalEntry['legs'][0], JournalEntry['legs'][0]];
  const more = (amount: number, by: number) => minor(amount + by === 0 ? amount + 2 * by : amount + by);
  const legs = [
    { ...first, amount: more(first.amount, -1) },
    { ...second, amount: more(second.amount, 1) },
  ];
  return [[], [one, one], [{ ...one, doc: { ...one.doc, legs } }]][how % 3] as Happened[];
};

const spoiltWallets: readonly ((wallet: Wallet) => Wallet)[] = [
  (wallet) => ({ ...wallet, version: wallet.version - 1 }),
  (wallet) => ({ ...wallet, version: wallet.version + 1 }),
  (wallet) => ({ ...wallet, head: other }),
  (wallet) => ({ ...wallet, balances: up(wallet.balances) }),
];

test('F69 one entry since the last checkpoint, or one wallet, that is edited, gone or there twice is seen', () => {
  fc.assert(
    fc.property(stores, cutsOf, fc.nat(), fc.nat(), fc.boolean(), (store, cuts, which, how, inWallet) => {
      const owners = [...store.wallets.keys()];
      const since = cuts.at(-1) ?? 0;
      const rest = store.history.filter(({ doc: { at } }) => at >= since);
      const [victim, owner] = [rest[which % rest.length], owners[which % owners.length]!];
      fc.pre(inWallet || victim !== undefined);
      const spoilt = inWallet
        ? {
            ...store,
            wallets: new Map(store.wallets).set(
              owner,
              spoiltWallets[how % spoiltWallets.length]!(store.wallets.get(owner)!),
            ),
          }
        : {
            ...store,
            history: store.history.flatMap((one) => (one === victim ? spoil(one, how) : [one])),
          };
      expect(wrong(nightly(spoilt, cuts, () => false))).toBe(true);
      expect(wrong(whole(spoilt))).toBe(true);
    }),
    { numRuns: 400 },
  );
});
