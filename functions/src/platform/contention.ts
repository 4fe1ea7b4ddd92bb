/**
 * How long a transaction waits before it runs again. The SDK's own pause begins at a second and grows by half:
 * fifty callers who meet on one document would be sent away for a minute. Whoever lost a race needs only as
 * long as the winner's commit takes, so the pause begins short; it is random and grows, so that those who wait
 * for each other's locks come apart.
 * Which errors are worth another run: those that the SDK repeats.
 * https://github.com/googleapis/nodejs-firestore/blob/main/dev/src/transaction.ts
 */
const ABORTED = 10;
/** CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, INTERNAL, UNAVAILABLE, UNAUTHENTICATED. */
const troubles: readonly unknown[] = [1, 2, 4, 8, 13, 14, 16];

const MOST_RACES = 16;
const MOST_TROUBLES = 5;

/** Milliseconds until the next run, or null when there is to be none. */
export function pauseAfter(error: unknown, run: number, random = Math.random): number | null {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === ABORTED) return run < MOST_RACES ? random() * Math.min(8000, 25 * 2 ** run) : null;
  if (!troubles.includes(code)) return null;
  return run < MOST_TROUBLES ? (0.5 + random()) * Math.min(10_000, 500 * 2 ** run) : null;
}
