import { z } from 'zod';
import { disputeReasons } from '../escrow/escrow.ts';
import { call } from '../shared/call.ts';
import { Line, ReasonText, Uid } from '../shared/schema.ts';
import { BookingId, BookingView, example, id, now, party, ProofPath } from './booking.contract.ts';

/** Cancellations and disputes of bookings: what the parties ask for, and what support decides. */
export const contestingContract = {
  cancel: call({
    summary: 'Either side asks for a cancellation; support decides.',
    audience: 'user',
    input: z.strictObject({ booking: BookingId, reason: ReasonText }),
    output: BookingView,
    refusals: [...party],
    guard: 'account',
    limit: '5/min',
    bounds: 'once work has begun and until it is done',
    example: { input: { booking: id, reason: 'The shop does not open.' }, output: now('cancelling') },
  }),
  decide: call({
    summary: 'Support lets a cancellation pass, shared by how far the work is, or declines it.',
    audience: 'support',
    input: z.strictObject({ booking: BookingId, approve: z.boolean(), reason: ReasonText }),
    output: BookingView,
    refusals: [...party, 'own_request', 'payment_open', 'chargeback_open'],
    guard: 'account',
    limit: '30/min',
    bounds:
      'nothing approved: all to the brand; below half 75/25; from half on 25/75; the creator’s part less the fee',
    example: { input: { booking: id, approve: true, reason: 'Both want it.' }, output: now('cancelled') },
  }),
  dispute: call({
    summary: 'Either side disputes: nothing moves until support resolves it, within 48 hours.',
    audience: 'user',
    input: z.strictObject({ booking: BookingId, reason: z.enum(disputeReasons), statement: Line(20, 4000) }),
    output: BookingView,
    refusals: [...party],
    guard: 'account',
    limit: '5/min',
    bounds: 'once work has begun and until it is done',
    example: {
      input: { booking: id, reason: 'not_as_agreed', statement: 'We agreed on three posts and got one.' },
      output: now('disputed'),
    },
  }),
  evidence: call({
    summary: 'Either side adds to a dispute: words, and a file that was uploaded before.',
    audience: 'user',
    input: z.strictObject({ booking: BookingId, text: Line(1, 4000), file: ProofPath.optional() }),
    output: BookingView,
    refusals: [...party, 'limit_reached'],
    guard: 'account',
    limit: '10/min',
    bounds: 'at most 20; files only under proofs/<own uid>/',
    example: { input: { booking: id, text: 'This is what we had said.' }, output: now('disputed') },
  }),
  assign: call({
    summary: 'Support says which admin looks at a dispute or a cancellation.',
    audience: 'support',
    input: z.strictObject({ booking: BookingId, to: Uid, reason: ReasonText }),
    output: BookingView,
    refusals: ['not_found', 'not_yours', 'own_request', 'wrong_status', 'role_missing'],
    guard: 'account',
    limit: '30/min',
    bounds: 'to somebody of support, and no party',
    example: { input: { booking: id, to: 'sam', reason: 'Sam knows both.' }, output: now('disputed') },
  }),
  resolve: call({
    summary: 'Support ends a dispute: release, refund, split by percent to the creator, or a warning.',
    audience: 'support',
    input: z.strictObject({
      booking: BookingId,
      resolution: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('release') }),
        z.strictObject({ kind: z.literal('refund') }),
        z.strictObject({ kind: z.literal('split'), percent: z.int().min(0).max(100) }),
        z.strictObject({ kind: z.literal('warning') }),
      ]),
      reason: ReasonText,
    }),
    output: BookingView,
    refusals: [...party, 'own_request', 'payment_open', 'chargeback_open'],
    guard: 'account',
    limit: '30/min',
    bounds: 'of the part under way; what was not begun goes back to the brand',
    example: {
      input: {
        booking: id,
        resolution: { kind: 'split', percent: 60 },
        reason: 'Two of three were delivered.',
      },
      output: now('resolved'),
    },
  }),
  queue: call({
    summary: 'Disputes and cancellations that wait for support, the most urgent first.',
    audience: 'support',
    input: z.strictObject({
      status: z.enum(['disputed', 'cancelling']),
      after: BookingId.optional(),
      limit: z.int().min(1).max(100).default(20),
    }),
    output: z.object({ bookings: z.array(BookingView), next: z.string().nullable() }),
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    bounds: '100 a page',
    example: { input: { status: 'disputed', limit: 20 }, output: { bookings: [example], next: null } },
  }),
} as const;
