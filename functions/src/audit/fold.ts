import canonicalize from 'canonicalize';
import { hashEntry } from '../ledger/chain.ts';
import { buckets, policyOf, walletOf, type Account } from '../ledger/chart.ts';
import { checkBalanced } from '../ledger/ledger.ts';
import type { EntryKind, JournalEntry } from '../ledger/journal.ts';
import { hasLots, sumOf } from '../ledger/lots.ts';
import { balanceOf, lotsOf, nothing, type Balance, type Wallet, type WalletEntry } from '../ledger/wallet.ts';
import { currencies, type Currency } from '../shared/money.ts';
import type { Sink } from './tally.ts';

/** What each kind of document of the ledger says, told to a sink; nothing is remembered but the wallet that is read. */

/** What all accounts of a class hold, under `class currency`; credits are positive. For I4. */
export type Sums = Record<string, number>;

const isDebit = (account: Account): boolean => policyOf(account).normal === 'debit';
/** As a reader of the balance sees it. */
const inNormal = (account: Account, credits: number): number => (isDebit(account) ? 0 - credits : credits);

/** A lot is an account within an account. */
const lotName = (account: Account, lot: string, currency: Currency): string =>
  `${account}#${lot} ${currency}`;

export function foldJournal(
  id: string,
  entry: JournalEntry,
  isCaused: (kind: EntryKind) => boolean,
  sink: Sink,
  sums: Sums,
): void {
  const document = `journal/${id}`;
  if (entry.id !== id) sink.violation({ invariant: 'I6', document, expected: id, found: entry.id });
  try {
    checkBalanced(entry.legs);
  } catch (error) {
    const found = (error as Error).message;
    sink.violation({ invariant: 'I1', document, expected: 'legs that sum to zero', found });
  }
  for (const { account, currency, amount, lots = [] } of entry.legs) {
    if (!Number.isSafeInteger(amount) || amount === 0)
      sink.violation({ invariant: 'I10', document, expected: 'a safe integer', found: String(amount) });
    const { place } = policyOf(account);
    const normal = inNormal(account, amount);
    if (place.kept !== 'journal') sink.tell('accounts', 'journal', `${account} ${currency}`, normal);
    else if (account.startsWith('chargeback:'))
      sink.tell('accounts', 'journal', `${account} ${currency}`, amount);
    if (place.kept === 'wallet') sink.tell('effects', 'journal', `${id} ${account} ${currency}`, normal);
    for (const lot of lots)
      sink.tell('accounts', 'journal', lotName(account, lot.id, currency), Math.sign(amount) * lot.amount);
    const name = `${account.split(':')[0] === 'platform' ? account : account.split(':')[0]!} ${currency}`;
    sums[name] = (sums[name] ?? 0) + amount;
  }
  if (isCaused(entry.kind)) sink.tell('causes', 'journal', id, 1);
}

/** The wallet whose history is being read: entries come wallet by wallet, in the order of their numbers. */
export type Reading = {
  readonly uid: string;
  readonly n: number;
  readonly hash: string;
  readonly balances: Readonly<Partial<Record<Currency, Balance>>>;
};

const headOf = (uid: string, n: number, hash: string, balances: Wallet['balances']): string =>
  `${uid} ${n} ${hash} ${canonicalize(balances) ?? ''}`;

/** @returns what the next entry is read with */
export function foldEntry(uid: string, entry: WalletEntry, before: Reading | null, sink: Sink): Reading {
  const reading: Reading = before?.uid === uid ? before : { uid, n: 0, hash: '', balances: {} };
  if (before && before.uid !== uid) endHistory(before, sink);
  const document = `wallets/${uid}/entries/${String(entry.n).padStart(12, '0')}`;
  const wrong = (expected: unknown, found: unknown) => {
    sink.violation({ invariant: 'chain', document, expected: String(expected), found: String(found) });
  };
  const { hash, ...unsealed } = entry;
  if (entry.n !== reading.n + 1) wrong(`number ${reading.n + 1}`, `number ${entry.n}`);
  if (entry.prev !== reading.hash) wrong(`after ${reading.hash}`, `after ${entry.prev}`);
  const made = hashEntry(unsealed);
  if (made !== hash) wrong(made, hash);
  const balances = { ...reading.balances };
  for (const currency of Object.keys(entry.changes) as Currency[]) {
    const held = balances[currency] ?? nothing;
    const after = entry.after[currency] ?? nothing;
    for (const bucket of buckets) {
      const change = entry.changes[currency]?.[bucket] ?? 0;
      if (held[bucket] + change !== after[bucket])
        sink.violation({
          ...{ invariant: 'I2', document },
          expected: `${bucket} ${held[bucket] + change} ${currency}`,
          found: `${after[bucket]} ${currency}`,
        });
      if (after[bucket] < 0)
        sink.violation({
          invariant: 'I3',
          document,
          expected: `${bucket} of 0 or more`,
          found: String(after[bucket]),
        });
      if (change !== 0)
        sink.tell('effects', 'documents', `${entry.journal} ${walletOf(uid, bucket)} ${currency}`, change);
    }
    balances[currency] = after;
  }
  return { uid, n: entry.n, hash, balances };
}

/** All entries of a wallet were read: it should stand so. */
export function endHistory({ uid, n, hash, balances }: Reading, sink: Sink): void {
  sink.tell('heads', 'journal', headOf(uid, n, hash, balances), 1);
}

export function foldWallet(uid: string, wallet: Wallet, sink: Sink): void {
  if (wallet.version > 0)
    sink.tell('heads', 'documents', headOf(uid, wallet.version, wallet.head, wallet.balances), 1);
  for (const [currency, balance] of Object.entries(wallet.balances) as [Currency, Balance][])
    for (const bucket of buckets)
      sink.tell('accounts', 'documents', `${walletOf(uid, bucket)} ${currency}`, balance[bucket]);
  foldLots(uid, wallet, sink);
}

/** What a balance that can expire is made of makes that balance, and is what the legs made it. */
function foldLots(uid: string, wallet: Wallet, sink: Sink): void {
  for (const currency of currencies.filter(hasLots)) {
    const lots = lotsOf(wallet, currency);
    const { available } = balanceOf(wallet, currency);
    if (sumOf(lots) !== available)
      sink.violation({
        ...{ invariant: 'I2', document: `wallets/${uid}` },
        expected: `lots of ${available} ${currency}`,
        found: `lots of ${sumOf(lots)} ${currency}`,
      });
    for (const { id, amount } of lots)
      sink.tell('accounts', 'documents', lotName(walletOf(uid, 'available'), id, currency), amount);
  }
}

/** I4: what providers took in is held by somebody, earned, paid out or taxed. */
export function conservation(sums: Sums, all: readonly Currency[], sink: Sink): void {
  for (const currency of all) {
    const of = (pattern: RegExp) =>
      Object.entries(sums)
        .filter(([name]) => pattern.test(name) && name.endsWith(` ${currency}`))
        .reduce((all, [, amount]) => all + amount, 0);
    const cameIn = 0 - of(/^psp /);
    const elsewhere = of(/^(?!psp )/);
    if (cameIn !== elsewhere)
      sink.violation({
        ...{ invariant: 'I4', document: `journal` },
        expected: `${cameIn} ${currency} came in`,
        found: `${elsewhere} ${currency} is somewhere`,
      });
  }
}
