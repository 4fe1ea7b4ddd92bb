import type { Certificate } from '../../functions/src/certificates/certificate.ts';
import type { Course } from '../../functions/src/courses/course.ts';
import type { Progress } from '../../functions/src/learning/watched.ts';
import type { Became, Docs } from './allowed.ts';
import { heldBy, isEnrolled } from './bought.ts';
import { SKEW } from './ends.ts';

/** Nobody has seen more than time has passed, and a certificate is for all of a course. Counted once more. */

const SECOND = 1000;
/** No clock of ours is further ahead than that. */
const AHEAD = SKEW / 2;

const topicsOf = (course: Course | undefined) =>
  (course?.modules ?? []).flatMap(({ topics, published }) =>
    topics.map((one) => ({ ...one, published: one.published && published })),
  );

export function* watchedProblems(became: Became, docs: Docs, now: number): Generator<string> {
  const { collection, id, before, after } = became;
  if (collection === 'certificates') yield* certificateProblems(id, before as never, after as never, docs);
  if (collection !== 'progress' || before?.version === after.version) return;
  const path = `progress/${id}`;
  const was = before as Progress | null;
  const is = after as unknown as Progress;
  const lengths = new Map(
    topicsOf(docs.get('courses')?.get(is.course) as Course | undefined).map((one) => [one.id, one]),
  );
  for (const [topic, { seconds, beatAt, doneAt }] of Object.entries(is.topics)) {
    const had = was?.topics[topic];
    if (seconds < (had?.seconds ?? 0))
      yield `F61 ${path}: ${topic} went back from ${had?.seconds ?? 0} to ${seconds}`;
    if (had && had.doneAt !== null && doneAt === null) yield `F61 ${path}: ${topic} is not done any more`;
    if (had?.beatAt === beatAt && had.seconds === seconds) continue;
    const { seconds: length = 0, published = false } = lengths.get(topic) ?? {};
    if (!published) yield `F60 ${path}: ${topic} is open to nobody`;
    if (seconds > Math.max(length, had?.seconds ?? 0))
      yield `F61 ${path}: ${seconds} of ${length} in ${topic}`;
    if (doneAt !== null && (had?.doneAt ?? null) === null && seconds < Math.floor(length * 0.9) - 2)
      yield `F61 ${path}: ${topic} is done after ${seconds} of ${length}`;
    const more = (2 * (now + AHEAD - (was?.last.beatAt ?? now))) / SECOND;
    const grew = seconds - (had?.seconds ?? 0);
    if (grew > Math.min(120, more))
      yield `W4-22 ${path}: ${grew} seconds more of ${topic}, and ${more} could be`;
  }
  if (was && beats(was) !== beats(is) && !mayLearn(is, docs, is.last.beatAt))
    yield `W4-10 ${path}: ${is.uid} learns what they have not bought`;
}

const beats = ({ topics }: Progress): string => JSON.stringify(topics);

function mayLearn({ course, uid }: Progress, docs: Docs, at: number): boolean {
  if (isEnrolled(course, uid, docs)) return true;
  const from = (docs.get('courses')?.get(course) as Course | undefined)?.fromRank ?? null;
  return from !== null && (heldBy(uid, docs, at)?.order.rank ?? 0) >= from;
}

function* certificateProblems(
  number: string,
  was: Certificate | null,
  is: Certificate,
  docs: Docs,
): Generator<string> {
  const path = `certificates/${number}`;
  const { uid, course: id } = is;
  if (was !== null) {
    if (was.uid !== uid || was.course !== id || was.issuedAt !== is.issuedAt || was.seal !== is.seal)
      yield `F62 ${path} says something else than it did`;
    if (is.status === 'revoked' && is.by === uid) yield `W ${path} was revoked by its owner`;
    return;
  }
  const all = (docs.get('certificates') ?? new Map()) as ReadonlyMap<string, Certificate>;
  for (const [other, one] of all)
    if (other !== number && one.uid === uid && one.course === id) yield `F62 ${path} is one more of ${other}`;
  const course = docs.get('courses')?.get(id) as Course | undefined;
  const progress = docs.get('progress')?.get(`${id}~${uid}`) as Progress | undefined;
  const open = topicsOf(course).filter(({ published }) => published);
  const left = open.filter(({ id: topic }) => (progress?.topics[topic]?.doneAt ?? null) === null);
  if (course?.published !== true || open.length === 0 || left.length > 0)
    yield `W4-23 ${path} is for a course of which ${left.length} of ${open.length} topics are left`;
  if (progress?.certificate !== number) yield `F62 ${path} is of nobody’s progress`;
  if (!/^[0-9a-f]{32}$/.test(number)) yield `W4-24 ${path} can be guessed`;
}
