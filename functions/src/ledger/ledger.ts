import { Refusal } from '../shared/refusal.ts';
import { minor, negate, sum, type Currency, type Minor } from '../shared/money.ts';
import { policyOf, type Bucket, type HeldBy, type Policy } from './chart.ts';
import { hashEntry } from './chain.ts';
import type { JournalEntry, Leg } from './journal.ts';
import { leavesFrozen, withLots } from './lotted.ts';
import {
  newLifetime,
  newWallet,
  nothing,
  type Balance,
  type Lifetime,
  type Wallet,
  type WalletEntry,
} from './wallet.ts';

/**
 * The documents that an entry changes, as they were read. A wallet that does not exist yet is null;
 * an account whose document was not read cannot be posted to.
 */
export type Books = {
  readonly wallets: Readonly<Record<string, Wallet | null>>;
  /** What each escrow holds; one that is being locked holds nothing yet. */
  readonly escrows?: Readonly<Record<string, Minor>>;
  /** What each card payment holds of its payer’s wallet. */
  readonly payments?: Readonly<Record<string, Minor>>;
  /** The credits that each generation holds. */
  readonly generations?: Readonly<Record<string, Minor>>;
};

/** What one entry does: everything that has to be written, decided without touching a store. */
export type Posting = {
  readonly entry: JournalEntry;
  readonly wallets: Readonly<Record<string, { readonly wallet: Wallet; readonly entry: WalletEntry }>>;
  /** What each touched escrow holds afterwards. */
  readonly escrows: Readonly<Record<string, Minor>>;
  /** What each touched card payment holds afterwards. */
  readonly payments: Readonly<Record<string, Minor>>;
  /** What each touched generation holds afterwards. */
  readonly generations: Readonly<Record<string, Minor>>;
};

/**
 * Posts one entry against the books.
 * @throws Refusal `insufficient_funds` with available, needed and currency when an account that may not be
 *   negative would be; `wallet_frozen` when a frozen wallet would lose anything.
 * @throws Error when the legs do not balance: a bug in the caller, never something a user can cause.
 */
export function post(asked: JournalEntry, books: Books): Posting {
  checkBalanced(asked.legs);
  const { entry, lots } = withLots(asked, books.wallets);
  const changes = entry.legs.map((leg) => ({ leg, policy: policyOf(leg.account) }));
  return {
    entry,
    wallets: postToWallets(entry, changes, books, lots),
    escrows: postToHeld('escrow', changes, books.escrows ?? {}),
    payments: postToHeld('payment', changes, books.payments ?? {}),
    generations: postToHeld('generation', changes, books.generations ?? {}),
  };
}

/**
 * The entry that takes another one back: the same legs the other way, naming what it reverses. Its id comes
 * from the entry it reverses, so nothing is taken back twice.
 */
export const reverse = (
  entry: JournalEntry,
  by: { readonly at: number; readonly by: string },
): JournalEntry => ({
  id: `reversal:${entry.id}`,
  kind: 'reversal',
  legs: entry.legs.map((leg) => ({ ...leg, amount: negate(leg.amount) })),
  reference: entry.reference,
  reverses: entry.id,
  ...(entry.psp && { psp: entry.psp }),
  ...by,
});

type Change = { readonly leg: Leg; readonly policy: Policy };

/** I1, and that there is something to move. */
export function checkBalanced(legs: readonly Leg[]): void {
  if (legs.length < 2) throw new Error('an entry needs two legs');
  for (const { amount } of legs) if (minor(amount) === 0) throw new Error('a leg of nothing');
  for (const [currency, own] of Map.groupBy(legs, (leg) => leg.currency)) {
    const total = sum(own.map((leg) => leg.amount));
    if (total !== 0) throw new Error(`legs in ${currency} sum to ${total}`);
  }
}

/** In the account's own direction: what a reader of the balance sees. */
const inNormal = ({ leg, policy }: Change): number =>
  policy.normal === 'credit' ? leg.amount : negate(leg.amount);

/** Says no when an account that may not be negative would be. */
function apply(before: Minor, delta: number, currency: Currency): Minor {
  const after = minor(before + delta);
  if (after < 0) throw new Refusal('insufficient_funds', { available: before, needed: -delta, currency });
  return after;
}

function postToWallets(
  entry: JournalEntry,
  changes: readonly Change[],
  books: Books,
  lots: ReturnType<typeof withLots>['lots'],
): Posting['wallets'] {
  const own = Map.groupBy(changes, ({ policy: { place } }) => (place.kept === 'wallet' ? place.uid : null));
  const posted: Record<string, { wallet: Wallet; entry: WalletEntry }> = {};
  for (const [uid, theirs] of own) {
    if (uid === null) continue;
    const before = books.wallets[uid];
    if (before === undefined) throw new Error(`wallet ${uid} was not read`);
    const own = lots[uid];
    posted[uid] = postToWallet(entry, theirs, { ...(before ?? newWallet), ...(own && { lots: own }) });
  }
  return posted;
}

function postToWallet(entry: JournalEntry, changes: readonly Change[], wallet: Wallet) {
  const balances = { ...wallet.balances };
  const lifetime = { ...wallet.lifetime };
  const deltas: Partial<Record<Currency, Partial<Record<Bucket, Minor>>>> = {};
  const before: Partial<Record<Currency, Balance>> = {};
  for (const [currency, own] of Map.groupBy(changes, ({ leg }) => leg.currency)) {
    const delta = deltasOf(own);
    const held = wallet.balances[currency] ?? nothing;
    // What was paid, or booked by mistake, is taken back, and what ends is over, whether or not its owner may spend it.
    if (wallet.frozen && (delta.available ?? 0) < 0 && !leavesFrozen.includes(entry.kind))
      throw new Refusal('wallet_frozen');
    before[currency] = held;
    deltas[currency] = delta;
    balances[currency] = changed(held, delta, currency);
    lifetime[currency] = counted(lifetime[currency] ?? newLifetime, own);
  }
  const touched = Object.keys(deltas) as Currency[];
  const unsealed = {
    n: wallet.version + 1,
    journal: entry.id,
    kind: entry.kind,
    at: entry.at,
    reference: entry.reference,
    changes: deltas,
    before,
    after: Object.fromEntries(touched.map((currency) => [currency, balances[currency]!])),
    prev: wallet.head,
  };
  const walletEntry: WalletEntry = { ...unsealed, hash: hashEntry(unsealed) };
  return {
    wallet: { ...wallet, balances, lifetime, version: walletEntry.n, head: walletEntry.hash },
    entry: walletEntry,
  };
}

/** Legs on one bucket add up first, so that an entry is judged by what it does, not by the order of its legs. */
function deltasOf(changes: readonly Change[]): Partial<Record<Bucket, Minor>> {
  const deltas: Partial<Record<Bucket, Minor>> = {};
  for (const change of changes) {
    const { place } = change.policy;
    if (place.kept === 'wallet') deltas[place.bucket] = minor((deltas[place.bucket] ?? 0) + inNormal(change));
  }
  return deltas;
}

function changed(held: Balance, deltas: Partial<Record<Bucket, Minor>>, currency: Currency): Balance {
  const after = { ...held };
  for (const [bucket, delta] of Object.entries(deltas) as [Bucket, Minor][])
    after[bucket] = apply(held[bucket], delta, currency);
  return after;
}

/** What leaves a wallet counts as spent or withdrawn, what comes counts as the rest; a reversal counts back. */
function counted(lifetime: Lifetime, changes: readonly Change[]): Lifetime {
  const after = { ...lifetime };
  for (const { leg } of changes) {
    if (!leg.counts) continue;
    const outward = leg.counts === 'spent' || leg.counts === 'withdrawn';
    after[leg.counts] = minor(after[leg.counts] + (outward ? negate(leg.amount) : leg.amount));
  }
  return after;
}

/** Accounts whose balance is a field of their own document. */
function postToHeld(
  of: HeldBy,
  changes: readonly Change[],
  held: Readonly<Record<string, Minor>>,
): Readonly<Record<string, Minor>> {
  const after: Record<string, Minor> = {};
  const own = Map.groupBy(changes, ({ policy: { place } }) =>
    place.kept === 'document' && place.of === of ? place.id : null,
  );
  for (const [id, theirs] of own) {
    if (id === null) continue;
    const before = held[id];
    if (before === undefined) throw new Error(`${of} ${id} was not read`);
    after[id] = apply(before, sum(theirs.map(inNormal)), theirs[0]!.leg.currency);
  }
  return after;
}

/** What an entry moved on one account, for answers made from the journal. Zero when it has no such leg. */
export const movedOn = (entry: JournalEntry, account: string): Minor =>
  sum(entry.legs.filter((leg) => leg.account === account).map((leg) => leg.amount));
