import { createHash } from 'node:crypto';
import {
  MOST_SECONDS,
  MOST_TOPICS,
  newCourse,
  topicsOf,
  MOST_IN_ALL,
  MOST_MODULES,
  type Course,
  type Topic,
} from './course.ts';
import { isPlainHttps, publicIdForm, vimeoForm, youtubeForm, type Video } from './lesson.ts';
import { saveModule, saveTopic } from './outline.ts';

/** `videos/{id}`: a video as another system had it, in no module and with nothing but a link. Read once, by the migration. */
export type FlatVideo = {
  readonly course: string;
  readonly title: string;
  readonly url: string;
  readonly seconds: number;
  readonly order: number;
};

export type Found = { readonly id: string; readonly doc: FlatVideo };

/** What is wrong with one that stays where it is, in words. */
export type Left = { readonly video: string; readonly why: string };

export type Folded = {
  readonly course: Course;
  /** Those that are new, with their topics. */
  readonly added: readonly { readonly video: string; readonly topic: string; readonly lies: Video }[];
  readonly left: readonly Left[];
};

const MODULE = 'videos';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The name of a course as an id: the same name is the same course. One without a plain letter has its hash. */
export function courseIdOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const isWhole = /^[\x20-\x7e]*$/.test(name) && plain !== '' && plain.length <= 40;
  if (isWhole && plain.length < 8) return `course-${plain}`;
  return isWhole ? plain : `course-${digest(name).slice(0, 16)}`;
}

/** By the id that the video had, so that a second run finds it. */
export const topicIdOf = (video: string): string => `v-${digest(video).slice(0, 16)}`;

/** Where a link leads, in the words of one of the sources; null where it is no address to send a browser to. */
export function videoOf(link: string): Video | null {
  if (!isPlainHttps(link)) return null;
  const { hostname, pathname, searchParams, href } = new URL(link);
  const host = hostname.replace(/^(www|m)\./, '');
  const last =
    pathname
      .split('/')
      .filter((part) => part !== '')
      .at(-1) ?? '';
  if (['youtube.com', 'youtube-nocookie.com', 'youtu.be'].includes(host)) {
    const videoId = searchParams.get('v') ?? last;
    return youtubeForm.test(videoId) ? { source: 'youtube', videoId } : null;
  }
  if (['vimeo.com', 'player.vimeo.com'].includes(host))
    return vimeoForm.test(last) ? { source: 'vimeo', videoId: last } : null;
  if (host === 'res.cloudinary.com') {
    // /<cloud>/video/upload/<transformations>/v<version>/<public id>.<format>
    const publicId = /\/video\/upload\/(?:.*\/)?v\d+\/(.+?)(?:\.[a-z0-9]{2,4})?$/.exec(pathname)?.[1] ?? '';
    return publicIdForm.test(publicId) ? { source: 'cloudinary', publicId } : null;
  }
  return href.length <= 500 ? { source: 'external', url: href } : null;
}

/** One without an order that can be counted comes last. */
const placeOf = ({ doc: { order } }: Found): number => (Number.isFinite(order) ? order : Infinity);
export const inOrder = (one: Found, other: Found): number =>
  placeOf(one) === placeOf(other) ? (one.id < other.id ? -1 : 1) : placeOf(one) - placeOf(other);

/**
 * Puts videos of one course into a module of their own, behind what is there, in their order. One that is there already
 * stays as it is, whatever was changed in it since. A course that is new is unpublished: somebody looks at it first.
 */
export function foldVideos(
  before: Course | null,
  name: string,
  videos: readonly Found[],
  at: number,
): Folded {
  const known = new Set(before ? topicsOf(before).map(({ id }) => id) : []);
  let course = before ?? { ...newCourse(title(name, 'Videos'), '', at), version: 1 };
  const added: { video: string; topic: string; lies: Video }[] = [];
  const left: Left[] = [];
  for (const { id, doc } of videos.toSorted(inOrder)) {
    const topic = topicIdOf(id);
    if (known.has(topic)) continue;
    const lies = videoOf(textOf(doc.url));
    const why = lies === null ? 'its link leads to no video' : wrongWith(course, doc);
    if (lies === null || why !== null) left.push({ video: id, why: why ?? '' });
    else {
      course = withTopic(course, {
        id: topic,
        title: title(textOf(doc.title), 'Video'),
        seconds: doc.seconds,
        published: true,
      });
      added.push({ video: id, topic, lies });
    }
  }
  return { course: added.length > 0 ? course : (before ?? course), added, left };
}

function wrongWith(course: Course, { seconds }: FlatVideo): string | null {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MOST_SECONDS)
    return `its length is not 1 to ${MOST_SECONDS} seconds`;
  const own = course.modules.find(({ id }) => id === MODULE);
  if (!own && course.modules.length >= MOST_MODULES) return 'its course has no room for a module';
  const isFull = (own?.topics.length ?? 0) >= MOST_TOPICS || topicsOf(course).length >= MOST_IN_ALL;
  return isFull ? 'its course is full' : null;
}

const withTopic = (course: Course, topic: Topic): Course =>
  saveTopic(
    course.modules.some(({ id }) => id === MODULE)
      ? course
      : saveModule(course, { id: MODULE, title: 'Videos', published: true }),
    MODULE,
    topic,
  );

/** Whatever lies in a field of a document that nothing of ours wrote. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** One plain line, as a title has to be. */
const title = (text: string, otherwise: string): string => {
  const line = text.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069\p{Cs}]+/gu, ' ').trim();
  return Array.from(line).slice(0, 60).join('') || otherwise;
};
