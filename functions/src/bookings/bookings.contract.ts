import { z } from 'zod';
import { MethodId, PaymentView } from '../payments/payments.contract.ts';
import { UsernameText } from '../profiles/usernames.contract.ts';
import { call } from '../shared/call.ts';
import { Amount, Line, ReasonText, RequestId } from '../shared/schema.ts';
import { PackageId } from '../terms/terms.contract.ts';
import { BookingId, BookingView, example, id, now, party } from './booking.contract.ts';
import { contestingContract } from './contesting.contract.ts';

/** How a card pays: the rest of what the wallet gives. */
const Card = z.strictObject({
  fromWallet: Amount.optional(),
  /** A saved card, charged at once. */
  method: MethodId.optional(),
  save: z.boolean().optional(),
});
/** What came of it: `payment` is there for a card, with what Stripe’s SDK needs to go on. */
const Paid = z.object({
  booking: BookingView,
  payment: PaymentView.nullable(),
  clientSecret: z.string().nullable(),
  needs: z.enum(['method', 'authentication']).nullable(),
});
const money = ['insufficient_funds', 'wallet_frozen', 'payment_open'] as const;
const byCard = ['job_funded', 'limit_reached', 'provider_unavailable', 'provider_refused'] as const;
const paid = { booking: example, payment: null, clientSecret: null, needs: null };

export const bookingsContract = {
  request: call({
    summary:
      'Books a creator by one of their packages. Price, parts, revisions and fees are those of now, for good.',
    audience: 'user',
    input: z.strictObject({
      requestId: RequestId,
      creator: UsernameText,
      package: PackageId,
      brief: Line(1, 4000),
    }),
    output: BookingView,
    refusals: ['not_found', 'username_needed', 'self_payment', 'request_id_reused'],
    guard: 'account',
    limit: '20/min',
    bounds: 'the creator has 7 days to answer',
    example: {
      input: {
        requestId: 'posts-2026-0001',
        creator: 'Lily_draws',
        package: 'three-posts',
        brief: example.brief,
      },
      output: example,
    },
  }),
  get: call({
    summary: 'A booking, with both sides by their usernames.',
    audience: 'user',
    input: z.strictObject({ booking: BookingId }),
    output: BookingView,
    refusals: ['not_found'],
    guard: 'token',
    limit: '60/min',
    bounds: 'its parties and support',
    example: { input: { booking: id }, output: example },
  }),
  pay: call({
    summary: 'Puts the money into escrow: from the wallet, or by card, or part and part. Repeat it to go on.',
    audience: 'user',
    input: z.strictObject({
      booking: BookingId,
      /** Only this part, counted from 0; without it the wallet pays all, and a card the next. */
      part: z.int().min(0).max(9).optional(),
      card: Card.optional(),
    }),
    output: Paid,
    refusals: [...party, ...money, ...byCard],
    guard: 'account',
    limit: '20/min',
    bounds: 'work begins when it was accepted and the money of the part is there',
    example: { input: { booking: id }, output: paid },
  }),
  accept: call({
    summary: 'The creator accepts a booking; paid, the work begins.',
    audience: 'user',
    input: z.strictObject({ booking: BookingId }),
    output: BookingView,
    refusals: [...party],
    guard: 'account',
    limit: '20/min',
    example: { input: { booking: id }, output: now('accepted') },
  }),
  reject: call({
    summary: 'The creator says no: what was paid is in the brand’s wallet at once.',
    audience: 'user',
    input: z.strictObject({ booking: BookingId, reason: ReasonText }),
    output: BookingView,
    refusals: [...party, 'payment_open', 'chargeback_open'],
    guard: 'account',
    limit: '20/min',
    bounds: 'until work has begun',
    example: { input: { booking: id, reason: 'I am away in March.' }, output: now('rejected') },
  }),
  withdraw: call({
    summary: 'The brand takes a booking back: what was paid is in its wallet at once.',
    audience: 'user',
    input: z.strictObject({ booking: BookingId, reason: ReasonText }),
    output: BookingView,
    refusals: [...party, 'payment_open', 'chargeback_open'],
    guard: 'account',
    limit: '20/min',
    bounds: 'until work has begun',
    example: { input: { booking: id, reason: 'We have changed our plans.' }, output: now('withdrawn') },
  }),
  deliver: call({
    summary: 'The creator hands in pieces of the part under way, one link a piece; the timer starts.',
    audience: 'user',
    input: z.strictObject({
      booking: BookingId,
      note: Line(1, 2000),
      links: z
        .array(z.url({ protocol: /^https$/ }).max(500))
        .min(1)
        .max(50),
    }),
    output: BookingView,
    refusals: [...party, 'limit_reached'],
    guard: 'account',
    limit: '20/min',
    bounds: 'no more pieces than are missing',
    example: {
      input: { booking: id, note: 'The first one.', links: ['https://files.example/1.mp4'] },
      output: now('delivered'),
    },
  }),
  approve: call({
    summary:
      'The brand approves what was delivered; with the last piece of a part its money is the creator’s.',
    audience: 'user',
    input: z.strictObject({ booking: BookingId }),
    output: BookingView,
    refusals: [...party, 'payment_open', 'chargeback_open'],
    guard: 'account',
    limit: '20/min',
    bounds: 'only while delivered; the timer does it after 72 hours of silence',
    example: { input: { booking: id }, output: now('done') },
  }),
  revise: call({
    summary: 'The brand asks for changes; beyond the free ones, after the fee of this one was paid.',
    audience: 'user',
    input: z.strictObject({ booking: BookingId, wish: Line(1, 2000) }),
    output: BookingView,
    refusals: [...party, 'revision_unpaid', 'chargeback_open'],
    guard: 'account',
    limit: '20/min',
    bounds: 'only while delivered',
    example: { input: { booking: id, wish: 'A darker blue, please.' }, output: now('changes') },
  }),
  extra: call({
    summary: 'Pays the fee of one revision beyond the free ones, from the wallet or by card.',
    audience: 'user',
    input: z.strictObject({ booking: BookingId, card: Card.optional() }),
    output: Paid,
    refusals: [...party, ...money, ...byCard, 'revision_free', 'too_late'],
    guard: 'account',
    limit: '20/min',
    bounds:
      'the fee that was agreed; it opens one revision, and goes back if none is asked for; by card until an hour before the timer approves',
    example: { input: { booking: id }, output: paid },
  }),
  ...contestingContract,
} as const;
