import { z } from 'zod';
import { call } from '../shared/call.ts';
import { AmountOut, CashCode } from '../shared/schema.ts';
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

const RateOut = z.object({
  /** Without tax. */
  base: AmountOut,
  /** On top of the base: base × taxBps / 10000, rounded down. */
  taxBps: z.int(),
  currency: CashCode,
});

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

export const exampleLine = {
  id: 'selling-online',
  title: 'Selling online',
  summary: 'From the first customer to the hundredth.',
  price: { base: 99900, taxBps: 1800, currency: 'INR' as const },
  fromRank: 1,
};
export const exampleTopic = { id: 'first-steps', title: 'First steps', seconds: 420 };
export const exampleVideo = { source: 'cloudinary' as const, publicId: 'courses/first-steps' };
const course = exampleLine.id;

const page = z.strictObject({ limit: z.int().min(1).max(50).default(20), after: CourseId.optional() });

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
      output: { courses: [{ ...exampleLine, topics: 1, seconds: 420 }], next: null },
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
      output: { ...exampleLine, modules: [{ id: 'basics', title: 'Basics', topics: [exampleTopic] }] },
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
      output: { courses: [{ ...exampleLine, published: false, topics: 1, seconds: 420 }], next: null },
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
        ...{ ...exampleLine, published: false, version: 7 },
        modules: [
          {
            id: 'basics',
            title: 'Basics',
            published: true,
            topics: [{ ...exampleTopic, published: true, video: exampleVideo }],
          },
        ],
      },
    },
  }),
} as const;
