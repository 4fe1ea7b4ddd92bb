import { z } from 'zod';
import { UsernameText } from '../profiles/usernames.contract.ts';
import { call } from '../shared/call.ts';
import { Time } from '../shared/schema.ts';

/** Sealed: whoever reads it learns nobody's id. */
const Cursor = z
  .string()
  .max(1000)
  .regex(/^[A-Za-z0-9_-]{10,}$/, 'not a cursor');

export const treeContract = {
  show: call({
    summary:
      'Whom the caller brought, newest first; or at level 2, whom one of these brought. People appear by their usernames alone.',
    audience: 'user',
    input: z
      .strictObject({
        level: z.literal([1, 2]),
        /** At level 2: which of those whom the caller brought. */
        of: UsernameText.optional(),
        after: Cursor.optional(),
      })
      .refine(({ level, of }) => (level === 2) === (of !== undefined), {
        message: 'is for level 2, and needed there',
        path: ['of'],
      }),
    output: z.object({
      people: z.array(
        z.object({
          username: z.string().nullable(),
          joinedAt: Time,
          /** The title of the package that they have now. */
          package: z.string().nullable(),
          /** How many they brought. */
          children: z.int(),
        }),
      ),
      /** Of the caller. */
      totals: z.object({ children: z.int(), grandchildren: z.int() }),
      next: z.string().nullable(),
    }),
    refusals: ['not_found'],
    guard: 'token',
    limit: '60/min',
    bounds: 'two levels, 20 people a page',
    example: {
      input: { level: 2, of: 'Bilal_sells' },
      output: {
        people: [{ username: 'Lily_draws', joinedAt: 1767225600000, package: 'Pro', children: 12 }],
        totals: { children: 1, grandchildren: 12 },
        next: null,
      },
    },
  }),
} as const;
