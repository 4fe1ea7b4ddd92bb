/**
 * The one clock. An order carries its time as `at`; the domain never reads a clock.
 * The local stack replaces the source so that time can be moved; nothing that is deployed does.
 */
let source: () => number = Date.now;

/** Milliseconds since 1970, by the server. */
export const now = (): number => source();

/** For the local stack alone: an architecture test keeps every deployed file from calling it. */
export function useClock(other: () => number): void {
  source = other;
}
