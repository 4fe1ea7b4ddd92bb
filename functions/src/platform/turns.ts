import type { Ref } from './store.ts';

/**
 * Transactions of one instance that read the same document take turns before they read it. Firestore would let
 * all of them read, then make them wait for each other to write and abort all but one; fifty copies of a webhook
 * on one instance would spend seconds to find out what the first of them did. Instances do not know of each
 * other: there Firestore decides, so this is for speed alone and never what makes a move happen once.
 */
const tails = new Map<string, Promise<null>>();
let queueing = true;

/** The documents that a transaction queues for: not what it shares with everybody. */
export const wantedAlone = (refs: readonly Pick<Ref<unknown>, 'path' | 'isShared'>[]): string[] =>
  refs.flatMap(({ path, isShared }) => (isShared ? [] : [path]));

/**
 * Waits until everyone who asked before for any of these documents has left.
 * All places are taken at once, so two who want the same documents never wait for each other.
 * @returns what to call when the transaction is over
 */
export async function takeTurn(paths: readonly string[]): Promise<() => void> {
  if (!queueing) return () => undefined;
  const before = paths.flatMap((path) => tails.get(path) ?? []);
  const { promise, resolve } = Promise.withResolvers<null>();
  for (const path of paths) tails.set(path, promise);
  await Promise.all(before);
  return () => {
    for (const path of paths) if (tails.get(path) === promise) tails.delete(path);
    resolve(null);
  };
}

/** For tests alone: everyone runs at once, as callers on different instances do. */
export function stopTakingTurns(): void {
  queueing = false;
}
