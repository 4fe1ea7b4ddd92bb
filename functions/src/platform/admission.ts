import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * What has to be true before a call may change or learn anything (its rate, its account) is asked while the
 * call already reads, so that it costs no round trip of its own: the commit waits for it, and so does the answer.
 */
const asked = new AsyncLocalStorage<Promise<unknown>>();

/**
 * Does the work, and answers only if the checks passed. What they refuse comes before what the work refuses.
 * @throws what the checks or the work throw; when the checks do, nothing was written
 */
export async function whileAsking<T>(checks: Promise<unknown>, work: () => Promise<T>): Promise<T> {
  const working = asked.run(checks, work);
  const [admitted, done] = await Promise.allSettled([checks, working]);
  if (admitted.status === 'rejected') throw admitted.reason;
  if (done.status === 'rejected') throw done.reason;
  return done.value;
}

/** Waits until the call is admitted; what runs outside of a call always is. Every write asks this first. */
export async function admitted(): Promise<void> {
  await asked.getStore();
}
