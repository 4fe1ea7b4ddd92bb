import type { Currency, Minor } from '../shared/money.ts';
import { sum } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Buyer } from './purchase.ts';

/** D10: at most 10 purchases and QAR 50,000 of value in any 24 hours. Coins are sold in QAR alone. */
export const limits = { purchases: 10, value: 5_000_000, windowMs: 24 * 3600 * 1000 } as const;

type Order = {
  readonly purchase: string;
  readonly at: number;
  readonly value: Minor;
  readonly currency: Currency;
};

/**
 * Counts an order against the limits; what left the window is forgotten.
 * @throws Refusal `limit_reached` with the limit, what is used, and when there is room again.
 */
export function countOrder(buyer: Buyer | null, order: Order): Buyer {
  const recent = (buyer?.recent ?? []).filter(({ at }) => at > order.at - limits.windowMs);
  const retryAt = (recent[0]?.at ?? order.at) + limits.windowMs;
  if (recent.length >= limits.purchases)
    throw new Refusal('limit_reached', { limit: limits.purchases, used: recent.length, retryAt });
  const used = sum(recent.map(({ value }) => value));
  if (used + order.value > limits.value)
    throw new Refusal('limit_reached', {
      limit: limits.value,
      used,
      needed: order.value,
      currency: order.currency,
      retryAt,
    });
  return { recent: [...recent, order] };
}

/** An order that came to nothing counts no longer. */
export const forgetOrder = (buyer: Buyer, purchase: string): Buyer => ({
  recent: buyer.recent.filter((order) => order.purchase !== purchase),
});
