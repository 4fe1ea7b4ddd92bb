import type { Newsworthy } from '../notifications/notice.ts';
import type { Currency, Minor } from '../shared/money.ts';

/**
 * `deposits/{request}~{uid}`: money that somebody has sent to the platform’s bank, with a proof. Finance looks for it
 * there; only what it finds is in the wallet (F72).
 */
export type Deposit = Newsworthy & {
  readonly uid: string;
  readonly amount: Minor;
  readonly currency: Currency;
  /** As the bank prints it. */
  readonly reference: string;
  /** A file under `proofs/<uid>/`. */
  readonly proof: string;
  readonly requestHash: string;
  readonly submittedAt: number;
  /** Which admin looks for it. */
  readonly assignee: string | null;
  readonly version: number;
  readonly dueAt: number | null;
} & (
    | { readonly status: 'waiting' }
    | {
        readonly status: 'verified' | 'rejected';
        readonly closedAt: number;
        readonly closedBy: string;
        readonly why: string;
      }
  );

export const depositStatuses = [
  'waiting',
  'verified',
  'rejected',
] as const satisfies readonly Deposit['status'][];

/** `depositReferences/{reference, hashed}`: one transfer is one deposit. */
export type DepositReference = { readonly deposit: string; readonly at: number };
