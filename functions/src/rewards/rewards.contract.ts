import { z } from 'zod';
import { call } from '../shared/call.ts';
import { AmountOut, Time, Uid } from '../shared/schema.ts';
import { rewards } from './referral.ts';

export const rewardsContract = {
  welcome: call({
    summary: 'A newcomer’s credits, once for each person.',
    audience: 'user',
    input: z.strictObject({}),
    output: z.object({ credits: AmountOut, expiresAt: Time }),
    refusals: ['request_id_reused'],
    guard: 'account',
    limit: '10/min',
    bounds: `${rewards.welcome} credits, once`,
    example: { input: {}, output: { credits: 5, expiresAt: 1830297600000 } },
  }),
  refer: call({
    summary: 'Says who brought the caller, once. Who did is rewarded when the caller has bought something.',
    audience: 'user',
    input: z.strictObject({ referrer: Uid }),
    output: z.object({ referrer: z.string(), untilAt: Time }),
    refusals: ['not_found', 'wrong_status'],
    guard: 'account',
    limit: '10/min',
    bounds: `${rewards.referral} credits for each, ${rewards.most} at most; a purchase within 90 days; never oneself`,
    example: { input: { referrer: 'bob' }, output: { referrer: 'bob', untilAt: 1775001600000 } },
  }),
} as const;
