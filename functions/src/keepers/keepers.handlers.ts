import { followMoney } from '../bookings/bookings.operations.ts';
import { settleOrder } from '../orders/orders.operations.ts';
import { serveKept } from '../platform/serve.ts';
import { settleSale } from '../plans/plans.operations.ts';

/**
 * One trigger for all that lead escrows: each write of an escrow is one call, however many features do. A feature whose
 * escrows name it as their `keeper` has a line here, and a sweep of its own behind it.
 */
export const keepers = {
  money: serveKept('escrows', { bookings: followMoney, sales: settleSale, orders: settleOrder }),
};
