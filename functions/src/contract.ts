import { catalogContract } from './catalog/catalog.contract.ts';
import { escrowContract } from './escrow/escrow.contract.ts';
import { jobsContract } from './jobs/jobs.contract.ts';
import { purchasesContract } from './purchases/purchases.contract.ts';
import type { FeatureContract } from './shared/call.ts';
import { walletContract } from './wallet/wallet.contract.ts';

/** What may be asked: one line a feature. `contract.escrow.release` is called as `escrow-release`. */
export const contract = {
  catalog: catalogContract,
  purchases: purchasesContract,
  jobs: jobsContract,
  escrow: escrowContract,
  wallet: walletContract,
} as const satisfies Record<string, FeatureContract>;

export type Contract = typeof contract;
