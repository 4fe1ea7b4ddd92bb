import { z } from 'zod';
import { PackageName, PriceView } from '../packages/packages.contract.ts';
import { MethodId } from '../payments/payments.contract.ts';
import { call } from '../shared/call.ts';
import { Amount, AmountOut, JoinedId, PlainId, ReasonText, RequestId, Time } from '../shared/schema.ts';

export const OrderId = JoinedId(2);

const OrderView = z.object({
  id: z.string(),
  kind: z.enum(['package', 'course']),
  /** A package’s name or a course’s id. */
  item: z.string(),
  title: z.string(),
  /** What it costs; of an upgrade what it costs more than what was held. */
  price: PriceView,
  /** The order of the package whose place it takes. */
  upgradeOf: z.string().nullable(),
  /** `open`: the card is still to pay; `lapsed`: it never did, or its money went back, and `why` says which. */
  status: z.enum(['open', 'done', 'lapsed']),
  /** `unfit`: something else was bought meanwhile, so its money went to the wallet. */
  why: z.enum(['unpaid', 'refunded', 'unfit']).nullable(),
  createdAt: Time,
  doneAt: Time.nullable(),
  /** How much of it refunds and banks took back; where it is all, what was bought is no more. */
  back: AmountOut,
});

const Bought = OrderView.extend({
  /** For Stripe’s own SDK in the app; null when nothing is left to do. */
  clientSecret: z.string().nullable(),
  payment: z.string().nullable(),
});

/** Without it the wallet pays all. */
const Card = z
  .strictObject({ fromWallet: Amount.optional(), method: MethodId.optional(), save: z.boolean().optional() })
  .optional();

const id = '5f0c2d7ab19e4c66d1f0a3b2~ann';
const order = {
  ...{ id, kind: 'package' as const, item: 'starter', title: 'Starter', upgradeOf: null },
  price: { base: 250_000, tax: 45_000, total: 295_000, currency: 'INR' as const },
  ...{ status: 'done' as const, why: null, createdAt: 1767225600000, doneAt: 1767225600000, back: 0 },
};
const bought = { ...order, clientSecret: null, payment: null };
const course = { ...bought, kind: 'course' as const, item: 'selling-online', title: 'Selling online' };

const refusals = [
  'not_found',
  'already_held',
  'request_id_reused',
  'insufficient_funds',
  'wallet_frozen',
  'job_funded',
  'payment_open',
  'limit_reached',
  'provider_unavailable',
  'provider_refused',
] as const;

/** Of `packages`: what is bought is an order. */
export const buyPackagesContract = {
  mine: call({
    summary: 'The package that the caller has, and until when.',
    audience: 'user',
    input: z.strictObject({}),
    output: z.object({
      package: z
        .object({
          name: z.string(),
          title: z.string(),
          rank: z.int(),
          order: z.string(),
          sinceAt: Time,
          untilAt: Time,
        })
        .nullable(),
    }),
    refusals: [],
    guard: 'token',
    limit: '60/min',
    example: {
      input: {},
      output: {
        package: {
          ...{ name: 'starter', title: 'Starter', rank: 1, order: id },
          ...{ sinceAt: 1767225600000, untilAt: 1798761600000 },
        },
      },
    },
  }),
  buy: call({
    summary:
      'Buys a package: from the wallet, or by card, or part and part. Whoever holds a lower one pays the difference. Repeat it to go on.',
    audience: 'user',
    input: z.strictObject({ requestId: RequestId, package: PackageName, card: Card }),
    output: Bought,
    refusals: [...refusals, 'currency_mismatch', 'below_minimum', 'wrong_status'],
    guard: 'account',
    limit: '10/min',
    bounds: 'an upgrade ends when what it takes the place of would have',
    example: { input: { requestId: 'starter-2026-0001', package: 'starter' }, output: bought },
  }),
} as const;

/** Of `courses`. */
export const buyCoursesContract = {
  buy: call({
    summary: 'Buys a single course for what the catalogue says, from the wallet, by card, or part and part.',
    audience: 'user',
    input: z.strictObject({ requestId: RequestId, course: PlainId, card: Card }),
    output: Bought,
    refusals: [...refusals, 'wrong_status'],
    guard: 'account',
    limit: '10/min',
    bounds: 'not while a package includes it',
    example: { input: { requestId: 'selling-2026-0001', course: 'selling-online' }, output: course },
  }),
} as const;

export const ordersContract = {
  get: call({
    summary: 'One order, as its money stands now; finance sees everybody’s.',
    audience: 'user',
    input: z.strictObject({ order: OrderId }),
    output: OrderView,
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    example: { input: { order: id }, output: order },
  }),
  list: call({
    summary: 'The caller’s own orders of packages and courses, newest first.',
    audience: 'user',
    input: z.strictObject({ after: OrderId.optional(), limit: z.int().min(1).max(100).default(20) }),
    output: z.object({ orders: z.array(OrderView), next: z.string().nullable() }),
    refusals: ['not_found'],
    guard: 'token',
    limit: '60/min',
    bounds: '100 a page',
    example: { input: { limit: 20 }, output: { orders: [order], next: null } },
  }),
  refund: call({
    summary:
      'Gives back what was paid for an order, or a part: to the card what the card paid, then to the wallet.',
    audience: 'finance',
    input: z.strictObject({
      requestId: RequestId,
      order: OrderId,
      /** Minor units of the order’s currency; without it all that remains. */
      amount: Amount.optional(),
      reason: ReasonText,
    }),
    output: OrderView.extend({
      refund: z.object({ id: z.string(), toWallet: AmountOut, toCard: AmountOut }),
    }),
    refusals: [
      'not_found',
      'own_request',
      'wrong_status',
      'refund_too_large',
      'invalid_amount',
      'partial_refund_unsupported',
      'chargeback_open',
      'limit_reached',
      'request_id_reused',
    ],
    guard: 'account',
    limit: '30/min',
    bounds: 'up to what was paid and has not gone back; where all of it has, what was bought ends',
    example: {
      input: { requestId: 'refund-2026-0001', order: id, reason: 'Asked for within the first week.' },
      output: {
        ...{ ...order, back: 295_000 },
        refund: { id: '7c1d0e2f5a2b4c6d8e0f1a2b', toWallet: 295_000, toCard: 0 },
      },
    },
  }),
} as const;
