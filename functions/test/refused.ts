import { Refusal, type Facts, type Reason } from '../src/shared/refusal.ts';

/** What a rule answers, or why it refuses: its reason and facts. Anything else that it throws is a mistake. */
export function said(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refusal) return [error.reason, error.facts];
    throw error;
  }
}

/** Why a rule refuses, with its facts; null where it does not. */
export function refused(act: () => unknown): ({ readonly reason: Reason } & Facts) | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof Refusal) return { reason: error.reason, ...error.facts };
    throw error;
  }
}
