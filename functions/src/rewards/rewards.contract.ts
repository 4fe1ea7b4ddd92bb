import { z } from 'zod';
import { call } from '../shared/call.ts';
import { AmountOut, Time, Uid } from '../shared/schema.ts';
import { crowds } from './origin.ts';
import { rewards } from './referral.ts';

/** What the app calls the device that it runs on, the same for all who use it. Kept as a hash alone. */
export const Device = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{8,128}$/, 'has to be 8 to 128 letters, digits or . _ : -')
  .optional();

export const rewardsContract = {
  welcome: call({
    summary: 'A newcomer’s credits, once for each person.',
    audience: 'user',
    input: z.strictObject({ device: Device }),
    output: z.object({ credits: AmountOut, expiresAt: Time }),
    refusals: ['request_id_reused', 'limit_reached'],
    guard: 'account',
    limit: '10/min',
    bounds: `${rewards.welcome} credits, once; ${crowds.device} people from a device and ${crowds.address} from an address in 90 days`,
    example: { input: {}, output: { credits: 5, expiresAt: 1830297600000 } },
  }),
  refer: call({
    summary: 'Says who brought the caller, once. Who did is rewarded when the caller has bought something.',
    audience: 'user',
    input: z.strictObject({ referrer: Uid, device: Device }),
    output: z.object({ referrer: z.string(), untilAt: Time }),
    refusals: ['not_found', 'wrong_status'],
    guard: 'account',
    limit: '10/min',
    bounds: `${rewards.referral} credits for each, ${rewards.most} at most; a first purchase within 90 days; never oneself, nor in a circle; nothing where too many came from one device, or another paid with the same card`,
    example: { input: { referrer: 'bob' }, output: { referrer: 'bob', untilAt: 1775001600000 } },
  }),
} as const;
