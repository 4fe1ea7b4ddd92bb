/** What is deployed: one line a feature. `escrow.release` is deployed as `escrow-release`. */
export { jobs } from './jobs/jobs.handlers.ts';
export { escrow } from './escrow/escrow.handlers.ts';
