import { collections } from '../collections.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { Actor } from '../oversight/action.ts';
import { atomically, load, loadAll } from '../platform/firestore.ts';
import type { Writer } from '../platform/store.ts';
import { Refusal } from '../shared/refusal.ts';
import { topicsOf, type Course, type Topic } from './course.ts';
import { lessonRef } from './courses.store.ts';
import type { Lesson, Video } from './lesson.ts';
import { dropPart, mustBeRemovable, saveTopic, type PartOf } from './outline.ts';

/** Who changes what, and why: every change that is one is recorded with it. */
export type Edit = {
  readonly course: string;
  /** The call. */
  readonly name: string;
  readonly actor: Actor;
  readonly at: number;
  /** What of it matters, for the record; never where a video lies. */
  readonly said: Readonly<Record<string, unknown>>;
};

/** @throws Refusal `not_found` */
export function mustBeCourse(course: Course | null, id: string): Course {
  if (!course) throw new Refusal('not_found', { what: 'course', id });
  return course;
}

const recordOf = ({ course, name, actor, at, said }: Edit, before: Course | null, version: number) => ({
  // The time too: a draft that was removed and made again counts from one again.
  id: `course.${course}.${version}.${at}`,
  action: `courses-${name}`,
  target: `courses/${course}`,
  ...{ by: actor.uid, role: actor.role, ip: actor.ip, reason: actor.reason, at },
  before: before
    ? { version: before.version, published: before.published, fromRank: before.fromRank, ...before.price }
    : {},
  after: { version, ...said },
});

/** One change of the outline; one that changes nothing writes nothing. */
export async function editCourse(edit: Edit, decide: (course: Course | null) => Course): Promise<Course> {
  const ref = collections.courses.doc(edit.course);
  const { after } = await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => ({ before, after: decide(before) }),
    write: (writer, { before, after: now }) => {
      if (now !== before) put(writer, edit, before, now);
    },
  });
  return after;
}

function put(writer: Writer, edit: Edit, before: Course | null, after: Course): void {
  const ref = collections.courses.doc(edit.course);
  if (before) writer.set(ref, after);
  else writer.create(ref, after);
  writeAction(writer, recordOf(edit, before, after.version));
}

type Placed = { readonly module: string; readonly topic: Topic; readonly video: Video };

/** A topic and its video, in one commit: neither is ever there without the other. See `saveTopic`. */
export async function editTopic(edit: Edit, { module, topic, video }: Placed): Promise<Course> {
  const refs = {
    before: collections.courses.doc(edit.course),
    lesson: lessonRef(edit.course, topic.id),
  };
  const wanted: Lesson = { course: edit.course, topic: topic.id, video };
  const { after } = await atomically({
    read: (reader) => reader.get(refs),
    decide: ({ before, lesson }) => {
      const course = saveTopic(mustBeCourse(before, edit.course), module, topic);
      const isSame = lesson !== null && sameVideo(lesson.video, video);
      // Another video is a change as well, though the outline does not show it.
      const after = course === before && !isSame ? { ...course, version: course.version + 1 } : course;
      return { before, after, isSame };
    },
    write: (writer, { before, after: now, isSame }) => {
      if (!isSame) writer.set(refs.lesson, wanted);
      if (now !== before) put(writer, edit, before, now);
    },
  });
  return after;
}

const placeOf = (video: Video): string =>
  video.source === 'cloudinary' ? video.publicId : video.source === 'external' ? video.url : video.videoId;
const sameVideo = (one: Video, other: Video): boolean =>
  one.source === other.source && placeOf(one) === placeOf(other);

/** Takes a part out, and the videos of what was in it. See `dropPart`. */
export async function dropFrom(edit: Edit, part: PartOf): Promise<Course> {
  const ref = collections.courses.doc(edit.course);
  const { after } = await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => {
      const { course, gone } = dropPart(mustBeCourse(before, edit.course), part);
      return { before, after: course, gone };
    },
    write: (writer, { before, after: now, gone }) => {
      put(writer, edit, before, now);
      for (const topic of gone) writer.delete(lessonRef(edit.course, topic));
    },
  });
  return after;
}

/** Removes a draft with all in it. @throws Refusal `not_found`; see `mustBeRemovable` */
export async function removeCourse(edit: Edit): Promise<Course> {
  const ref = collections.courses.doc(edit.course);
  const { course } = await atomically({
    read: (reader) => reader.get({ found: ref }),
    decide: ({ found }) => {
      const course = mustBeCourse(found, edit.course);
      mustBeRemovable(course);
      return { course };
    },
    write: (writer, { course: gone }) => {
      writer.delete(ref);
      for (const { id } of topicsOf(gone)) writer.delete(lessonRef(edit.course, id));
      writeAction(writer, recordOf(edit, gone, gone.version + 1));
    },
  });
  return course;
}

/** A course as it is made, and where its videos lie. @throws Refusal `not_found` */
export async function draftOf(id: string): Promise<{ course: Course; videos: Map<string, Video> }> {
  const course = mustBeCourse(await load(collections.courses.doc(id)), id);
  const found = await loadAll(topicsOf(course).map((topic) => lessonRef(id, topic.id)));
  const videos = new Map(found.flatMap((one) => (one ? [[one.topic, one.video] as const] : [])));
  return { course, videos };
}
