import { issue, type Certificate } from '../certificates/certificate.ts';
import { shownTopics, type Course } from '../courses/course.ts';
import { BEAT, MOST_GAP, SECOND, SPEED } from './pace.ts';

/** How far somebody is in one topic. */
export type Watched = {
  /** How much of it they have seen, from its beginning, in seconds of the video. */
  readonly seconds: number;
  /** When this was written last. */
  readonly beatAt: number;
  /** When they had seen all of it; it stays, whatever becomes of the video. Null until then. */
  readonly doneAt: number | null;
};

/** `progress/{course}~{uid}`: how far somebody is in one course, in all its topics. */
export type Progress = {
  readonly uid: string;
  readonly course: string;
  readonly topics: Readonly<Record<string, Watched>>;
  /** What they watched last, and when it was last heard of: time counts for this one topic. */
  readonly last: { readonly topic: string; readonly beatAt: number };
  /** The number of the certificate that it earned; there is never a second. Null until then. */
  readonly certificate: string | null;
  readonly version: number;
};

/** How far somebody is in one topic, whatever it is called: every object has a `constructor`, which is no topic. */
export const watchedOf = ({ topics }: Pick<Progress, 'topics'>, topic: string): Watched | null =>
  Object.hasOwn(topics, topic) ? topics[topic]! : null;

/**
 * `watching/{uid}`: the course of which somebody was last heard, so that time counts for one at once (F61). Written when it
 * is another, and by nobody else.
 */
export type Watching = { readonly course: string };

/** Players stop a little before the end: two seconds of ten minutes, and a tenth of what is shorter than twenty seconds. */
export const enoughOf = (length: number): number => length - Math.min(2, Math.floor(length / 10));

export type Beat = {
  readonly uid: string;
  readonly course: string;
  readonly topic: string;
  /** Where the player is, in seconds. */
  readonly position: number;
  /** How long the video is. */
  readonly length: number;
  /** By the server. */
  readonly at: number;
  /** Whether they were last heard of in this course, and not in another since. */
  readonly isHere: boolean;
};

/**
 * What the time that really passed lets somebody have seen since they were last heard of. A clock that stands or runs
 * back gives nothing, and so does a topic that was not the last one, of whatever course: two at once do not count.
 */
export function allowed(
  last: Progress['last'],
  { topic, at, isHere }: Pick<Beat, 'topic' | 'at' | 'isHere'>,
): number {
  const passed = Math.min(at - last.beatAt, MOST_GAP);
  return isHere && topic === last.topic && passed > 0 ? Math.floor((passed * SPEED) / SECOND) : 0;
}

/**
 * One word from a player. It never goes back, never past the end, and never further than time has passed: a jump ahead
 * counts as far as that. All seen is done, and stays done.
 * @returns the progress itself where nothing is to be written: within five seconds of the last word of this topic, or by
 *   a clock that is behind the last word of all
 */
export function watch(before: Progress | null, beat: Beat): Progress {
  const { uid, course, topic, position, length, at } = beat;
  const last = { topic, beatAt: at };
  if (!before) {
    const topics = { [topic]: { seconds: 0, beatAt: at, doneAt: null } };
    return { uid, course, topics, last, certificate: null, version: 1 };
  }
  const found = watchedOf(before, topic);
  if (at < before.last.beatAt || (found && at - found.beatAt < BEAT)) return before;
  const seen = found ?? { seconds: 0, doneAt: null };
  const reach = Math.min(Math.floor(position), length, seen.seconds + allowed(before.last, beat));
  const seconds = Math.max(seen.seconds, reach);
  const doneAt = seen.doneAt ?? (seconds >= enoughOf(length) ? at : null);
  const topics = { ...before.topics, [topic]: { seconds, beatAt: at, doneAt } };
  return { ...before, topics, last, version: before.version + 1 };
}

/** Whether all that is published of a published course is done, and there is anything. */
export function isFinished(
  course: Pick<Course, 'modules' | 'published'>,
  progress: Pick<Progress, 'topics'>,
): boolean {
  const shown = shownTopics(course);
  return shown.length > 0 && shown.every(({ id }) => (watchedOf(progress, id)?.doneAt ?? null) !== null);
}

export type Earned = { readonly progress: Progress; readonly certificate: Certificate | null };

/** The certificate, once for a person and a course, when all is done (W4-23): from what is stored and nothing else. */
export function certify(
  progress: Progress,
  course: Pick<Course, 'modules' | 'published' | 'title'>,
  { number, at }: { readonly number: string; readonly at: number },
): Earned {
  if (progress.certificate !== null || !isFinished(course, progress)) return { progress, certificate: null };
  const certificate = issue({ number, uid: progress.uid, course: progress.course, title: course.title, at });
  return { progress: { ...progress, certificate: number, version: progress.version + 1 }, certificate };
}
