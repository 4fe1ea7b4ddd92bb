import type { z } from 'zod';
import { needsSecondAdmin } from './policy.ts';
import { isOpen, isProcessing, type Payout, type Withdrawal } from './withdrawal.ts';
import type { AdminWithdrawalView, WithdrawalView } from './withdrawal.contract.ts';

/** What leaves: the destination by its mask alone, and to the owner no admin's name. */

export const viewForOwner = (id: string, withdrawal: Withdrawal): z.input<typeof WithdrawalView> => ({
  id,
  status: withdrawal.status,
  amount: { amount: withdrawal.amount, currency: withdrawal.currency },
  destination: { id: withdrawal.destination.id, mask: withdrawal.destination.mask },
  requestedAt: withdrawal.requestedAt,
  // When the provider is asked again concerns nobody.
  dueAt: 'payout' in withdrawal ? escalationOf(withdrawal) : withdrawal.dueAt,
  closedAt: isOpen(withdrawal) ? null : withdrawal.closedAt,
  reason: 'reason' in withdrawal ? withdrawal.reason : null,
  proof: 'proof' in withdrawal ? withdrawal.proof : null,
});

const escalationOf = (withdrawal: Withdrawal): number | null =>
  isProcessing(withdrawal) ? withdrawal.payout.escalateAt : null;

const payoutOf = ({ step, transfer, payout, why, problem }: Payout) => ({
  step,
  transfer,
  payout,
  why,
  problem,
});

export const viewForAdmin = (
  id: string,
  withdrawal: Withdrawal,
  at: number,
  username: string | null,
): z.input<typeof AdminWithdrawalView> => ({
  ...viewForOwner(id, withdrawal),
  uid: withdrawal.uid,
  username,
  assignee: withdrawal.assignee ?? null,
  age: Math.max(0, at - withdrawal.requestedAt),
  overdue: isOpen(withdrawal) ? withdrawal.overdue : 0,
  approvedBy: 'approvedBy' in withdrawal ? withdrawal.approvedBy : null,
  secondBy: 'secondBy' in withdrawal ? withdrawal.secondBy : null,
  payout: 'payout' in withdrawal ? payoutOf(withdrawal.payout) : null,
  secondAdmin: needsSecondAdmin(withdrawal.amount, withdrawal.currency),
});
