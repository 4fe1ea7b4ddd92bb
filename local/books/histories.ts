/** A wallet's entries prove its balances: gap-free, chained by hashes, and one for each move that touched it. */
import { policyOf, type Bucket } from '../../functions/src/ledger/chart.ts';
import type { JournalEntry } from '../../functions/src/ledger/journal.ts';
import { hashEntry } from '../../functions/src/ledger/chain.ts';
import { nothing, type Balance, type WalletEntry } from '../../functions/src/ledger/wallet.ts';
import { negate, type Currency } from '../../functions/src/shared/money.ts';
import type { Books } from '../books.ts';

export function historyProblems({ journal, wallets, histories }: Books): string[] {
  const touched = new Map<string, Set<string>>();
  for (const [id, { legs }] of journal)
    for (const { account } of legs) {
      const { place } = policyOf(account);
      if (place.kept !== 'wallet') continue;
      const owner = touched.get(place.uid) ?? new Set();
      touched.set(place.uid, owner.add(id));
    }
  const owners = new Set([...wallets.keys(), ...histories.keys(), ...touched.keys()]);
  return [...owners].flatMap((uid) => {
    const history = histories.get(uid) ?? [];
    const wallet = wallets.get(uid);
    const moves = [...(touched.get(uid) ?? [])].sort().join();
    const told = history.map((entry) => entry.journal).sort();
    return [
      ...chainProblems(history).map((problem) => `chain ${uid}: ${problem}`),
      ...history.flatMap((entry) => moveProblems(uid, entry, journal.get(entry.journal))),
      ...(moves === told.join() ? [] : [`chain ${uid}: entries ${told.join()} for moves ${moves}`]),
      ...(wallet?.version === history.length ? [] : [`chain ${uid}: version ${wallet?.version ?? 'none'}`]),
      ...(wallet?.head === (history.at(-1)?.hash ?? '') ? [] : [`chain ${uid}: the head is another’s`]),
    ];
  });
}

function chainProblems(history: readonly WalletEntry[]): string[] {
  const balances: Partial<Record<Currency, Balance>> = {};
  let head = '';
  return history.flatMap((entry, i) => {
    const { hash, ...rest } = entry;
    const problems: string[] = [];
    if (entry.n !== i + 1) problems.push(`entry ${i + 1} has number ${entry.n}`);
    if (entry.prev !== head) problems.push(`entry ${entry.n} follows another one`);
    if (hashEntry(rest) !== hash) problems.push(`entry ${entry.n} was changed`);
    for (const currency of Object.keys(entry.after) as Currency[]) {
      const [before, after] = [entry.before[currency] ?? nothing, entry.after[currency] ?? nothing];
      if (!sameBalance(before, balances[currency] ?? nothing))
        problems.push(`entry ${entry.n} begins with other balances in ${currency}`);
      const changed = { ...before };
      for (const [bucket, delta] of Object.entries(entry.changes[currency] ?? {}) as [
        Bucket,
        Balance[Bucket],
      ][])
        changed[bucket] = (before[bucket] + delta) as Balance[Bucket];
      if (!sameBalance(changed, after)) problems.push(`entry ${entry.n} does not add up in ${currency}`);
      balances[currency] = after;
    }
    head = hash;
    return problems;
  });
}

const sameBalance = (one: Balance, other: Balance): boolean =>
  (Object.keys(nothing) as Bucket[]).every((bucket) => one[bucket] === other[bucket]);

/** What the entry says that it changed is what the legs of its move say. */
function moveProblems(uid: string, entry: WalletEntry, move: JournalEntry | undefined): string[] {
  if (!move) return [`chain ${uid}: entry ${entry.n} names no move`];
  const sums = new Map<string, number>();
  for (const { account, currency, amount } of move.legs) {
    const { place, normal } = policyOf(account);
    if (place.kept !== 'wallet' || place.uid !== uid) continue;
    const name = `${currency} ${place.bucket}`;
    sums.set(name, (sums.get(name) ?? 0) + (normal === 'credit' ? amount : negate(amount)));
  }
  const said = Object.entries(entry.changes).flatMap(([currency, changes]) =>
    Object.entries(changes).map(([bucket, delta]) => `${currency} ${bucket} ${delta}`),
  );
  const legs = [...sums].map(([name, amount]) => `${name} ${amount}`);
  const same = said.sort().join() === legs.sort().join();
  return same && entry.kind === move.kind ? [] : [`chain ${uid}: entry ${entry.n} is not its move`];
}
