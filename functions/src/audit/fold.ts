import { hashEntry } from '../ledger/chain.ts';
import { buckets, policyOf, walletOf, type Account } from '../ledger/chart.ts';
import { checkBalanced } from '../ledger/ledger.ts';
import { hasLots, sumOf, type Lot } from '../ledger/lots.ts';
import type { Counter, JournalEntry } from '../ledger/journal.ts';
import {
  balanceOf,
  entryId,
  lotsOf,
  nothing,
  type Balance,
  type Lifetime,
  type Wallet,
  type WalletEntry,
} from '../ledger/wallet.ts';
import { currencies, format, type Currency } from '../shared/money.ts';
import { lotNamed, tellParts } from './causes.ts';
import type { Sink } from './tally.ts';

/** What each kind of document of the ledger says, told to a sink: nothing is remembered, so it comes in any order. */

/** What all accounts of a class hold, under `class currency`; credits are positive. For I4. */
export type Sums = Record<string, number>;

const isDebit = (account: Account): boolean => policyOf(account).normal === 'debit';
/** As a reader of the balance sees it. */
const inNormal = (account: Account, credits: number): number => (isDebit(account) ? 0 - credits : credits);

/** What leaves a wallet counts as spent or withdrawn, what comes counts as the rest. */
const isOutward = (counter: Counter): boolean => counter === 'spent' || counter === 'withdrawn';
const counterOf = (uid: string, counter: Counter, currency: Currency): string =>
  `wallet:${uid}:${counter} ${currency}`;

/** A lot is an account within an account. */
const lotIn = (account: Account, lot: Lot, currency: Currency): string =>
  `${account}#${lotNamed(lot)} ${currency}`;

export function foldJournal(id: string, entry: JournalEntry, sink: Sink, sums: Sums): void {
  const document = `journal/${id}`;
  if (entry.id !== id) sink.violation({ invariant: 'I6', document, expected: id, found: entry.id });
  try {
    checkBalanced(entry.legs);
  } catch (error) {
    const found = (error as Error).message;
    sink.violation({ invariant: 'I1', document, expected: 'legs that sum to zero', found });
  }
  for (const { account, currency, amount, counts, lots = [] } of entry.legs) {
    if (!currencies.includes(currency)) throw new Error(`no such currency: ${currency as string}`);
    if (!Number.isSafeInteger(amount) || amount === 0)
      sink.violation({ invariant: 'I10', document, expected: 'a safe integer', found: String(amount) });
    const { place } = policyOf(account);
    const normal = inNormal(account, amount);
    if (place.kept !== 'journal') sink.tell('accounts', 'journal', `${account} ${currency}`, normal);
    else if (account.startsWith('chargeback:'))
      sink.tell('accounts', 'journal', `${account} ${currency}`, amount);
    if (place.kept === 'wallet') {
      sink.tell('effects', 'journal', effectOf(id, account, currency, entry), normal);
      if (counts) {
        const name = counterOf(place.uid, counts, currency);
        sink.tell('accounts', 'journal', name, isOutward(counts) ? 0 - amount : amount);
      }
      for (const lot of lots)
        sink.tell('accounts', 'journal', lotIn(account, lot, currency), Math.sign(amount) * lot.amount);
    }
    const name = `${account.split(':')[0] === 'platform' ? account : account.split(':')[0]!} ${currency}`;
    sums[name] = (sums[name] ?? 0) + amount;
  }
}

/** What an entry did to one account, with its kind and time: the wallet's entry has both as well. */
const effectOf = (
  id: string,
  account: string,
  currency: Currency,
  { kind, at }: Pick<JournalEntry, 'kind' | 'at'>,
): string => `${id} ${account} ${currency} ${kind} ${at}`;

/**
 * What a wallet's entries say of how it stands, in any order: each tells where the wallet got to, and takes away where it
 * was. Of a history without a gap only its end is left, which the wallet itself tells on the other side.
 */
const headOf = (uid: string, n: number, hash: string): string => `${uid} ${n} ${hash}`;

/** A balance of nothing is not told: every wallet begins with it. */
function tellHolding(uid: string, currency: Currency, balance: Balance, tell: (name: string) => void): void {
  const amounts = buckets.map((bucket) => balance[bucket]);
  if (amounts.some((amount) => amount !== 0)) tell(`${uid} ${currency} ${amounts.join(' ')}`);
}

export function foldEntry(uid: string, id: string, entry: WalletEntry, sink: Sink): void {
  const { n, prev, hash, ...content } = entry;
  const document = `wallets/${uid}/entries/${id}`;
  const wrong = (invariant: 'chain' | 'I2' | 'I3', expected: string, found: string) => {
    sink.violation({ invariant, document, expected, found });
  };
  if (id !== entryId(n)) wrong('chain', `number ${Number(id)}`, `number ${n}`);
  const made = hashEntry({ n, prev, ...content });
  if (made !== hash) wrong('chain', made, hash);
  sink.tell('heads', 'journal', headOf(uid, n, hash), 1);
  if (n > 1) sink.tell('heads', 'journal', headOf(uid, n - 1, prev), -1);
  else if (prev !== '') wrong('chain', 'nothing before the first', `after ${prev}`);
  // What clears names its wallet's number, so it is called for where that number is it.
  if (entry.kind === 'clearance')
    sink.tell('causes', 'documents', `journal/clearance:${uid}:${n} clearance`, 1);
  for (const currency of Object.keys(entry.changes) as Currency[]) {
    const held = entry.before[currency] ?? nothing;
    const after = entry.after[currency] ?? nothing;
    for (const bucket of buckets) {
      const change = entry.changes[currency]?.[bucket] ?? 0;
      if (held[bucket] + change !== after[bucket])
        wrong('I2', `${bucket} ${format(held[bucket] + change, currency)}`, format(after[bucket], currency));
      if (after[bucket] < 0) wrong('I3', `${bucket} of 0 or more`, String(after[bucket]));
      if (change !== 0) {
        const name = effectOf(entry.journal, walletOf(uid, bucket), currency, entry);
        sink.tell('effects', 'documents', name, change);
      }
    }
    tellHolding(uid, currency, held, (name) => sink.tell('heads', 'journal', name, -1));
    tellHolding(uid, currency, after, (name) => sink.tell('heads', 'journal', name, 1));
  }
}

export function foldWallet(uid: string, wallet: Wallet, sink: Sink): void {
  if (wallet.version > 0) sink.tell('heads', 'documents', headOf(uid, wallet.version, wallet.head), 1);
  for (const [currency, balance] of Object.entries(wallet.balances) as [Currency, Balance][]) {
    tellHolding(uid, currency, balance, (name) => sink.tell('heads', 'documents', name, 1));
    for (const bucket of buckets)
      sink.tell('accounts', 'documents', `${walletOf(uid, bucket)} ${currency}`, balance[bucket]);
    tellParts(sink, 'documents', `wallets/${uid}`, currency, { clearing: balance.pending });
  }
  for (const [currency, lifetime] of Object.entries(wallet.lifetime) as [Currency, Lifetime][])
    for (const [counter, amount] of Object.entries(lifetime) as [Counter, number][])
      sink.tell('accounts', 'documents', counterOf(uid, counter, currency), amount);
  foldLots(uid, wallet, sink);
}

/** A balance that can expire is what it is made of, lot by lot what the legs made it. */
function foldLots(uid: string, wallet: Wallet, sink: Sink): void {
  const document = `wallets/${uid}`;
  for (const currency of currencies.filter(hasLots)) {
    const lots = lotsOf(wallet, currency);
    const { available } = balanceOf(wallet, currency);
    const held = sumOf(lots);
    if (held !== available)
      sink.violation({
        ...{ invariant: 'I2', document, expected: `lots of ${format(available, currency)}` },
        found: `lots of ${format(held, currency)}`,
      });
    for (const lot of lots) {
      if (lot.amount <= 0)
        sink.violation({
          invariant: 'I3',
          document,
          expected: 'a lot of something',
          found: String(lot.amount),
        });
      sink.tell('accounts', 'documents', lotIn(walletOf(uid, 'available'), lot, currency), lot.amount);
    }
  }
}

/** I4: what providers took in is held by somebody, earned, paid out or taxed. */
export function conservation(sums: Sums, sink: Sink): void {
  for (const currency of currencies) {
    const of = (pattern: RegExp) =>
      Object.entries(sums)
        .filter(([name]) => pattern.test(name) && name.endsWith(` ${currency}`))
        .reduce((all, [, amount]) => all + amount, 0);
    const cameIn = 0 - of(/^psp /);
    const elsewhere = of(/^(?!psp )/);
    if (cameIn !== elsewhere)
      sink.violation({
        ...{ invariant: 'I4', document: `journal` },
        expected: `${format(cameIn, currency)} came in`,
        found: `${format(elsewhere, currency)} is somewhere`,
      });
  }
}
