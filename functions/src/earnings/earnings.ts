import { walletOf, buckets } from '../ledger/chart.ts';
import type { EntryKind, JournalEntry } from '../ledger/journal.ts';
import { minor, sum, zero, type Currency, type Minor } from '../shared/money.ts';
import type { Wallet } from '../ledger/wallet.ts';

/**
 * What somebody has earned, net (D14): what releases and splits brought them as the payee, and commissions, less what was
 * taken back of it since. Purchases, refunds, transfers and corrections are no earnings, whatever their legs once counted.
 */
export const earningKinds: readonly EntryKind[] = [
  'escrow-release',
  'escrow-split',
  'refund',
  'refund-return',
  'chargeback',
  'chargeback-won',
  'chargeback-lost',
  'commission',
];

export type Net = Readonly<Partial<Record<Currency, Minor>>>;

/** Adds what one entry made one person earn; a leg on debt repays with what was earned, and counts too. */
export function addEarned(net: Net, entry: JournalEntry, uid: string): Net {
  if (!earningKinds.includes(entry.kind)) return net;
  const own = buckets.map((bucket) => walletOf(uid, bucket) as string);
  const legs = entry.legs.filter(({ account, counts }) => counts === 'earned' && own.includes(account));
  return legs.reduce<Net>(
    (all, { currency, amount }) => ({ ...all, [currency]: minor((all[currency] ?? zero) + amount) }),
    net,
  );
}

export type Change = {
  readonly uid: string;
  readonly currency: Currency;
  readonly from: Minor;
  readonly to: Minor;
};

/** Where the wallet says another sum than its entries. */
export function changesOf(uid: string, wallet: Wallet, net: Net): Change[] {
  const known = new Set([...Object.keys(wallet.lifetime), ...Object.keys(net)]) as Set<Currency>;
  return [...known].flatMap((currency) => {
    const [from, to] = [wallet.lifetime[currency]?.earned ?? zero, net[currency] ?? zero];
    return from === to ? [] : [{ uid, currency, from, to }];
  });
}

/** `migrations/{name}`: how far one has come, so that it goes on there; null when it is through. */
export type Migration = {
  readonly cursor: string | null;
  readonly wallets: number;
  readonly changed: number;
  readonly at: number;
};

export const totalOf = (changes: readonly Change[]): Minor => sum(changes.map(({ from, to }) => to - from));
