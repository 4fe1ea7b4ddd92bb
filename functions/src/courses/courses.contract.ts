import { z } from 'zod';
import { call } from '../shared/call.ts';
import { AmountOut, CashCode, Line, ReasonText, Title } from '../shared/schema.ts';
import { MOST_IN_ALL, MOST_MODULES, MOST_SECONDS, MOST_TOPICS } from './course.ts';
import { isPlainHttps, publicIdForm, vimeoForm, youtubeForm } from './lesson.ts';

/** Chosen by whoever makes it, kept when it is changed; part of addresses. */
export const PartId = z
  .string()
  .regex(/^[a-z0-9](-?[a-z0-9]){0,39}$/, 'needs 1 to 40 small letters, digits and single hyphens');

/** Of a course: as an order names it. */
export const CourseId = z
  .string()
  .regex(/^(?=.{8,64}$)[a-z0-9](-?[a-z0-9])*$/, 'needs 8 to 64 small letters, digits and single hyphens');

/** Each source with its own field, and no other’s. */
export const VideoIn = z.discriminatedUnion('source', [
  z.strictObject({
    source: z.literal('cloudinary'),
    publicId: z.string().regex(publicIdForm, 'not a public id'),
  }),
  z.strictObject({
    source: z.literal('youtube'),
    videoId: z.string().regex(youtubeForm, 'not the 11 letters of a video'),
  }),
  z.strictObject({
    source: z.literal('vimeo'),
    videoId: z.string().regex(vimeoForm, 'not the digits of a video'),
  }),
  z.strictObject({
    source: z.literal('external'),
    url: z.string().max(500).refine(isPlainHttps, 'has to be an https address with a host by name'),
  }),
]);

const TopicOut = z.object({ id: z.string(), title: z.string(), seconds: z.int() });
const ModuleOut = z.object({ id: z.string(), title: z.string(), topics: z.array(TopicOut) });

/** Without its tax: what is paid is the base and the tax on top. */
const RateOut = z.object({ base: AmountOut, taxBps: z.int(), currency: CashCode });

const CourseLine = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  /** Null where it is not sold singly. */
  price: RateOut.nullable(),
  /** The lowest rank of a package that includes it; null where none does. */
  fromRank: z.int().nullable(),
});
const Sums = { topics: z.int(), seconds: z.int() };

const DraftOut = CourseLine.extend({
  published: z.boolean(),
  version: z.int(),
  modules: z.array(
    ModuleOut.extend({
      published: z.boolean(),
      topics: z.array(TopicOut.extend({ published: z.boolean(), video: VideoIn.nullable() })),
    }),
  ),
});
const StateOut = z.object({ id: z.string(), published: z.boolean(), version: z.int() });

const line = {
  id: 'selling-online',
  title: 'Selling online',
  summary: 'From the first customer to the hundredth.',
  price: { base: 99900, taxBps: 1800, currency: 'INR' as const },
  fromRank: 1,
};
const topic = { id: 'first-steps', title: 'First steps', seconds: 420 };
const video = { source: 'youtube' as const, videoId: 'dQw4w9WgXcQ' };
const state = { id: line.id, published: true, version: 7 };
const course = line.id;
const reason = 'The new season.';

const page = z.strictObject({ limit: z.int().min(1).max(50).default(20), after: CourseId.optional() });

/** What holds for all that an admin changes. */
const editing = { audience: 'moderator', output: StateOut, guard: 'account', limit: '120/min' } as const;

export const coursesContract = {
  list: call({
    summary: 'The courses that there are, newest first.',
    audience: 'user',
    input: page,
    output: z.object({ courses: z.array(CourseLine.extend(Sums)), next: z.string().nullable() }),
    refusals: ['not_found'],
    guard: 'token',
    limit: '60/min',
    bounds: '50 a page',
    example: {
      input: { limit: 20 },
      output: { courses: [{ ...line, topics: 1, seconds: 420 }], next: null },
    },
  }),
  show: call({
    summary:
      'What is in a course: modules and topics in their order, with their lengths and without the videos.',
    audience: 'user',
    input: z.strictObject({ course: CourseId }),
    output: CourseLine.extend({ modules: z.array(ModuleOut) }),
    refusals: ['not_found'],
    guard: 'token',
    limit: '60/min',
    example: {
      input: { course },
      output: { ...line, modules: [{ id: 'basics', title: 'Basics', topics: [topic] }] },
    },
  }),
  drafts: call({
    summary: 'All courses for those who make them, published or not, newest first.',
    audience: 'moderator',
    input: page,
    output: z.object({
      courses: z.array(CourseLine.extend({ ...Sums, published: z.boolean() })),
      next: z.string().nullable(),
    }),
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    bounds: '50 a page',
    example: {
      input: { limit: 20 },
      output: { courses: [{ ...line, published: false, topics: 1, seconds: 420 }], next: null },
    },
  }),
  draft: call({
    summary: 'A course as it is made: all parts, published or not, and where the videos lie.',
    audience: 'moderator',
    input: z.strictObject({ course: CourseId }),
    output: DraftOut,
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    example: {
      input: { course },
      output: {
        ...{ ...line, published: false, version: 7 },
        modules: [
          { id: 'basics', title: 'Basics', published: true, topics: [{ ...topic, published: true, video }] },
        ],
      },
    },
  }),
  save: call({
    summary: 'Makes a course under an id of one’s choice, unpublished, or changes what is said of it.',
    ...editing,
    input: z.strictObject({
      course: CourseId,
      title: Title(3, 120),
      summary: Line(0, 2000).default(''),
      reason: ReasonText,
    }),
    refusals: [],
    example: { input: { course, title: line.title, summary: line.summary, reason }, output: state },
  }),
  terms: call({
    summary: 'Says what a course costs by itself, and from which rank on packages include it.',
    ...editing,
    audience: 'superadmin',
    input: z.strictObject({
      course: CourseId,
      /** Without tax; null for not sold singly. */
      sold: z
        .strictObject({
          base: z.int().min(1).max(1_000_000_000),
          taxBps: z.int().min(0).max(5000),
          currency: CashCode,
        })
        .nullable(),
      fromRank: z.int().min(1).max(9).nullable(),
      reason: ReasonText,
    }),
    refusals: ['not_found'],
    bounds: 'holds for orders from now on',
    example: { input: { course, sold: line.price, fromRank: 1, reason }, output: state },
  }),
  publish: call({
    summary: 'Shows a course to those who learn, or takes it away again.',
    ...editing,
    input: z.strictObject({ course: CourseId, published: z.boolean(), reason: ReasonText }),
    refusals: ['not_found', 'wrong_status'],
    bounds: 'with at least one published topic in it',
    example: { input: { course, published: true, reason }, output: state },
  }),
  remove: call({
    summary: 'Removes a course that never was published, with all in it.',
    ...editing,
    input: z.strictObject({ course: CourseId, reason: ReasonText }),
    refusals: ['not_found', 'wrong_status'],
    example: { input: { course, reason }, output: { ...state, published: false } },
  }),
  module: call({
    summary: 'Adds a module at the end of a course, or changes one in its place.',
    ...editing,
    input: z.strictObject({
      course: CourseId,
      module: PartId,
      title: Title(1, 120),
      published: z.boolean(),
      reason: ReasonText,
    }),
    refusals: ['not_found', 'limit_reached'],
    bounds: `at most ${MOST_MODULES} of a course`,
    example: { input: { course, module: 'basics', title: 'Basics', published: true, reason }, output: state },
  }),
  topic: call({
    summary: 'Adds a topic at the end of a module, or changes one in its place; one of another module moves.',
    ...editing,
    input: z.strictObject({
      course: CourseId,
      module: PartId,
      topic: PartId,
      title: Title(1, 120),
      /** How long the video is. */
      seconds: z.int().min(1).max(MOST_SECONDS),
      published: z.boolean(),
      video: VideoIn,
      reason: ReasonText,
    }),
    refusals: ['not_found', 'limit_reached'],
    bounds: `at most ${MOST_TOPICS} of a module and ${MOST_IN_ALL} of a course; each source with its own field`,
    example: {
      input: {
        ...{ course, module: 'basics', topic: topic.id, title: topic.title, seconds: 420 },
        ...{ published: true, video, reason },
      },
      output: state,
    },
  }),
  drop: call({
    summary: 'Takes a topic out of a course, or a module with all in it.',
    ...editing,
    input: z.strictObject({
      course: CourseId,
      part: z.strictObject({ kind: z.enum(['module', 'topic']), id: PartId }),
      reason: ReasonText,
    }),
    refusals: ['not_found'],
    bounds: 'progress and certificates stay; an id that comes back finds them again',
    example: { input: { course, part: { kind: 'topic', id: topic.id }, reason }, output: state },
  }),
  order: call({
    summary: 'Puts the modules of a course, or the topics of a module, into an order: all, each once.',
    ...editing,
    input: z.strictObject({
      course: CourseId,
      /** Whose topics; without it, the modules. */
      module: PartId.optional(),
      order: z.array(PartId).max(MOST_TOPICS),
      reason: ReasonText,
    }),
    refusals: ['not_found', 'plan_changed'],
    example: { input: { course, order: ['basics'], reason }, output: state },
  }),
} as const;
