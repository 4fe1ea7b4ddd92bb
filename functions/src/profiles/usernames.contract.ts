import { z } from 'zod';
import { call } from '../shared/call.ts';

/** 3 to 30 letters, digits and underscores, one of them a letter. */
export const UsernameText = z
  .string()
  .regex(/^(?=.*[A-Za-z])[A-Za-z0-9_]{3,30}$/, 'needs 3 to 30 letters, digits or underscores, one a letter');

export const usernamesContract = {
  claim: call({
    summary: 'Takes a username, or another one; the one before is free for others 30 days later.',
    audience: 'user',
    input: z.strictObject({ username: UsernameText }),
    output: z.object({ username: z.string() }),
    refusals: ['username_taken', 'username_reserved'],
    guard: 'account',
    limit: '5/day',
    bounds: 'unique whatever the case, and no name that looks like another’s or like one of the house',
    example: { input: { username: 'Lily_draws' }, output: { username: 'Lily_draws' } },
  }),
  check: call({
    summary: 'Whether a username may be taken now. Somebody may be faster.',
    audience: 'user',
    input: z.strictObject({ username: UsernameText }),
    output: z.object({ free: z.boolean() }),
    refusals: [],
    guard: 'token',
    limit: '60/min',
    example: { input: { username: 'Lily_draws' }, output: { free: true } },
  }),
} as const;
