import { z } from 'zod';
import { tiers } from '../psp/subscribing.ts';
import { call } from '../shared/call.ts';
import { AmountOut, RequestId, Time } from '../shared/schema.ts';

const SubscriptionView = z.object({
  tier: z.enum(tiers),
  status: z.enum(['incomplete', 'active', 'unpaid', 'ended']),
  /** Whether it ends with its period. */
  ending: z.boolean(),
  startAt: Time,
  endAt: Time,
});

const example = {
  ...{ tier: 'pro' as const, status: 'active' as const, ending: false },
  ...{ startAt: 1767225600000, endAt: 1769904000000 },
};

export const allowanceContract = {
  tiers: call({
    summary: 'How many credits a month each tier of the subscription gives.',
    audience: 'anyone',
    input: z.strictObject({}),
    output: z.object({ tiers: z.array(z.object({ tier: z.enum(tiers), credits: AmountOut })) }),
    refusals: [],
    guard: 'token',
    limit: '60/min',
    example: { input: {}, output: { tiers: [{ tier: 'basic', credits: 40 }] } },
  }),
  show: call({
    summary: 'The caller’s subscription, or none.',
    audience: 'user',
    input: z.strictObject({}),
    output: z.object({ subscription: SubscriptionView.nullable() }),
    refusals: [],
    guard: 'token',
    limit: '60/min',
    example: { input: {}, output: { subscription: example } },
  }),
  subscribe: call({
    summary:
      'Subscribes to a monthly allowance, or changes its tier: a new month begins, and is paid, at once.',
    audience: 'user',
    input: z.strictObject({ requestId: RequestId, tier: z.enum(tiers) }),
    output: z.object({
      subscription: SubscriptionView,
      /** For Stripe’s SDK, while something is to be paid; else null. */
      clientSecret: z.string().nullable(),
    }),
    refusals: [
      'request_id_reused',
      'chargeback_open',
      'provider_unavailable',
      'provider_refused',
      'not_found',
    ],
    guard: 'account',
    limit: '10/min',
    bounds: 'one subscription a person, and none while a bank claims what a month of it cost',
    example: {
      input: { requestId: 'sub-2026-000001', tier: 'pro' },
      output: {
        subscription: { ...example, status: 'incomplete' },
        clientSecret: 'pi_1_secret_2',
      },
    },
  }),
  cancel: call({
    summary: 'Ends the caller’s subscription with its month; what was given stays until then.',
    audience: 'user',
    input: z.strictObject({}),
    output: SubscriptionView,
    refusals: ['not_found', 'provider_unavailable', 'provider_refused'],
    guard: 'account',
    limit: '10/min',
    example: { input: {}, output: { ...example, ending: true } },
  }),
} as const;
