import { z } from 'zod';
import { call } from '../shared/call.ts';
import { Time } from '../shared/schema.ts';
import { MOST_SECONDS } from '../courses/course.ts';
import { CourseId, PartId, VideoIn } from '../courses/courses.contract.ts';
import { BEAT, MOST_GAP, SPEED } from './pace.ts';

const StateOut = z.object({
  topic: z.string(),
  /** How much of it was seen, from its beginning: where a player goes on. */
  seconds: z.int(),
  done: z.boolean(),
});
const state = { topic: 'first-steps', seconds: 90, done: false };
const course = 'selling-online';
const place = { course, topic: 'first-steps' };

export const learningContract = {
  show: call({
    summary: 'How far the caller is in a course, and whether its videos are open to them.',
    audience: 'user',
    input: z.strictObject({ course: CourseId }),
    output: z.object({
      open: z.boolean(),
      /** Those that were begun. */
      topics: z.array(StateOut),
      /** The number of the certificate; null until there is one. */
      certificate: z.string().nullable(),
    }),
    refusals: ['not_found'],
    guard: 'token',
    limit: '60/min',
    example: {
      input: { course },
      output: { open: true, topics: [state], certificate: null },
    },
  }),
  open: call({
    summary: 'The video of a topic, for who may learn its course, and where to go on.',
    audience: 'user',
    input: z.strictObject({ course: CourseId, topic: PartId }),
    output: z.object({
      video: VideoIn,
      /** Of the video, in seconds. */
      length: z.int(),
      /** How much of it was seen, from its beginning: where a player goes on. */
      seconds: z.int(),
      done: z.boolean(),
    }),
    refusals: ['not_found', 'access_needed'],
    guard: 'account',
    limit: '60/min',
    bounds: 'by a package that includes the course, or because it was bought',
    example: {
      input: place,
      output: {
        video: { source: 'youtube', videoId: 'dQw4w9WgXcQ' },
        ...{ length: 420, seconds: 90, done: false },
      },
    },
  }),
  beat: call({
    summary: 'Where a player is. All of the last published topic seen, the certificate is there as well.',
    audience: 'user',
    input: z.strictObject({
      course: CourseId,
      topic: PartId,
      /** In whole seconds of the video. */
      position: z.int().min(0).max(MOST_SECONDS),
    }),
    output: StateOut.extend({
      /** Earlier than this, nothing new is written. */
      nextAt: Time,
      /** Its number, when all of the course is done. */
      certificate: z.string().nullable(),
    }),
    refusals: ['not_found', 'access_needed'],
    guard: 'account',
    limit: '40/min',
    bounds: `written every ${BEAT / 1000} seconds; at most ${SPEED} seconds for each that passed since the one before, and ${MOST_GAP / 1000} of silence count; never back`,
    example: {
      input: { ...place, position: 90 },
      output: { ...state, nextAt: 1767225605000, certificate: null },
    },
  }),
  claim: call({
    summary:
      'The caller’s certificate of a course of which all that is published is done, where no beat brought it.',
    audience: 'user',
    input: z.strictObject({ course: CourseId }),
    output: z.object({ certificate: z.string() }),
    refusals: ['not_found', 'course_unfinished'],
    guard: 'account',
    limit: '10/min',
    bounds: 'once; after a topic was taken away, nothing is left to watch',
    example: { input: { course }, output: { certificate: '5f0c2d7ab19e4c66d1f0a3b2c4d5e6f7' } },
  }),
} as const;
