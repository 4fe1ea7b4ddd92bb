import { setTimeout } from 'node:timers/promises';

/**
 * The one clock. An order carries its time as `at`; the domain never reads a clock.
 * The local stack replaces the source so that time can be moved; nothing that is deployed does.
 */
let source: () => number = Date.now;
let pause: (ms: number) => Promise<unknown> = setTimeout;

/** Milliseconds since 1970, by the server. */
export const now = (): number => source();

/** Waits for milliseconds. */
export async function sleep(ms: number): Promise<void> {
  await pause(ms);
}

/** For the local stack alone: an architecture test keeps every deployed file from calling it. */
export function useClock(other: () => number, waiting = pause): void {
  source = other;
  pause = waiting;
}
