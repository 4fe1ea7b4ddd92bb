import { z } from 'zod';
import { ItemInput } from '../catalog/catalog.contract.ts';
import { coins } from '../catalog/catalog.ts';
import { call } from '../shared/call.ts';
import { AmountOut, CurrencyCode, JoinedId, ReasonText, RequestId, Time } from '../shared/schema.ts';
import { providers } from '../psp/gateway.ts';

export const PurchaseId = JoinedId(2);

export const purchaseStatuses = [
  'created',
  'pending',
  'paid',
  'partially_refunded',
  'refunded',
  'failed',
  'expired',
  'review',
] as const;

/** An order as its owner sees it; amounts in minor units. */
export const PurchaseView = z.object({
  id: z.string(),
  status: z.enum(purchaseStatuses),
  provider: z.enum(providers),
  currency: CurrencyCode,
  /** What arrives in the wallet, and what is paid for it. */
  value: AmountOut,
  price: AmountOut,
  coins: z.partialRecord(z.enum(coins), z.int()),
  /** The credits that arrive instead; 0 where it is coins. */
  credits: z.int(),
  /** How much of the price went back, or is on its way back. */
  refunded: AmountOut,
  /** Where the payer pays; null when there is nothing to pay any more. */
  checkoutUrl: z.string().nullable(),
  createdAt: Time,
  expiresAt: Time,
});

const example = {
  id: '9d1c0e7f5a2b4c6d8e0f1a2b~ann',
  status: 'pending' as const,
  provider: 'stripe' as const,
  currency: 'QAR' as const,
  value: 30000,
  price: 33000,
  coins: { GDC: 1, GPC: 1 },
  credits: 0,
  refunded: 0,
  checkoutUrl: 'https://checkout.stripe.com/c/pay/cs_test_a1',
  createdAt: 1767225600000,
  expiresAt: 1767229200000,
};

export const purchasesContract = {
  create: call({
    summary: 'Orders coins or credits and opens a checkout at a payment provider. The price is the server’s.',
    audience: 'user',
    input: z.strictObject({ requestId: RequestId, provider: z.enum(providers), item: ItemInput }),
    output: PurchaseView,
    refusals: [
      'invalid_amount',
      'limit_reached',
      'request_id_reused',
      'provider_unavailable',
      'provider_refused',
    ],
    guard: 'account',
    limit: '5/min',
    bounds: '10 orders and QAR 50,000 of value in 24 hours',
    example: {
      input: { requestId: 'buy-2026-000001', provider: 'stripe', item: { kind: 'amount', amount: 30000 } },
      output: example,
    },
  }),
  resolve: call({
    summary: 'Finance decides about a payment under review: credit it when it only came late, or dismiss it.',
    audience: 'finance',
    input: z.strictObject({
      purchase: PurchaseId,
      decision: z.enum(['credit', 'dismiss']),
      reason: ReasonText,
    }),
    output: PurchaseView,
    refusals: ['not_found', 'own_request', 'wrong_status', 'chargeback_open', 'amount_mismatch'],
    guard: 'account',
    limit: '30/min',
    bounds: 'only while under review; never one’s own',
    example: {
      input: { purchase: example.id, decision: 'credit', reason: 'Paid in full, an hour late.' },
      output: { ...example, status: 'paid' as const, checkoutUrl: null },
    },
  }),
} as const;
