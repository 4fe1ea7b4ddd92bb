import { z } from 'zod';
import { call } from '../shared/call.ts';
import { CashCode, Line, ReasonText, Title } from '../shared/schema.ts';
import { MOST_IN_ALL, MOST_MODULES, MOST_SECONDS, MOST_TOPICS } from './course.ts';
import {
  CourseId,
  exampleLine as line,
  exampleTopic as topic,
  exampleVideo as video,
  PartId,
  VideoIn,
} from './courses.contract.ts';

const StateOut = z.object({ id: z.string(), published: z.boolean(), version: z.int() });
const state = { id: line.id, published: true, version: 7 };
const course = line.id;
const reason = 'The new season.';

/** What holds for all that an admin changes. */
const editing = { audience: 'moderator', output: StateOut, guard: 'account', limit: '120/min' } as const;

/** By which courses are made. */
export const courseEditingContract = {
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
      /** Its price without tax; left out, it is not sold singly. */
      sold: z
        .strictObject({
          base: z.int().min(1).max(1_000_000_000),
          taxBps: z.int().min(0).max(5000),
          currency: CashCode,
        })
        .optional(),
      /** Left out, no package includes it. */
      fromRank: z.int().min(1).max(9).optional(),
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
