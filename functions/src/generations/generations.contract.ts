import { z } from 'zod';
import { generators, workKinds } from '../providers/generator.ts';
import { problemWithUrl } from '../providers/weburl.ts';
import { call } from '../shared/call.ts';
import { AmountOut, JoinedId, Line, ReasonText, RequestId, Time } from '../shared/schema.ts';

export const GenerationId = JoinedId(2);

export const MOST_PROMPT = 2000;

/** An address that the provider may fetch; we fetch none (W1-26). */
const PublicUrl = z.string().superRefine((text, context) => {
  const problem = problemWithUrl(text);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

export const generationStatuses = ['reserved', 'running', 'completed', 'refunded', 'expired'] as const;

/** Credits are counted whole. */
export const GenerationView = z.object({
  id: z.string(),
  kind: z.enum(workKinds),
  provider: z.enum(generators),
  status: z.enum(generationStatuses),
  price: AmountOut,
  /** Whether it came to nothing, or was cancelled; then `code` says why and `back` how many credits came back. */
  refunded: z.boolean(),
  code: z.string().nullable(),
  back: AmountOut,
  resultUrl: z.string().nullable(),
  createdAt: Time,
  deadlineAt: Time,
  closedAt: Time.nullable(),
});

const Bps = z.int().min(0).max(10_000);
const CancelBps = z.strictObject({ image: Bps, video: Bps, enhance: Bps });
const PolicyView = z.object({
  version: z.int(),
  /** How much of the price comes back when it is cancelled, in basis points. */
  cancelBps: CancelBps,
});

const id = '5f1c0e7f5a2b4c6d8e0f1a2b~ann';
const example = {
  ...{ id, kind: 'image' as const, provider: 'atelier' as const, status: 'reserved' as const, price: 4 },
  ...{ refunded: false, code: null, back: 0, resultUrl: null },
  ...{ createdAt: 1767225600000, deadlineAt: 1767226200000, closedAt: null },
};
const ended = {
  ...example,
  ...{ status: 'expired' as const, refunded: true, code: 'timeout', back: 4, closedAt: 1767226200000 },
};

export const generationsContract = {
  prices: call({
    summary: 'What each kind of work costs in credits, and what comes back of it when it is cancelled.',
    audience: 'anyone',
    input: z.strictObject({}),
    output: z.object({
      prices: z.array(
        z.object({ provider: z.enum(generators), kind: z.enum(workKinds), credits: AmountOut }),
      ),
      policy: PolicyView,
    }),
    refusals: [],
    guard: 'token',
    limit: '60/min',
    example: {
      input: {},
      output: {
        prices: [{ provider: 'atelier', kind: 'image', credits: 4 }],
        policy: { version: 1, cancelBps: { image: 0, video: 0, enhance: 0 } },
      },
    },
  }),
  start: call({
    summary: 'Sets the price aside and has the work done. What fails gives all of it back.',
    audience: 'user',
    input: z.strictObject({
      requestId: RequestId,
      kind: z.enum(workKinds),
      provider: z.enum(generators).default('atelier'),
      prompt: Line(1, MOST_PROMPT),
      imageUrl: PublicUrl.optional(),
    }),
    output: GenerationView,
    refusals: ['insufficient_funds', 'wallet_frozen', 'request_id_reused', 'provider_unavailable'],
    guard: 'account',
    limit: '30/min',
    bounds: 'an enhancement needs an image; images only by public https addresses',
    example: {
      input: { requestId: 'make-2026-00001', kind: 'image', prompt: 'A lighthouse at dusk' },
      output: example,
    },
  }),
  get: call({
    summary: 'How one of the caller’s generations stands.',
    audience: 'user',
    input: z.strictObject({ generation: GenerationId }),
    output: GenerationView,
    refusals: ['not_found'],
    guard: 'token',
    limit: '120/min',
    example: { input: { generation: id }, output: example },
  }),
  list: call({
    summary: 'The caller’s generations, newest first; on request those alone whose credits came back.',
    audience: 'user',
    input: z.strictObject({
      refunded: z.boolean().optional(),
      after: GenerationId.optional(),
      limit: z.int().min(1).max(100).default(20),
    }),
    output: z.object({ generations: z.array(GenerationView), next: z.string().nullable() }),
    refusals: ['not_found'],
    guard: 'token',
    limit: '60/min',
    example: { input: { refunded: true }, output: { generations: [ended], next: null } },
  }),
  cancel: call({
    summary: 'Ends a generation: all comes back before it was handed over, after that what the policy says.',
    audience: 'user',
    input: z.strictObject({ generation: GenerationId }),
    output: GenerationView,
    refusals: ['not_found', 'wrong_status'],
    guard: 'account',
    limit: '30/min',
    example: {
      input: { generation: id },
      output: {
        ...example,
        ...{ status: 'refunded', refunded: true, code: 'cancelled', back: 4, closedAt: 1767225660000 },
      },
    },
  }),
  policy: call({
    summary: 'Finance says what comes back of cancelled work from now on; what has begun keeps its own.',
    audience: 'finance',
    input: z.strictObject({ cancelBps: CancelBps, reason: ReasonText }),
    output: PolicyView,
    refusals: [],
    guard: 'account',
    limit: '30/min',
    bounds: 'before the hand-over, and after every failure, all comes back whatever it says',
    example: {
      input: {
        cancelBps: { image: 5000, video: 2500, enhance: 0 },
        reason: 'The provider charges half of a cancelled image.',
      },
      output: { version: 2, cancelBps: { image: 5000, video: 2500, enhance: 0 } },
    },
  }),
  overdue: call({
    summary: 'Generations that hold credits after their time: neither done nor refunded, oldest first.',
    audience: 'support',
    input: z.strictObject({
      after: GenerationId.optional(),
      limit: z.int().min(1).max(100).default(20),
    }),
    output: z.object({
      generations: z.array(GenerationView.extend({ uid: z.string() })),
      next: z.string().nullable(),
    }),
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    example: {
      input: {},
      output: { generations: [{ ...example, status: 'running', uid: 'ann' }], next: null },
    },
  }),
  remedy: call({
    summary: 'Gives back what generations hold after their time, oldest first. Twice is once.',
    audience: 'support',
    input: z.strictObject({
      requestId: RequestId,
      limit: z.int().min(1).max(100).default(100),
      reason: ReasonText,
    }),
    output: z.object({
      generations: z.array(GenerationView.extend({ uid: z.string() })),
      /** Somebody else was faster with these. */
      failed: z.int(),
    }),
    refusals: [],
    guard: 'account',
    limit: '10/min',
    bounds: '100 at once',
    example: {
      input: { requestId: 'remedy-2026-0001', reason: 'The provider was down all night.' },
      output: { generations: [{ ...ended, uid: 'ann' }], failed: 0 },
    },
  }),
} as const;
