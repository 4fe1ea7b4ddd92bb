import type { Rate } from '../shared/price.ts';

/** One video to watch. Its length is part of the outline; where the video lies is not (see lesson.ts). */
export type Topic = {
  /** Chosen by whoever made it; unique in its course. Progress is kept under it, so it is kept when all else changes. */
  readonly id: string;
  readonly title: string;
  /** How long the video is. */
  readonly seconds: number;
  readonly published: boolean;
};

export type Module = {
  readonly id: string;
  readonly title: string;
  readonly published: boolean;
  /** In the order in which they are shown: there are no numbers that could leave gaps. */
  readonly topics: readonly Topic[];
};

/** `courses/{id}`: what can be learned, as an outline, drafts included. Read by no client: calls leave the drafts out. */
export type Course = {
  readonly title: string;
  readonly summary: string;
  readonly published: boolean;
  /** When it was first; null while it never was. From then on it can be taken away, but not removed. */
  readonly publishedAt: number | null;
  /** Null where it is not sold singly. */
  readonly price: Rate | null;
  /** The lowest package rank that includes it; null where none does. */
  readonly fromRank: number | null;
  readonly modules: readonly Module[];
  readonly createdAt: number;
  readonly version: number;
};

/** What one document has room for, with much to spare. */
export const MOST_MODULES = 50;
export const MOST_TOPICS = 100;
export const MOST_IN_ALL = 300;
/** Ten hours. */
export const MOST_SECONDS = 36_000;

export const newCourse = (title: string, summary: string, at: number): Course => ({
  ...{ title, summary, published: false, publishedAt: null, price: null, fromRank: null },
  ...{ modules: [], createdAt: at, version: 0 },
});

export const topicsOf = ({ modules }: Pick<Course, 'modules'>): Topic[] =>
  modules.flatMap(({ topics }) => topics);

/** As those who learn see it: nothing of an unpublished part, and nothing at all of an unpublished course. */
export const shownOf = (course: Pick<Course, 'modules' | 'published'>): Module[] =>
  course.published
    ? course.modules
        .filter(({ published }) => published)
        .map((one) => ({ ...one, topics: one.topics.filter(({ published }) => published) }))
        .filter(({ topics }) => topics.length > 0)
    : [];

export const shownTopics = (course: Pick<Course, 'modules' | 'published'>): Topic[] =>
  shownOf(course).flatMap(({ topics }) => topics);
