/** What is deployed: one line a feature. `escrow.release` is deployed as `escrow-release`. */
export { catalog } from './catalog/catalog.handlers.ts';
export { purchases } from './purchases/purchases.handlers.ts';
export { jobs } from './jobs/jobs.handlers.ts';
export { clearance } from './clearance/clearance.handlers.ts';
export { escrow } from './escrow/escrow.handlers.ts';
export { kyc, destinations, payees } from './payees/payees.handlers.ts';
export { withdrawals } from './withdrawals/withdrawals.handlers.ts';
export { wallet } from './wallet/wallet.handlers.ts';
export { admin } from './admin/admin.handlers.ts';
export { psp } from './webhooks/webhooks.handlers.ts';
export { health } from './health/health.handlers.ts';
