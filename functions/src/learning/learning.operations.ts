import { writeCertificate } from '../certificates/certificates.store.ts';
import { collections } from '../collections.ts';
import { shownTopics, type Course, type Topic } from '../courses/course.ts';
import { lessonRef } from '../courses/courses.store.ts';
import type { Video } from '../courses/lesson.ts';
import { mayLearn } from '../orders/access.ts';
import type { Enrolment } from '../orders/enrolment.ts';
import type { Member } from '../orders/member.ts';
import { newName } from '../platform/chance.ts';
import { atomically, find } from '../platform/firestore.ts';
import { shared, type Writer } from '../platform/store.ts';
import { Refusal } from '../shared/refusal.ts';
import { learningRefs, progressBy, progressRef, readLearning } from './learning.store.ts';
import { certify, watch, watchedOf, type Earned, type Progress } from './watched.ts';

type Read = {
  readonly course: Course | null;
  readonly member: Member | null;
  readonly enrolment: Enrolment | null;
  readonly progress: Progress | null;
};

/** @throws Refusal `not_found`, the same for a course that there is not and one that is not published */
function mustBeShown({ course }: Read, id: string): Course {
  if (!course?.published) throw new Refusal('not_found', { what: 'course', id });
  return course;
}

/** The topic, for who may learn it. @throws Refusal `not_found`, `access_needed` */
function mustBeOpen(read: Read, { course: id, topic, at }: Place): Topic {
  const course = mustBeShown(read, id);
  const found = shownTopics(course).find((one) => one.id === topic);
  if (!found) throw new Refusal('not_found', { what: 'topic', id: topic });
  if (!mayLearn({ ...read, course }, at))
    throw new Refusal('access_needed', { course: id, fromRank: course.fromRank });
  return found;
}

type Place = { readonly uid: string; readonly course: string; readonly topic: string; readonly at: number };

/** How far somebody is. @throws Refusal `not_found` */
export async function learningOf(uid: string, course: string, at: number) {
  const read = await look(uid, course);
  return { open: mayLearn({ ...read, course: mustBeShown(read, course) }, at), progress: read.progress };
}

const look = (uid: string, course: string): Promise<Read> =>
  atomically({
    read: (reader) => readLearning(reader, course, uid),
    decide: (read): Read => read,
    write: () => undefined,
  });

/** Where the video of a topic lies: read together with what says that it may be seen. @throws see `mustBeOpen` */
export async function openTopic(
  place: Place,
): Promise<{ video: Video; topic: Topic; progress: Progress | null }> {
  const { uid, course, topic } = place;
  return atomically({
    read: (reader) => reader.get({ ...learningRefs(course, uid), lesson: shared(lessonRef(course, topic)) }),
    decide: ({ lesson, ...read }) => {
      const found = mustBeOpen(read, place);
      if (!lesson) throw new Refusal('not_found', { what: 'video', id: topic });
      return { video: lesson.video, topic: found, progress: read.progress };
    },
    write: () => undefined,
  });
}

/** A word from a player, and with the last one the certificate: in one commit. @throws see `mustBeOpen` */
export async function beat(place: Place & { readonly position: number }): Promise<Progress> {
  const { uid, course, topic, position, at } = place;
  const watching = collections.watching.doc(uid);
  // Drawn before, for the decision may be made more than once.
  const number = newName();
  const { earned } = await atomically({
    read: (reader) => reader.get({ ...learningRefs(course, uid), watching }),
    decide: ({ watching: last, ...read }) => {
      const { seconds: length } = mustBeOpen(read, place);
      const isHere = last?.course === course;
      const order = { uid, course, topic, position, length, at, isHere };
      const earned = certify(watch(read.progress, order), read.course!, { number, at });
      return { before: read.progress, earned, comes: !isHere && earned.progress !== read.progress };
    },
    write: (writer, { before, earned: after, comes }) => {
      write(writer, before, after);
      if (comes) writer.set(watching, { course });
    },
  });
  return earned.progress;
}

function write(writer: Writer, before: Progress | null, { progress, certificate }: Earned): undefined {
  const ref = progressRef(progress.course, progress.uid);
  if (before === null) writer.create(ref, progress);
  else if (progress !== before) writer.set(ref, progress);
  if (certificate) writeCertificate(writer, progress.certificate!, certificate);
}

/**
 * The certificate of what is done, where no beat brought it: the last open topic was taken away. Asked again it is the same.
 * @throws Refusal `not_found`, `course_unfinished`
 */
export async function claimCertificate(uid: string, course: string, at: number): Promise<string> {
  const number = newName();
  const { earned } = await atomically({
    read: (reader) => readLearning(reader, course, uid),
    decide: (read) => {
      const shown = mustBeShown(read, course);
      const before = read.progress;
      if (before?.certificate) return { before, earned: { progress: before, certificate: null } };
      const earned = before && certify(before, shown, { number, at });
      if (!before || !earned?.certificate) throw new Refusal('course_unfinished', unfinished(shown, before));
      return { before, earned };
    },
    write: (writer, { before, earned: after }) => write(writer, before, after),
  });
  return earned.progress.certificate!;
}

/**
 * How far somebody was in all that they learned, for their erasure. Certificates stay under their numbers and name nobody,
 * for the profile that has the name is gone. Safe to repeat.
 */
export async function forgetProgress(uid: string): Promise<void> {
  for (;;) {
    const page = await find({ ...progressBy(uid), limit: 100 });
    await atomically({
      read: () => Promise.resolve({}),
      decide: () => ({}),
      write: (writer) => {
        for (const { id } of page) writer.delete(collections.progress.doc(id));
        writer.delete(collections.watching.doc(uid));
      },
    });
    if (page.length === 0) return;
  }
}

const unfinished = (course: Course, progress: Progress | null) => {
  const shown = shownTopics(course);
  const isDone = ({ id }: Topic) => progress !== null && (watchedOf(progress, id)?.doneAt ?? null) !== null;
  const done = shown.filter(isDone).length;
  return { topics: shown.length, done };
};
