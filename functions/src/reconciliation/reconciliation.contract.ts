import { z } from 'zod';
import { call } from '../shared/call.ts';
import { AmountOut, CurrencyCode, Day, Time } from '../shared/schema.ts';
import { phases } from './phases.ts';

const Sums = z.object({ gross: AmountOut, fees: AmountOut, net: AmountOut });
const sums = { gross: 22000, fees: 550, net: 21450 };

export const reconciliationContract = {
  run: call({
    summary:
      'Compares what Stripe says of a past UTC day with the books, and raises an alert per difference.',
    audience: 'finance',
    input: z.strictObject({ day: Day }),
    output: z.object({
      /** The document that it is kept in: `reconciliations/<id>`. */
      id: z.string(),
      day: z.string(),
      /** What is done next; `late` waits for the end of the next day, `done` for nothing. */
      phase: z.enum(phases),
      counts: z.object({
        lines: z.int(),
        moves: z.int(),
        matched: z.int(),
        differences: z.int(),
        /** Entries that Stripe has no line for yet: they are missing only when it has none a day later. */
        waiting: z.int(),
      }),
      totals: z.array(z.object({ currency: CurrencyCode, provider: Sums, books: Sums })),
      doneAt: Time.nullable(),
    }),
    refusals: ['not_due', 'provider_unavailable', 'provider_refused'],
    guard: 'account',
    limit: '10/day',
    bounds: 'a day that is over; a long one is finished by a sweep within minutes',
    example: {
      input: { day: '2026-01-01' },
      output: {
        id: 'stripe~2026-01-01',
        day: '2026-01-01',
        phase: 'done',
        counts: { lines: 1, moves: 1, matched: 1, differences: 0, waiting: 0 },
        totals: [{ currency: 'QAR', provider: sums, books: sums }],
        doneAt: 1767322800000,
      },
    },
  }),
} as const;
