import { z } from 'zod';
import { generators, workKinds } from '../providers/generator.ts';
import { call } from '../shared/call.ts';
import { Day, Time } from '../shared/schema.ts';

const CountsView = z.object({
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  /** Credits. */
  earned: z.int(),
  back: z.int(),
  /** Millionths of a US dollar. */
  costMicros: z.int(),
  lossMicros: z.int(),
});

const counts = {
  ...{ completed: 96, failed: 4, cancelled: 2, earned: 384, back: 24 },
  ...{ costMicros: 3840000, lossMicros: 40000 },
};

export const meteringContract = {
  show: call({
    summary:
      'How metered work went on each day: by provider and kind, what it cost and what came back. Folded every quarter of an hour.',
    audience: 'finance',
    input: z.strictObject({ first: Day, last: Day }),
    output: z.object({
      days: z.array(
        z.object({
          day: z.string(),
          asOfAt: Time,
          users: z.int(),
          groups: z.array(CountsView.extend({ provider: z.enum(generators), kind: z.enum(workKinds) })),
        }),
      ),
      total: CountsView,
      /** Of what was tried; the target is below 500. Null before anything was. */
      failureBps: z.int().nullable(),
      /** What one generation that was done cost, and one active person a day; null before there was one. */
      costPerGeneration: z.int().nullable(),
      costPerUser: z.int().nullable(),
    }),
    refusals: [],
    guard: 'account',
    limit: '60/min',
    bounds: '400 days',
    example: {
      input: { first: '2026-01-01', last: '2026-01-01' },
      output: {
        days: [
          {
            ...{ day: '2026-01-01', asOfAt: 1767312000000, users: 40 },
            groups: [{ provider: 'atelier', kind: 'image', ...counts }],
          },
        ],
        ...{ total: counts, failureBps: 400, costPerGeneration: 40416, costPerUser: 97000 },
      },
    },
  }),
} as const;
