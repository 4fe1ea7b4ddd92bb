import { escrow as calls } from './escrow/escrow.handlers.ts';
import { courseBuying, packageBuying } from './orders/orders.handlers.ts';
import { packages as packageCalls } from './packages/packages.handlers.ts';
import { fundEscrow } from './payments/payments.handlers.ts';

/** What is deployed: one line a feature. `escrow.release` is deployed as `escrow-release`. */
export { profiles, usernames } from './profiles/profiles.handlers.ts';
export { terms } from './terms/terms.handlers.ts';
export { plans } from './plans/plans.handlers.ts';
export { bookings } from './bookings/bookings.handlers.ts';
export { orders } from './orders/orders.handlers.ts';
export { deposits } from './deposits/deposits.handlers.ts';
export { catalog } from './catalog/catalog.handlers.ts';
export { purchases } from './purchases/purchases.handlers.ts';
export { jobs } from './jobs/jobs.handlers.ts';
export { clearance } from './clearance/clearance.handlers.ts';
export { kyc, destinations, connect, payees } from './payees/payees.handlers.ts';
export { withdrawals } from './withdrawals/withdrawals.handlers.ts';
export { adjustments } from './adjustments/adjustments.handlers.ts';
export { payments } from './payments/payments.handlers.ts';
export { refunds } from './refunds/refunds.handlers.ts';
export { chargebacks } from './chargebacks/chargebacks.handlers.ts';
export { lots } from './lots/lots.handlers.ts';
export { allowance } from './allowance/allowance.handlers.ts';
export { generations } from './generations/generations.handlers.ts';
export { metering } from './metering/metering.handlers.ts';
export { rewards } from './rewards/rewards.handlers.ts';
export { codes } from './codes/codes.handlers.ts';
export { commissions } from './commissions/commissions.handlers.ts';
export { invoices } from './invoices/invoices.handlers.ts';
export { wallet } from './wallet/wallet.handlers.ts';
export { velocity } from './velocity/velocity.handlers.ts';
export { roots } from './roots/roots.handlers.ts';
export { receipts } from './receipts/receipts.handlers.ts';
export { alerts } from './alerts/alerts.handlers.ts';
export { reconciliation } from './reconciliation/reconciliation.handlers.ts';
export { brake } from './brake/brake.handlers.ts';
export { totals } from './totals/totals.handlers.ts';
export { journalExports as exports } from './exports/exports.handlers.ts';
export { audit } from './audit/audit.handlers.ts';
export { admin } from './admin/admin.handlers.ts';
export { privacy } from './privacy/privacy.handlers.ts';
export { psp } from './webhooks/webhooks.handlers.ts';
export { health } from './health/health.handlers.ts';
/** A card payment fills an escrow too, by a feature that knows of both. */
export const escrow = { ...calls, fund: fundEscrow };
/** What is bought of these is an order. */
export const packages = { ...packageCalls, ...packageBuying };
export const courses = courseBuying;
