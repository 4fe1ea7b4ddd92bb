import { minor, type Currency, type Minor } from '../shared/money.ts';
import { countIn } from '../shared/window.ts';
import type { Buyer, RecentOrder } from './purchase.ts';

/**
 * D10: at most 10 purchases and QAR 50,000 in any 24 hours, coins and card payments together. Of the other
 * currencies it is about as much as that.
 */
export const limits = {
  count: 10,
  windowMs: 24 * 3600 * 1000,
  most: {
    QAR: minor(50_000_00),
    USD: minor(13_750_00),
    INR: minor(1_200_000_00),
    KWD: minor(4_250_000),
    JPY: minor(2_125_000),
    // Credits are bought, and buy nothing: they count with what they cost.
    CREDIT: minor(0),
  } satisfies Record<Currency, Minor>,
} as const;

export const newBuyer: Buyer = { customer: null, recent: [] };

/**
 * Counts an order against the limits; what left the window is forgotten.
 * @throws Refusal `limit_reached` with the limit, what is used, and when there is room again.
 */
export const countOrder = (buyer: Buyer | null, order: RecentOrder): Buyer => ({
  ...(buyer ?? newBuyer),
  recent: countIn(buyer?.recent ?? [], order, { ...limits, most: limits.most[order.currency] }),
});

/** An order that came to nothing counts no longer. */
export const forgetOrder = (buyer: Buyer, purchase: string): Buyer => ({
  ...buyer,
  recent: buyer.recent.filter((order) => order.purchase !== purchase),
});
