/** How a queue repeats and limits; times in milliseconds. */
export type QueueConfig = {
  readonly maxAttempts: number;
  readonly minBackoff: number;
  readonly maxBackoff: number;
  readonly maxDoublings: number;
  readonly maxConcurrentDispatches: number;
};

/** What a deploy gives the queue of a task function that says nothing else. */
export const usualConfig: QueueConfig = {
  maxAttempts: 3,
  minBackoff: 100,
  maxBackoff: 3_600_000,
  maxDoublings: 16,
  maxConcurrentDispatches: 1000,
};

/** What is posted when a task is due. */
export type HttpRequest = {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The service account whose token goes along, and whom the token is for; null when none is named. */
  readonly token: { readonly account: string; readonly audience: string } | null;
};

export type Task = {
  /** `projects/p/locations/l/queues/q/tasks/t`. */
  readonly name: string;
  readonly queue: string;
  readonly request: HttpRequest;
  readonly createdAt: number;
  dueAt: number;
  running: boolean;
  /** Attempts begun, and answers had. */
  attempts: number;
  answers: number;
  lastStatus: number | null;
};

/** The last part of a resource name. */
export const idOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/**
 * The wait before retry number `retry`, from 1: it doubles `maxDoublings` times and then grows by equal
 * steps, up to `maxBackoff`. With 10 s, 3 doublings and 300 s: 10, 20, 40, 80, 160, 240, 300, 300.
 * Source: https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues#RetryConfig
 */
export function backoff(retry: number, { minBackoff, maxBackoff, maxDoublings }: QueueConfig): number {
  const steps = retry - 1 - maxDoublings;
  const wait = steps <= 0 ? minBackoff * 2 ** (retry - 1) : minBackoff * 2 ** maxDoublings * (steps + 1);
  return Math.min(wait, maxBackoff);
}
