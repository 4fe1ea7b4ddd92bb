import { logger } from 'firebase-functions/logger';
import { Refusal, type Reason } from '../shared/refusal.ts';
import type { Withdrawal } from '../withdrawals/withdrawal.ts';
import { letPass, type ByAdmin } from '../withdrawals/withdrawals.operations.ts';
import { ownerOf } from '../withdrawals/withdrawals.store.ts';
import { withdrawalIdOf } from './lines.operations.ts';

export type Answer = {
  readonly withdrawal: string;
  /** As it is now; null where nothing is known of it. */
  readonly status: Withdrawal['status'] | null;
  /** Why not; `unknown` where something went wrong: ask again. */
  readonly refused: Reason | 'unknown' | null;
};

/**
 * Lets many withdrawals of one run pass, each by its own rules and in its own commit, as `withdrawals-approve` does: one
 * that is refused stops no other, and again is once. Nobody is asked who could keep the caller waiting: what goes to the
 * provider is sent off by the sweep.
 */
export async function approveMany(
  run: string,
  withdrawals: readonly string[],
  admin: ByAdmin,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const withdrawal of withdrawals) answers.push(await approveOne(run, withdrawal, admin));
  return answers;
}

async function approveOne(run: string, withdrawal: string, admin: ByAdmin): Promise<Answer> {
  try {
    // Its id says which run made it, so nothing else is let pass by this way.
    if (withdrawalIdOf(run, ownerOf(withdrawal)) !== withdrawal)
      throw new Refusal('not_found', { what: 'withdrawal', id: withdrawal });
    const { status } = await letPass(withdrawal, admin);
    return { withdrawal, status, refused: null };
  } catch (error) {
    if (error instanceof Refusal) return { withdrawal, status: null, refused: error.reason };
    logger.error('an approval among many failed', error, { withdrawal });
    return { withdrawal, status: null, refused: 'unknown' };
  }
}
