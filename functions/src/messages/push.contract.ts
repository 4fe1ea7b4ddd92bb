import { z } from 'zod';
import { languages, platforms } from '../notifications/reach.ts';
import { call } from '../shared/call.ts';
import { MOST_DEVICES } from './devices.ts';

/** What FCM gives an app on a device. It is in no answer and in no line of the log. */
const Token = z.string().regex(/^[A-Za-z0-9_:.%-]{20,1024}$/, 'is no token of FCM');

const Devices = z.object({ devices: z.int().nonnegative() });
const example = `${'d0-'.repeat(7)}:APA91b${'x'.repeat(20)}`;

export const pushContract = {
  add: call({
    summary: 'Tells that the caller can be reached on a device. Whoever had it before no longer is.',
    audience: 'user',
    input: z.strictObject({
      token: Token,
      platform: z.enum(platforms),
      /** What the app speaks there. */
      language: z.enum(languages).optional(),
    }),
    output: Devices,
    refusals: [],
    guard: 'account',
    limit: '20/min',
    bounds: `${MOST_DEVICES} devices; the one that was added longest ago gives way`,
    example: { input: { token: example, platform: 'android', language: 'ar' }, output: { devices: 1 } },
  }),
  remove: call({
    summary: 'Takes a device of the caller’s away, as an app does before it signs out.',
    audience: 'user',
    input: z.strictObject({ token: Token }),
    output: Devices,
    refusals: [],
    guard: 'account',
    limit: '20/min',
    example: { input: { token: example }, output: { devices: 0 } },
  }),
} as const;
