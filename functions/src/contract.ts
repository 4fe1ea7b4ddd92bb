import { escrowContract } from './escrow/escrow.contract.ts';
import { jobsContract } from './jobs/jobs.contract.ts';
import type { FeatureContract } from './shared/call.ts';

/** What may be asked: one line a feature. `contract.escrow.release` is called as `escrow-release`. */
export const contract = {
  jobs: jobsContract,
  escrow: escrowContract,
} as const satisfies Record<string, FeatureContract>;

export type Contract = typeof contract;
