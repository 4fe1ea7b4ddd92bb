import { z } from 'zod';
import { providers } from '../psp/gateway.ts';
import { call } from '../shared/call.ts';
import {
  Amount,
  AmountOut,
  CurrencyCode,
  JoinedId,
  PlainId,
  ReasonText,
  RequestId,
  Time,
  Uid,
} from '../shared/schema.ts';
import { refundStatuses } from './refund.ts';

const Target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('purchase'), id: JoinedId(2) }),
  z.strictObject({ kind: z.literal('payment'), id: JoinedId(2) }),
]);

/** A refund as finance sees it; amounts in minor units. */
export const RefundView = z.object({
  id: z.string(),
  target: z.string(),
  uid: Uid,
  status: z.enum(refundStatuses),
  amount: AmountOut,
  currency: CurrencyCode,
  provider: z.enum(providers),
  /** Why it failed, or waits for a person. */
  why: z.string().nullable(),
  requestedAt: Time,
});

const example = {
  id: '7c1d0e2f5a2b4c6d8e0f1a2b',
  target: 'payments/5f0c2d7ab19e4c66d1f0a3b2~ann',
  uid: 'ann',
  status: 'processing' as const,
  amount: 21000,
  currency: 'QAR' as const,
  provider: 'stripe' as const,
  why: null,
  requestedAt: 1767225600000,
};
const target = { kind: 'payment' as const, id: '5f0c2d7ab19e4c66d1f0a3b2~ann' };
const plan = '3b5d5c3712955042212316173ccf37be800a1d2c3e4f5a6b7c8d9e0f1a2b3c4d';

export const refundsContract = {
  preview: call({
    summary: 'Shows finance every entry that a refund would make, before anything moves.',
    audience: 'finance',
    input: z.strictObject({ target: Target, amount: Amount.optional() }),
    output: z.object({
      amount: AmountOut,
      currency: CurrencyCode,
      /** What may still be refunded. */
      remaining: AmountOut,
      /** The legs of the entry: negative takes from an account, positive gives to it. */
      legs: z.array(z.object({ account: z.string(), amount: AmountOut })),
      /** Who would owe from then on, since the money is gone. */
      owed: z.array(z.object({ uid: Uid, amount: AmountOut })),
      /** To be handed to `refunds-create`, which does exactly this or refuses. */
      plan: z.string(),
    }),
    refusals: [
      'not_found',
      'wrong_status',
      'refund_too_large',
      'chargeback_open',
      'partial_refund_unsupported',
      'invalid_amount',
    ],
    guard: 'account',
    limit: '60/min',
    bounds: 'up to what remains of the payment',
    example: {
      input: { target, amount: 21000 },
      output: {
        amount: 21000,
        currency: 'QAR',
        remaining: 105000,
        legs: [
          { account: 'wallet:ben:available', amount: -10000 },
          { account: 'wallet:ben:debt', amount: -8000 },
          { account: 'platform:fees', amount: -3000 },
          { account: 'psp:stripe:clearing', amount: 21000 },
        ],
        owed: [{ uid: 'ben', amount: 8000 }],
        plan,
      },
    },
  }),
  create: call({
    summary:
      'Finance refunds a payment, in whole or in part: exactly as previewed, then through the provider.',
    audience: 'finance',
    input: z.strictObject({
      requestId: RequestId,
      target: Target,
      amount: Amount.optional(),
      plan: z.string().regex(/^[0-9a-f]{64}$/, 'not the plan of a preview'),
      reason: ReasonText,
    }),
    output: RefundView,
    refusals: [
      'not_found',
      'wrong_status',
      'own_request',
      'refund_too_large',
      'plan_changed',
      'chargeback_open',
      'partial_refund_unsupported',
      'invalid_amount',
      'request_id_reused',
    ],
    guard: 'once',
    limit: '30/min',
    bounds: 'up to what remains of the payment; never one’s own',
    example: {
      input: {
        requestId: 'refund-2026-0001',
        target,
        amount: 21000,
        plan,
        reason: 'One of five drafts was never delivered.',
      },
      output: example,
    },
  }),
  get: call({
    summary: 'How a refund stands.',
    audience: 'finance',
    input: z.strictObject({ refund: PlainId }),
    output: RefundView,
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    example: { input: { refund: example.id }, output: example },
  }),
  resolve: call({
    summary:
      'Finance has looked at the provider about a refund under review: it went back (`refunded`), or it did not, and whoever gave for it has it again (`failed`).',
    audience: 'finance',
    input: z.strictObject({
      refund: PlainId,
      decision: z.enum(['refunded', 'failed']),
      reason: ReasonText,
    }),
    output: RefundView,
    refusals: ['not_found', 'own_request', 'wrong_status'],
    guard: 'account',
    limit: '30/min',
    bounds: 'only while under review; never one’s own',
    example: {
      input: {
        refund: example.id,
        decision: 'refunded',
        reason: 'It was returned by hand in the dashboard (re_1TB2).',
      },
      output: { ...example, status: 'refunded' as const },
    },
  }),
} as const;
