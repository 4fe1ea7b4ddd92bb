import { z } from 'zod';
import { UsernameText } from '../profiles/usernames.contract.ts';
import { Device } from '../rewards/rewards.contract.ts';
import { call } from '../shared/call.ts';
import { PlainId, Time } from '../shared/schema.ts';
import { codePattern, LENGTH, normalised } from './sponsorcode.ts';

/** A code as somebody types it, in either case, with spaces or hyphens in it. */
export const CodeText = z
  .string()
  .max(40)
  .transform(normalised)
  .pipe(z.string().regex(codePattern, `needs ${LENGTH} letters and digits of a code`));

const Name = UsernameText.nullable();

export const codesContract = {
  mine: call({
    summary:
      'The caller’s own code, by which they bring others. It is made the first time, and never changes.',
    audience: 'user',
    input: z.strictObject({ device: Device }),
    output: z.object({ code: z.string() }),
    refusals: [],
    guard: 'account',
    limit: '30/min',
    bounds: `one for each person; ${LENGTH} letters and digits that nobody takes for others`,
    example: { input: {}, output: { code: 'C7GQ4XWH' } },
  }),
  check: call({
    summary: 'Whether there is such a code, and what its owner is called.',
    audience: 'anyone',
    input: z.strictObject({ code: CodeText }),
    /** Null: whoever it is has no username. */
    output: z.object({ username: Name }),
    refusals: ['not_found'],
    guard: 'token',
    limit: '20/min',
    bounds: 'either case is the same; nothing is told but the username',
    example: { input: { code: 'c7gq-4xwh' }, output: { username: 'Lily_draws' } },
  }),
  attach: call({
    summary: 'Says by whose code the caller came, once.',
    audience: 'user',
    input: z.strictObject({
      code: CodeText,
      device: Device,
      /** The link that they came by, where they did. */
      link: PlainId.optional(),
    }),
    output: z.object({
      /** Whose code it is; null where they have no username. */
      referrer: Name,
      /** Until then a first purchase brings them credits; commissions know no end. */
      untilAt: Time,
    }),
    refusals: ['not_found', 'wrong_status'],
    guard: 'account',
    limit: '10/min',
    bounds:
      'never one’s own, nor in a circle of any length: both are `not_found`; never changed (`wrong_status`: `referred`); not after a first purchase (`bought`)',
    example: {
      input: { code: 'C7GQ4XWH', device: 'phone-1234' },
      output: { referrer: 'Lily_draws', untilAt: 1775001600000 },
    },
  }),
} as const;
