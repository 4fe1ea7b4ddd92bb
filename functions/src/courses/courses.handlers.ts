import type { z } from 'zod';
import { collections } from '../collections.ts';
import { find, load } from '../platform/firestore.ts';
import { serveCalls } from '../platform/serve.ts';
import type { Query } from '../platform/store.ts';
import type { Caller, Handlers } from '../shared/call.ts';
import { minor } from '../shared/money.ts';
import type { Rate } from '../shared/price.ts';
import { Refusal } from '../shared/refusal.ts';
import { shownOf, topicsOf, type Course } from './course.ts';
import { coursesContract } from './courses.contract.ts';
import { courseEditingContract } from './editing.contract.ts';
import {
  draftOf,
  dropFrom,
  editCourse,
  editTopic,
  mustBeCourse,
  removeCourse,
  type Edit,
} from './courses.operations.ts';
import { allCourses, publishedCourses } from './courses.store.ts';
import { priceCourse, publishCourse, reorder, saveCourse, saveModule } from './outline.ts';

type Line = z.input<typeof coursesContract.list.output>['courses'][number];

const rateOf = (price: Rate | null) =>
  price && { base: price.base, taxBps: price.taxBps, currency: price.currency as 'INR' };

const about = (id: string, { title, summary, price, fromRank }: Course) => ({
  ...{ id, title, summary, price: rateOf(price), fromRank },
});

const line = (id: string, course: Course, modules: Course['modules']): Line => {
  const topics = topicsOf({ modules });
  return {
    ...about(id, course),
    topics: topics.length,
    seconds: topics.reduce((sum, { seconds }) => sum + seconds, 0),
  };
};

const state = (id: string, { published, version }: Course) => ({ id, published, version });

type Page = { readonly limit: number; readonly after?: string | undefined };

/** A page, and where the next begins. @throws Refusal `not_found` for a place that there is not, or that is a draft’s */
async function pageOf(
  query: (page: { limit: number; after?: { id: string; doc: Course } | undefined }) => Query<Course>,
  { limit, after: id }: Page,
  mayKnow: (course: Course) => boolean,
) {
  const doc = id === undefined ? null : await load(collections.courses.doc(id));
  if (id !== undefined && !(doc && mayKnow(doc))) throw new Refusal('not_found', { what: 'course', id });
  const found = await find(query({ limit, after: id !== undefined && doc ? { id, doc } : undefined }));
  return { found, next: found.length === limit ? (found.at(-1)?.id ?? null) : null };
}

const editBy = (
  { uid, role, ip }: Caller,
  name: string,
  { course, reason, ...said }: { readonly course: string; readonly reason: string } & Edit['said'],
  at: number,
): Edit => ({ course, name, actor: { uid, role: role ?? '', ip, reason }, at, said });

const showing: Handlers<typeof coursesContract> = {
  list: async (page) => {
    const { found, next } = await pageOf(publishedCourses, page, ({ published }) => published);
    return { courses: found.map(({ id, doc }) => line(id, doc, shownOf(doc))), next };
  },
  show: async ({ course: id }) => {
    const course = await load(collections.courses.doc(id));
    if (!course?.published) throw new Refusal('not_found', { what: 'course', id });
    const modules = shownOf(course).map((one) => ({ ...one, topics: [...one.topics] }));
    return { ...about(id, course), modules };
  },
  drafts: async (page) => {
    const { found, next } = await pageOf(allCourses, page, () => true);
    const lines = found.map(({ id, doc }) => ({ ...line(id, doc, doc.modules), published: doc.published }));
    return { courses: lines, next };
  },
  draft: async ({ course: id }) => {
    const { course, videos } = await draftOf(id);
    const modules = course.modules.map((one) => ({
      ...one,
      topics: one.topics.map((topic) => ({ ...topic, video: videos.get(topic.id) ?? null })),
    }));
    return { ...about(id, course), ...state(id, course), modules };
  },
};

const editing: Handlers<typeof courseEditingContract> = {
  save: async (input, caller, at) =>
    state(
      input.course,
      await editCourse(editBy(caller, 'save', input, at), (before) => saveCourse(before, input, at)),
    ),
  terms: async ({ sold, fromRank = null, ...input }, caller, at) => {
    const price = sold ? { ...sold, base: minor(sold.base) } : null;
    const edit = editBy(caller, 'terms', { ...input, ...sold, fromRank }, at);
    return state(
      input.course,
      await editCourse(edit, (before) =>
        priceCourse(mustBeCourse(before, input.course), { price, fromRank }),
      ),
    );
  },
  publish: async (input, caller, at) =>
    state(
      input.course,
      await editCourse(editBy(caller, 'publish', input, at), (before) =>
        publishCourse(mustBeCourse(before, input.course), input.published, at),
      ),
    ),
  remove: async (input, caller, at) =>
    state(input.course, await removeCourse(editBy(caller, 'remove', input, at))),
  module: async (input, caller, at) => {
    const { course, module: id, title, published } = input;
    const edit = editBy(caller, 'module', input, at);
    const change = (before: Course | null) =>
      saveModule(mustBeCourse(before, course), { id, title, published });
    return state(course, await editCourse(edit, change));
  },
  topic: async ({ video, ...input }, caller, at) => {
    const { course, module, topic: id, title, seconds, published } = input;
    const edit = editBy(caller, 'topic', input, at);
    return state(course, await editTopic(edit, { module, video, topic: { id, title, seconds, published } }));
  },
  drop: async (input, caller, at) => {
    const edit = editBy(caller, 'drop', input, at);
    return state(input.course, await dropFrom(edit, input.part));
  },
  order: async (input, caller, at) => {
    const { course, module = null, order } = input;
    const edit = editBy(caller, 'order', input, at);
    const change = (before: Course | null) => reorder(mustBeCourse(before, course), module, order);
    return state(course, await editCourse(edit, change));
  },
};

export const courses = {
  ...serveCalls('courses', coursesContract, showing),
  ...serveCalls('courses', courseEditingContract, editing),
};
