import { minor, sum, type Currency, type Minor } from '../shared/money.ts';

/**
 * Lots: what a balance that can expire is made of (D15). Of credits, `available` is always the sum of its lots. A leg says
 * which lots it moved, so a refund returns to where it came from, and the journal alone makes the lots again.
 */

export const lotKinds = ['purchased', 'allowance', 'bonus'] as const;
export type LotKind = (typeof lotKinds)[number];

/** A lot in a wallet, or the part of one that a leg moved: then `amount` is how much, whichever way. */
export type Lot = {
  /** Names what gave it; all that was bought is one lot. */
  readonly id: string;
  readonly kind: LotKind;
  readonly amount: Minor;
  /** Null for what never expires. */
  readonly expiresAt: number | null;
  /** What expires so long after it was last used; null for what expires at its time, or never. Milliseconds. */
  readonly idleMs: number | null;
};

export const hasLots = (currency: Currency): boolean => currency === 'CREDIT';

/** What was bought never expires. */
export const bought = (amount: Minor): Lot => ({
  ...{ id: 'purchased', kind: 'purchased', amount },
  ...{ expiresAt: null, idleMs: null },
});

export const isBought = ({ kind }: Pick<Lot, 'kind'>): boolean => kind === 'purchased';

export const sumOf = (lots: readonly Pick<Lot, 'amount'>[]): Minor => sum(lots.map(({ amount }) => amount));

const end = ({ expiresAt }: Lot): number => expiresAt ?? Infinity;

/** What is spent first: earliest expiry first; of two, whose name comes first, so that nothing is left to chance. */
const byExpiry = (one: Lot, other: Lot): number =>
  (end(one) === end(other) ? 0 : end(one) - end(other)) || (one.id < other.id ? -1 : 1);

/** Adds parts to the lots they name; one that is gone is there again. The later of two expiries holds. */
export function placed(lots: readonly Lot[], parts: readonly Lot[]): Lot[] {
  const all = new Map(lots.map((lot) => [lot.id, lot]));
  for (const part of parts) {
    const lot = all.get(part.id);
    const amount = minor((lot?.amount ?? 0) + part.amount);
    all.set(part.id, { ...(lot && end(lot) > end(part) ? lot : part), amount });
  }
  return [...all.values()].toSorted(byExpiry);
}

export type TakenFromLots = { readonly lots: readonly Lot[]; readonly parts: readonly Lot[] };

/**
 * Takes an amount: from the lots that are named first, the rest earliest expiry first, or latest first where what was
 * bought is taken back. What is not there is not taken; the ledger says no to that by the balance.
 */
export function takenFrom(
  lots: readonly Lot[],
  amount: Minor,
  { named = [], latestFirst = false }: { named?: readonly Lot[]; latestFirst?: boolean } = {},
): TakenFromLots {
  const ordered = latestFirst ? lots.toSorted(byExpiry).toReversed() : lots.toSorted(byExpiry);
  const wishes = new Map(named.map((part) => [part.id, part.amount]));
  const takes = new Map<string, number>();
  let left: number = amount;
  const take = (lot: Lot, most: number) => {
    const before = takes.get(lot.id) ?? 0;
    const part = Math.min(left, most, lot.amount - before);
    takes.set(lot.id, before + part);
    left -= part;
  };
  for (const lot of ordered) take(lot, wishes.get(lot.id) ?? 0);
  for (const lot of ordered) take(lot, lot.amount);
  const takenOf = (lot: Lot) => takes.get(lot.id) ?? 0;
  return {
    lots: ordered.flatMap((lot) =>
      lot.amount > takenOf(lot) ? [{ ...lot, amount: minor(lot.amount - takenOf(lot)) }] : [],
    ),
    parts: ordered.flatMap((lot) => (takenOf(lot) > 0 ? [{ ...lot, amount: minor(takenOf(lot)) }] : [])),
  };
}

/** Somebody uses credits: what expires by not being used begins anew. */
export const renewed = (lots: readonly Lot[], at: number): Lot[] =>
  lots
    .map((lot) => (lot.idleMs === null ? lot : { ...lot, expiresAt: Math.max(end(lot), at + lot.idleMs) }))
    .toSorted(byExpiry);

/** A part of what was taken, the last to be spent first: a share of a refund is worth most to whoever has it longest. */
export function shareOf(parts: readonly Lot[], amount: Minor): Lot[] {
  return [...takenFrom(parts, amount, { latestFirst: true }).parts].toSorted(byExpiry);
}
