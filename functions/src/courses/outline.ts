import { isDeepStrictEqual } from 'node:util';
import type { Rate } from '../shared/price.ts';
import { Refusal } from '../shared/refusal.ts';
import {
  MOST_IN_ALL,
  MOST_MODULES,
  MOST_TOPICS,
  newCourse,
  topicsOf,
  type Course,
  type Module,
  type Topic,
} from './course.ts';

/**
 * Changes of a course. Each answers the course itself where nothing changes, so that a repeated call writes nothing;
 * none touches what it does not name.
 */

/** One version on, unless all is as it was. */
const changed = (course: Course, change: Partial<Course>): Course => {
  const after = { ...course, ...change };
  return isDeepStrictEqual(after, course) ? course : { ...after, version: course.version + 1 };
};

type About = { readonly title: string; readonly summary: string };

export const saveCourse = (before: Course | null, { title, summary }: About, at: number): Course =>
  before ? changed(before, { title, summary }) : { ...newCourse(title, summary, at), version: 1 };

type Terms = { readonly price: Rate | null; readonly fromRank: number | null };

export const priceCourse = (course: Course, { price, fromRank }: Terms): Course =>
  changed(course, { price, fromRank });

/** @throws Refusal `wrong_status` for one without anything to learn in it */
export function publishCourse(course: Course, published: boolean, at: number): Course {
  const ready = course.modules.some((one) => one.published && one.topics.some((topic) => topic.published));
  if (published && !ready) throw new Refusal('wrong_status', { status: 'empty' });
  return changed(course, { published, publishedAt: course.publishedAt ?? (published ? at : null) });
}

/** @throws Refusal `wrong_status`: what was ever published may have been bought, so it is only taken away */
export function mustBeRemovable({ publishedAt }: Course): void {
  if (publishedAt !== null) throw new Refusal('wrong_status', { status: 'published' });
}

const full = (limit: number, used: number) => new Refusal('limit_reached', { limit, used, retryAt: null });

/** Puts a new one at the end, or changes what is said of one in its place. @throws Refusal `limit_reached` */
export function saveModule(course: Course, { id, title, published }: Omit<Module, 'topics'>): Course {
  const { modules } = course;
  const isNew = modules.every((one) => one.id !== id);
  if (isNew && modules.length >= MOST_MODULES) throw full(MOST_MODULES, modules.length);
  return changed(course, {
    modules: isNew
      ? [...modules, { id, title, published, topics: [] }]
      : modules.map((one) => (one.id === id ? { ...one, title, published } : one)),
  });
}

/**
 * Puts a new one at the end of a module, or changes one in its place; one of another module moves here.
 * @throws Refusal `not_found` for no such module, `limit_reached`
 */
export function saveTopic(course: Course, module: string, topic: Topic): Course {
  const home = moduleOf(course, module);
  const stays = home.topics.some(({ id }) => id === topic.id);
  if (!stays && home.topics.length >= MOST_TOPICS) throw full(MOST_TOPICS, home.topics.length);
  const all = topicsOf(course);
  if (all.every(({ id }) => id !== topic.id) && all.length >= MOST_IN_ALL)
    throw full(MOST_IN_ALL, all.length);
  const within = (one: Module): readonly Topic[] => {
    if (one.id !== module) return one.topics.filter(({ id }) => id !== topic.id);
    return stays ? one.topics.map((each) => (each.id === topic.id ? topic : each)) : [...one.topics, topic];
  };
  return changed(course, { modules: course.modules.map((one) => ({ ...one, topics: within(one) })) });
}

function moduleOf({ modules }: Course, id: string): Module {
  const found = modules.find((one) => one.id === id);
  if (!found) throw new Refusal('not_found', { what: 'module', id });
  return found;
}

export type PartOf = { readonly kind: 'module' | 'topic'; readonly id: string };

/** Takes a topic out, or a module with all in it. @returns the topics that are gone @throws Refusal `not_found` */
export function dropPart(course: Course, { kind, id }: PartOf): { course: Course; gone: string[] } {
  const isThere = kind === 'module' ? course.modules : topicsOf(course);
  if (isThere.every((one) => one.id !== id)) throw new Refusal('not_found', { what: kind, id });
  const modules =
    kind === 'module'
      ? course.modules.filter((one) => one.id !== id)
      : course.modules.map((one) => ({ ...one, topics: one.topics.filter((topic) => topic.id !== id) }));
  const left = new Set(topicsOf({ modules }).map((topic) => topic.id));
  const gone = topicsOf(course).flatMap((topic) => (left.has(topic.id) ? [] : [topic.id]));
  return { course: changed(course, { modules }), gone };
}

/**
 * Puts the modules, or the topics of one, into another order.
 * @throws Refusal `plan_changed` where these are not all that there are, each once; `not_found`
 */
export function reorder(course: Course, module: string | null, order: readonly string[]): Course {
  if (module === null) return changed(course, { modules: arranged(course.modules, order) });
  const topics = arranged(moduleOf(course, module).topics, order);
  return changed(course, {
    modules: course.modules.map((one) => (one.id === module ? { ...one, topics } : one)),
  });
}

function arranged<T extends { readonly id: string }>(parts: readonly T[], order: readonly string[]): T[] {
  const found = order.flatMap((id) => parts.find((one) => one.id === id) ?? []);
  if (new Set(order).size !== order.length || found.length !== order.length || parts.length !== order.length)
    throw new Refusal('plan_changed');
  return found;
}
