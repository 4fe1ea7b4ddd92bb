import { collections } from '../collections.ts';
import type { Query } from '../platform/store.ts';
import { joinId } from '../shared/ids.ts';
import type { After } from '../platform/store.ts';
import type { Course } from './course.ts';

export const lessonId = (course: string, topic: string): string => joinId(course, topic);
export const lessonRef = (course: string, topic: string) => collections.lessons.doc(lessonId(course, topic));

type Page = { readonly limit: number; readonly after?: After<Course> | undefined };

/** Those to be learned, newest first. Index: published, publishedAt desc. */
export const publishedCourses = ({ limit, after }: Page): Query<Course> => ({
  collection: collections.courses,
  where: [['published', '==', true]],
  orderBy: [['publishedAt', 'desc']],
  limit,
  ...(after !== undefined && { after }),
});

/** All of them, for those who make them. Index: createdAt desc. */
export const allCourses = ({ limit, after }: Page): Query<Course> => ({
  collection: collections.courses,
  orderBy: [['createdAt', 'desc']],
  limit,
  ...(after !== undefined && { after }),
});
