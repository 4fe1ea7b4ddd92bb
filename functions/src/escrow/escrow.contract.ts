import { z } from 'zod';
import { call } from '../shared/call.ts';
import { AmountOut, CurrencyCode, JoinedId, Line, PlainId, ReasonText, Time, Uid } from '../shared/schema.ts';
import { disputeReasons } from './escrow.ts';

export const EscrowId = JoinedId(3);

export const escrowStatuses = [
  'held',
  'submitted',
  'revision',
  'disputed',
  'released',
  'refunded',
  'split',
] as const;

/** An escrow as its parties and admins see it; amounts in minor units. */
export const EscrowView = z.object({
  id: z.string(),
  job: z.string(),
  title: z.string(),
  payer: Uid,
  payee: Uid,
  status: z.enum(escrowStatuses),
  currency: CurrencyCode,
  price: AmountOut,
  payerFee: AmountOut,
  held: AmountOut,
  /** What each side has got out of it; all zero while the money is inside. */
  outcome: z.object({ toPayee: AmountOut, toPlatform: AmountOut, toPayer: AmountOut }),
  closedBy: z.enum(['payer', 'payee', 'admin', 'timer']).nullable(),
  lockedAt: Time,
  /** When the timer pays the payee, while work is submitted. */
  releaseAt: Time.nullable(),
  dueAt: Time.nullable(),
});

const id = '5f0c2d7ab19e4c66d1f0a3b2~ann~ben';
const example = {
  id,
  job: '5f0c2d7ab19e4c66d1f0a3b2',
  title: 'Draw a logo',
  payer: 'ann',
  payee: 'ben',
  status: 'held' as const,
  currency: 'QAR' as const,
  price: 20000,
  payerFee: 0,
  held: 20000,
  outcome: { toPayee: 0, toPlatform: 0, toPayer: 0 },
  closedBy: null,
  lockedAt: 1767225600000,
  releaseAt: null,
  dueAt: 1775001600000,
};
const released = {
  ...example,
  status: 'released' as const,
  outcome: { toPayee: 18000, toPlatform: 2000, toPayer: 0 },
  closedBy: 'payer' as const,
  dueAt: null,
};
const submitted = {
  ...example,
  status: 'submitted' as const,
  releaseAt: 1767484800000,
  dueAt: 1767398400000,
};

/** An admin says why; a party need not. */
const decided = z.strictObject({ escrow: EscrowId, reason: ReasonText.optional() });

export const escrowContract = {
  lock: call({
    summary:
      'Moves the price of an assigned job from the payer’s wallet into escrow; price and parties come from the job.',
    audience: 'user',
    input: z.strictObject({ job: PlainId }),
    output: EscrowView,
    refusals: [
      'not_found',
      'job_not_assigned',
      'wrong_status',
      'self_payment',
      'payment_open',
      'insufficient_funds',
      'wallet_frozen',
      'kept_elsewhere',
    ],
    guard: 'account',
    limit: '10/min',
    bounds: 'one escrow for each job, ever',
    example: { input: { job: example.job }, output: example },
  }),
  submit: call({
    summary: 'The payee hands in the work; the auto-release timer starts.',
    audience: 'user',
    input: z.strictObject({ escrow: EscrowId, note: Line(1, 2000) }),
    output: EscrowView,
    refusals: ['not_found', 'not_yours', 'wrong_status', 'chargeback_open', 'kept_elsewhere'],
    guard: 'account',
    limit: '10/min',
    bounds: 'only while held or in revision',
    example: { input: { escrow: id, note: 'Three drafts, see the folder.' }, output: submitted },
  }),
  revise: call({
    summary: 'The payer asks for changes to submitted work; the timer stops.',
    audience: 'user',
    input: z.strictObject({ escrow: EscrowId, wish: Line(1, 2000) }),
    output: EscrowView,
    refusals: ['not_found', 'not_yours', 'wrong_status', 'chargeback_open', 'kept_elsewhere'],
    guard: 'account',
    limit: '10/min',
    bounds: 'only while submitted',
    example: {
      input: { escrow: id, wish: 'A darker blue, please.' },
      output: { ...example, status: 'revision' as const, dueAt: 1769817600000 },
    },
  }),
  release: call({
    summary: 'Pays the payee: by the payer, by support (with a reason), or by the timer; never by the payee.',
    audience: 'user',
    input: decided,
    output: EscrowView,
    refusals: ['not_found', 'not_yours', 'own_request', 'wrong_status', 'chargeback_open', 'kept_elsewhere'],
    guard: 'account',
    limit: '30/min',
    bounds: 'until it is disputed or closed',
    example: { input: { escrow: id }, output: released },
  }),
  refund: call({
    summary:
      'Gives everything back to the payer: by the payer before work was submitted, by the payee, or by support.',
    audience: 'user',
    input: decided,
    output: EscrowView,
    refusals: ['not_found', 'own_request', 'wrong_status', 'chargeback_open', 'kept_elsewhere'],
    guard: 'account',
    limit: '30/min',
    bounds: 'until it is disputed or closed',
    example: {
      input: { escrow: id },
      output: {
        ...released,
        status: 'refunded' as const,
        outcome: { toPayee: 0, toPlatform: 0, toPayer: 20000 },
      },
    },
  }),
  dispute: call({
    summary: 'Either party disputes: nothing moves until support resolves it, within 48 hours.',
    audience: 'user',
    input: z.strictObject({ escrow: EscrowId, reason: z.enum(disputeReasons), statement: Line(20, 4000) }),
    output: EscrowView,
    refusals: ['not_found', 'wrong_status', 'chargeback_open', 'kept_elsewhere'],
    guard: 'account',
    limit: '5/min',
    bounds: 'until it is closed; the statement has 20 to 4,000 characters',
    example: {
      input: { escrow: id, reason: 'not_as_agreed', statement: 'We agreed on three drafts and got one.' },
      output: { ...example, status: 'disputed' as const, dueAt: 1767398400000 },
    },
  }),
  resolve: call({
    summary:
      'Support ends a dispute: release, refund, split by percent of the price to the payee, or a warning.',
    audience: 'support',
    input: z.strictObject({
      escrow: EscrowId,
      resolution: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('release') }),
        z.strictObject({ kind: z.literal('refund') }),
        z.strictObject({ kind: z.literal('split'), percent: z.int().min(0).max(100) }),
        z.strictObject({ kind: z.literal('warning'), to: z.enum(['payer', 'payee']) }),
      ]),
      reason: ReasonText,
    }),
    output: EscrowView,
    refusals: ['not_found', 'own_request', 'wrong_status', 'chargeback_open', 'kept_elsewhere'],
    guard: 'account',
    limit: '30/min',
    bounds: 'only while disputed; never one’s own',
    example: {
      input: {
        escrow: id,
        resolution: { kind: 'split', percent: 60 },
        reason: 'Two of three drafts were delivered.',
      },
      output: {
        ...released,
        status: 'split' as const,
        closedBy: 'admin' as const,
        outcome: { toPayee: 10800, toPlatform: 1200, toPayer: 8000 },
      },
    },
  }),
} as const;
