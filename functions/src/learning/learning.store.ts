import { collections } from '../collections.ts';
import { joinId } from '../shared/ids.ts';
import { shared, type Query, type Reader } from '../platform/store.ts';
import type { Progress } from './watched.ts';

/** By two names, so in one read. */
export const learningRefs = (course: string, uid: string) => ({
  course: shared(collections.courses.doc(course)),
  member: collections.members.doc(uid),
  enrolment: collections.enrolments.doc(joinId(course, uid)),
  progress: progressRef(course, uid),
});

export const progressRef = (course: string, uid: string) => collections.progress.doc(joinId(course, uid));

/** What says whether somebody may learn, and how far they are. */
export const readLearning = (reader: Reader, course: string, uid: string) =>
  reader.get(learningRefs(course, uid));

/** All that somebody learns; for the erasure. Index: uid. */
export const progressBy = (uid: string): Query<Progress> => ({
  collection: collections.progress,
  where: [['uid', '==', uid]],
});
