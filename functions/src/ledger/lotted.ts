import { minor, negate } from '../shared/money.ts';
import { policyOf } from './chart.ts';
import type { EntryKind, JournalEntry, Leg } from './journal.ts';
import { bought, hasLots, placed, renewed, sumOf, takenFrom, type Lot } from './lots.ts';
import { lotsOf, type Wallet } from './wallet.ts';

/** What is taken back takes what was bought before what was given, whichever expires first. */
export const takesBack: readonly EntryKind[] = [
  'refund',
  'chargeback',
  'chargeback-lost',
  'adjustment',
  'reversal',
  'commission',
];

/** What leaves a wallet that is frozen all the same: its owner does none of it. */
export const leavesFrozen: readonly EntryKind[] = [...takesBack, 'lot-expiry'];

/** The wallet whose available balance a leg moves, where that is kept in lots. */
function ownerOf({ account, currency }: Leg): string | null {
  const { place } = policyOf(account);
  return hasLots(currency) && place.kept === 'wallet' && place.bucket === 'available' ? place.uid : null;
}

/**
 * Says of each leg on lots which of them it moves, and what the lots are afterwards. Credits come before debits, so that
 * an entry is judged by what it does. A credit that names no lot is as if bought.
 */
export function withLots(
  entry: JournalEntry,
  wallets: Readonly<Record<string, Wallet | null>>,
): { readonly entry: JournalEntry; readonly lots: Readonly<Record<string, Wallet['lots']>> } {
  if (!entry.legs.some((leg) => ownerOf(leg) !== null)) return { entry, lots: {} };
  const held = new Map<string, readonly Lot[]>();
  const legs = new Map<Leg, Leg>();
  const inOrder = entry.legs.toSorted((one, other) => Math.sign(other.amount) - Math.sign(one.amount));
  for (const leg of inOrder) {
    const uid = ownerOf(leg);
    if (uid === null) continue;
    const key = `${leg.currency} ${uid}`;
    const before = held.get(key) ?? lotsOf(wallets[uid] ?? null, leg.currency);
    const { lots, parts } = leg.amount > 0 ? credited(before, leg) : debited(before, leg, entry);
    held.set(key, lots);
    legs.set(leg, { ...leg, lots: parts });
  }
  const after: Record<string, Wallet['lots']> = {};
  for (const [key, lots] of held) {
    const [currency, uid] = [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)];
    after[uid] = { ...(after[uid] ?? wallets[uid]?.lots), [currency]: lots };
  }
  return { entry: { ...entry, legs: entry.legs.map((leg) => legs.get(leg) ?? leg) }, lots: after };
}

function credited(before: readonly Lot[], { amount, lots: named = [bought(amount)] }: Leg) {
  if (sumOf(named) !== amount) throw new Error(`lots of ${sumOf(named)} are not the ${amount} of their leg`);
  return { lots: placed(before, named), parts: named };
}

function debited(before: readonly Lot[], { amount, lots: named, counts }: Leg, entry: JournalEntry) {
  const latestFirst = takesBack.includes(entry.kind);
  const { lots, parts } = takenFrom(before, minor(negate(amount)), { ...(named && { named }), latestFirst });
  return { lots: counts === 'spent' ? renewed(lots, entry.at) : lots, parts };
}
