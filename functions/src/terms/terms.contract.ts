import { z } from 'zod';
import { call } from '../shared/call.ts';
import { minor } from '../shared/money.ts';
import { Amount, AmountOut, CurrencyCode, Money, Time, Title } from '../shared/schema.ts';
import { UsernameText } from '../profiles/usernames.contract.ts';
import { DEFAULT_REVISIONS } from './terms.ts';

const Pieces = z.int().min(1).max(50);
/** Minor units; 0 for nothing. */
const Fee = z
  .int()
  .min(0)
  .max(1_000_000_000)
  .transform((value) => minor(value));

/** The creator’s own name for it, kept when it is changed. */
export const PackageId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,29}$/, 'not an id of this kind');

const PackageIn = z.strictObject({
  /** Chosen by the creator, for brands to book by: up to 30 small letters, digits and hyphens. */
  id: PackageId,
  title: Title(3, 80),
  price: Money,
  pieces: Pieces.default(1),
  freeRevisions: z.int().min(0).max(10).default(DEFAULT_REVISIONS),
  revisionFee: Fee.default(minor(0)),
  turnaroundDays: z.int().min(1).max(180),
  /** Parts that are paid one by one; none for all at once. */
  milestones: z
    .array(z.strictObject({ title: Title(3, 80), amount: Amount, pieces: Pieces }))
    .max(10)
    .default([]),
});

export const PackageView = z.object({
  id: z.string(),
  title: z.string(),
  price: z.object({ amount: AmountOut, currency: CurrencyCode }),
  pieces: z.int(),
  freeRevisions: z.int(),
  revisionFee: AmountOut,
  turnaroundDays: z.int(),
  milestones: z.array(z.object({ title: z.string(), amount: AmountOut, pieces: z.int() })),
});

export const examplePackage = {
  id: 'three-posts',
  title: 'Three posts',
  price: { amount: 60000, currency: 'QAR' as const },
  pieces: 3,
  freeRevisions: 2,
  revisionFee: 5000,
  turnaroundDays: 10,
  milestones: [
    { title: 'The first post', amount: 20000, pieces: 1 },
    { title: 'Two more', amount: 40000, pieces: 2 },
  ],
};
const example = { packages: [examplePackage], version: 1, savedAt: 1767225600000 };

const TermsView = z.object({ packages: z.array(PackageView), version: z.int(), savedAt: Time });

export const termsContract = {
  save: call({
    summary: 'Says what the caller offers from now on. What was booked before stays as it was agreed.',
    audience: 'user',
    input: z.strictObject({ packages: z.array(PackageIn).max(10) }),
    output: TermsView,
    refusals: ['amount_mismatch', 'username_needed'],
    guard: 'account',
    limit: '20/min',
    bounds: 'at most 10 packages of at most 10 milestones, which make the price; needs a username',
    example: { input: { packages: [examplePackage] }, output: example },
  }),
  get: call({
    summary: 'What somebody offers now, by username.',
    audience: 'user',
    input: z.strictObject({ username: UsernameText }),
    output: TermsView,
    refusals: ['not_found'],
    guard: 'token',
    limit: '60/min',
    example: { input: { username: 'Lily_draws' }, output: example },
  }),
} as const;
