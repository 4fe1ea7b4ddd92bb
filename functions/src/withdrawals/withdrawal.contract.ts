import { z } from 'zod';
import { AmountOut, CurrencyCode, JoinedId, Time, Uid } from '../shared/schema.ts';
import { payMethods, payoutSteps, withdrawalStatuses } from './withdrawal.ts';

export const WithdrawalId = JoinedId(2);
export const WithdrawalStatus = z.enum(withdrawalStatuses);

/** A withdrawal as its owner sees it; amounts in minor units. */
export const WithdrawalView = z.object({
  id: z.string(),
  status: WithdrawalStatus,
  amount: z.object({ amount: AmountOut, currency: CurrencyCode }),
  /** Where it goes: at most the last four characters of an account. */
  destination: z.object({ id: z.string(), mask: z.string() }),
  requestedAt: Time,
  /** When somebody should have acted. */
  dueAt: Time.nullable(),
  closedAt: Time.nullable(),
  /** Why it was rejected or failed: in a person’s words, or the provider’s code. */
  reason: z.string().nullable(),
  proof: z.object({ method: z.enum(payMethods), reference: z.string(), paidAt: Time }).nullable(),
});

/** Where it is at the provider, by the provider’s own ids; `problem` is for a person, and no money moves meanwhile. */
const PayoutView = z.object({
  step: z.enum(payoutSteps),
  transfer: z.string().nullable(),
  payout: z.string().nullable(),
  /** Why it comes back, in the provider’s word. */
  why: z.string().nullable(),
  problem: z.string().nullable(),
});

/** As finance sees it: whose, how old, and who approved it. */
export const AdminWithdrawalView = WithdrawalView.extend({
  uid: Uid,
  /** What the owner is called; null for who has no name. */
  username: z.string().nullable(),
  /** The admin who sees to it. */
  assignee: Uid.nullable(),
  /** Since the request, in milliseconds. */
  age: z.int(),
  overdue: z.int(),
  approvedBy: Uid.nullable(),
  /** The second admin, whose approval sent it to the provider. */
  secondBy: Uid.nullable(),
  /** Null for one that a person pays. */
  payout: PayoutView.nullable(),
  /** Whether another admin has to mark it paid, or to approve it too where the provider pays. */
  secondAdmin: z.boolean(),
});
