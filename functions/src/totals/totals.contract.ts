import { z } from 'zod';
import { call } from '../shared/call.ts';
import { CurrencyCode, Time } from '../shared/schema.ts';

export const totalsContract = {
  show: call({
    summary:
      'What the platform’s own accounts hold: fees, costs, clearing, taxes, losses; now, or by a time.',
    audience: 'finance',
    input: z.strictObject({
      /** Entries before this count; left out, all of them. */
      at: Time.optional(),
    }),
    output: z.object({
      /** The moment of the answer. */
      asOf: Time,
      balances: z.array(
        z.object({
          account: z.string(),
          currency: CurrencyCode,
          /** Credits less debits, minor units: what a provider owes the platform is below zero. */
          amount: z.int(),
        }),
      ),
    }),
    refusals: [],
    guard: 'account',
    limit: '60/min',
    example: {
      input: {},
      output: {
        asOf: 1767240000000,
        balances: [
          { account: 'platform:fees', currency: 'QAR', amount: 3000 },
          { account: 'psp:stripe:clearing', currency: 'QAR', amount: -32175 },
        ],
      },
    },
  }),
} as const;
