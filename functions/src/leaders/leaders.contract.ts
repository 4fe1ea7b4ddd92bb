import { z } from 'zod';
import { call } from '../shared/call.ts';
import { AmountOut, CashCode, Time } from '../shared/schema.ts';
import { MOST_ROWS, PAGE, periods } from './board.ts';

const board = { period: z.enum(periods), currency: CashCode.default('INR') };

export const leadersContract = {
  show: call({
    summary: 'A page of a board: who earned most by bringing others in this week, this month or ever.',
    audience: 'user',
    input: z.strictObject({
      ...board,
      /** The `next` of the page before. */
      page: z
        .int()
        .min(0)
        .max(MOST_ROWS / PAGE - 1)
        .default(0),
    }),
    output: z.object({
      rows: z.array(
        z.object({
          rank: z.int(),
          username: z.string().nullable(),
          /** The title of the package that they have now. */
          package: z.string().nullable(),
          /** Net of all that went back; minor units. */
          net: AmountOut,
          /** Commissions of which anything is left. */
          count: z.int(),
        }),
      ),
      /** When it was put together; null where nobody is on it yet. */
      asOf: Time.nullable(),
      next: z.int().nullable(),
    }),
    refusals: [],
    guard: 'token',
    limit: '60/min',
    bounds: `the first ${MOST_ROWS}, ${PAGE} a page; weeks (from Monday) and months in UTC; put together every 15 minutes; who hides or is erased is gone at once`,
    example: {
      input: { period: 'week' },
      output: {
        rows: [{ rank: 1, username: 'Lily_draws', package: 'Pro', net: 202_500, count: 2 }],
        asOf: 1767225600000,
        next: null,
      },
    },
  }),
  mine: call({
    summary: 'The caller’s own place on a board, however far down.',
    audience: 'user',
    input: z.strictObject(board),
    output: z.object({
      /** Null for whoever hides, or earned nothing. */
      rank: z.int().nullable(),
      net: AmountOut,
      count: z.int(),
      hidden: z.boolean(),
    }),
    refusals: [],
    guard: 'token',
    limit: '30/min',
    example: { input: { period: 'all' }, output: { rank: 17, net: 202_500, count: 2, hidden: false } },
  }),
  hide: call({
    summary: 'Takes the caller off all boards, or puts them back.',
    audience: 'user',
    input: z.strictObject({ hidden: z.boolean() }),
    output: z.object({ hidden: z.boolean() }),
    refusals: [],
    guard: 'account',
    limit: '10/min',
    bounds: 'off at once; back within 15 minutes',
    example: { input: { hidden: true }, output: { hidden: true } },
  }),
} as const;
