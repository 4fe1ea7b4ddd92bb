import type { Part } from './account.ts';

/**
 * `auditCheckpoints/last`: what the history before a time comes to. Only an audit that found nothing leaves it; one that
 * finds anything takes it away, so that the next one looks at everything until nothing is left to find.
 */
export type Checkpoint = {
  /** Entries with a time before this are in it, and all of them. */
  readonly untilAt: number;
  readonly part: Part;
  /** When the look at everything was begun that it goes back to. */
  readonly wholeAt: number;
  /** The audit that left it. */
  readonly audit: string;
};

/** Half a day less than seven: the nightly run does not begin at the same moment each time. */
const WHOLE_EVERY = 6.5 * 24 * 60 * 60 * 1000;

/** What an audit goes on from; null when it is time to look at everything. */
export const usable = (checkpoint: Checkpoint | null, at: number): Checkpoint | null =>
  checkpoint && at - checkpoint.wholeAt < WHOLE_EVERY ? checkpoint : null;
