import type { Part } from './account.ts';
import type { Found } from './violation.ts';

/**
 * `auditCheckpoints/last`: what the history before a time comes to. Only an audit that found nothing leaves it; one that
 * finds anything empties it, so that the next one looks at everything until nothing is left to find.
 */
export type Checkpoint = {
  /** Entries with a time before this are in it, and all of them. */
  readonly untilAt: number;
  /** Null when something was found: no audit that began before that may say otherwise. */
  readonly part: Part | null;
  /** When the look at everything was begun that it goes back to. */
  readonly wholeAt: number;
  /** The audit that left it. */
  readonly audit: string;
};

/** Half a day less than seven: the nightly run does not begin at the same moment each time. */
const WHOLE_EVERY = 6.5 * 24 * 60 * 60 * 1000;

/** What an audit says that left one. */
type LeftBy = Pick<Checkpoint, 'untilAt' | 'wholeAt'> & {
  readonly found: Found;
  readonly doneAt: number | null;
};

/** What may be gone on from. */
export type Usable = Checkpoint & { readonly part: Part };

const isUsable = (checkpoint: Checkpoint): checkpoint is Usable => checkpoint.part !== null;

/**
 * What an audit goes on from; null when it is time to look at everything. A checkpoint is only what the audit says that
 * left it, so that nobody puts off a look at everything by editing one document.
 * @param by the audit that it names
 */
export function usable(checkpoint: Checkpoint | null, by: LeftBy | null, at: number): Usable | null {
  if (!checkpoint || !isUsable(checkpoint) || by?.doneAt == null || by.found.count > 0) return null;
  const { untilAt, wholeAt } = checkpoint;
  if (untilAt !== by.untilAt || wholeAt !== by.wholeAt) return null;
  return untilAt <= at && wholeAt <= at && at - wholeAt < WHOLE_EVERY ? checkpoint : null;
}

/**
 * What an audit leaves: one that ended late puts back neither what a later one knows, nor what was emptied since it began.
 * @returns null to leave it as it is
 */
export function leftBy(
  { sinceAt }: { readonly sinceAt: number | null },
  left: Checkpoint,
  known: Checkpoint | null,
  at: number,
): Checkpoint | null {
  // What lies in the future was written by nobody here.
  if (known === null || known.untilAt > at) return left.part === null || sinceAt === null ? left : null;
  if (left.part === null) return { ...left, untilAt: Math.max(left.untilAt, known.untilAt) };
  if (known.part === null && sinceAt !== null) return null;
  return left.untilAt >= known.untilAt ? left : null;
}
