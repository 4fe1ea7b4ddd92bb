import { sum, type Currency, type Minor } from './money.ts';
import { Refusal } from './refusal.ts';

/** How many, and how much in one currency, in any span of `windowMs`. */
export type WindowLimits = { readonly count: number; readonly most: Minor; readonly windowMs: number };

/** Something that was done at a time, for an amount in minor units. */
export type Counted = { readonly at: number; readonly amount: Minor; readonly currency: Currency };

/**
 * Counts one more against the limits of a sliding window; what is as old as the window is outside of it.
 * @returns what is inside, the new one last
 * @throws Refusal `limit_reached` with the limit, what is used, and when there is room (`retryAt`, null when the
 *   amount alone is above the limit).
 */
export function countIn<T extends Counted>(
  recent: readonly T[],
  wanted: T,
  { count, most, windowMs }: WindowLimits,
): T[] {
  const { amount, currency, at } = wanted;
  const inside = insideOf(recent, at, windowMs).toSorted((one, other) => one.at - other.at);
  const own = inside.filter((one) => one.currency === currency);
  const used = usedIn(recent, wanted, windowMs);
  const roomAt = latest(roomForOne(inside, count, windowMs), roomFor(own, used, amount, { most, windowMs }));
  if (used + amount > most)
    throw new Refusal('limit_reached', { limit: most, used, needed: amount, currency, retryAt: roomAt });
  if (inside.length >= count)
    throw new Refusal('limit_reached', { limit: count, used: inside.length, retryAt: roomAt });
  return [...inside, wanted];
}

const insideOf = <T extends Counted>(recent: readonly T[], at: number, windowMs: number): T[] =>
  recent.filter((one) => one.at > at - windowMs);

/** How much of one currency is inside the window that ends at a time. */
export const usedIn = (
  recent: readonly Counted[],
  { currency, at }: Pick<Counted, 'currency' | 'at'>,
  windowMs: number,
): Minor =>
  sum(insideOf(recent, at, windowMs).flatMap((one) => (one.currency === currency ? [one.amount] : [])));

/** When fewer than the most are left in the window; 0 for now. */
const roomForOne = (inside: readonly Counted[], count: number, windowMs: number): number => {
  const last = inside.at(-count);
  return last ? last.at + windowMs : 0;
};

/** When enough has left the window; 0 for now, null for never. */
function roomFor(
  own: readonly Counted[],
  used: number,
  amount: number,
  { most, windowMs }: Pick<WindowLimits, 'most' | 'windowMs'>,
): number | null {
  if (amount > most) return null;
  let left = used;
  let roomAt = 0;
  for (const one of own) {
    if (left + amount <= most) break;
    left -= one.amount;
    roomAt = one.at + windowMs;
  }
  return roomAt;
}

const latest = (one: number, other: number | null) => (other === null ? null : Math.max(one, other));
