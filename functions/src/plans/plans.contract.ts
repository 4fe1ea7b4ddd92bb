import { z } from 'zod';
import { call } from '../shared/call.ts';
import { Amount, AmountOut, CurrencyCode, ReasonText, RequestId, Time, Title } from '../shared/schema.ts';
import { MethodId } from '../payments/payments.contract.ts';

const Name = z.string().regex(/^[a-z][a-z0-9]{1,29}$/, 'not the name of an offer');
const Bps = z.int().min(0).max(10_000);
const kinds = z.enum(['plan', 'badge']);

const OfferView = z.object({
  name: z.string(),
  kind: kinds,
  title: z.string(),
  price: z.object({ amount: AmountOut, currency: CurrencyCode }),
  days: z.int(),
  /** What the plan’s holder is charged, in basis points, as payee and as payer. */
  fees: z.object({ payeeFeeBps: z.int(), payerFeeBps: z.int() }).nullable(),
});

const plus = {
  name: 'plus',
  kind: 'plan' as const,
  title: 'Plus',
  price: { amount: 4900, currency: 'QAR' as const },
  days: 30,
  fees: { payeeFeeBps: 800, payerFeeBps: 0 },
};
const sale = {
  id: '5f0c2d7ab19e4c66d1f0a3b2~ann',
  status: 'done' as const,
  offer: plus,
  clientSecret: null,
  payment: null,
};

export const plansContract = {
  list: call({
    summary: 'The plans and badges that can be bought, with prices and fees.',
    audience: 'anyone',
    input: z.strictObject({}),
    output: z.object({ offers: z.array(OfferView) }),
    refusals: [],
    guard: 'token',
    limit: '60/min',
    example: { input: {}, output: { offers: [plus] } },
  }),
  mine: call({
    summary: 'The caller’s plan and badges, and until when.',
    audience: 'user',
    input: z.strictObject({}),
    output: z.object({
      plan: z.object({ name: z.string(), untilAt: Time }).nullable(),
      badges: z.array(z.object({ badge: z.string(), untilAt: Time })),
    }),
    refusals: [],
    guard: 'token',
    limit: '60/min',
    example: { input: {}, output: { plan: { name: 'plus', untilAt: 1769817600000 }, badges: [] } },
  }),
  buy: call({
    summary: 'Buys a plan or a badge: from the wallet, or by card, or part and part. Repeat it to go on.',
    audience: 'user',
    input: z.strictObject({
      requestId: RequestId,
      offer: Name,
      /** Without it the wallet pays all. */
      card: z
        .strictObject({
          fromWallet: Amount.optional(),
          method: MethodId.optional(),
          save: z.boolean().optional(),
        })
        .optional(),
    }),
    output: z.object({
      id: z.string(),
      /** `open`: the card is still to pay; `lapsed`: it never did. */
      status: z.enum(['open', 'done', 'lapsed']),
      offer: OfferView,
      /** For Stripe’s own SDK in the app; null when nothing is left to do. */
      clientSecret: z.string().nullable(),
      payment: z.string().nullable(),
    }),
    refusals: [
      'not_found',
      'request_id_reused',
      'kyc_required',
      'insufficient_funds',
      'wallet_frozen',
      'job_funded',
      'payment_open',
      'limit_reached',
      'provider_unavailable',
      'provider_refused',
    ],
    guard: 'account',
    limit: '10/min',
    bounds: 'price and length are those of the offer; `verification` needs verified papers',
    example: { input: { requestId: 'plus-2026-0001', offer: 'plus' }, output: sale },
  }),
  define: call({
    summary: 'Says what a plan or a badge costs, how long it lasts, and a plan’s fees, from now on.',
    audience: 'superadmin',
    input: z.strictObject({
      offer: Name,
      kind: kinds,
      title: Title(2, 60),
      /** Minor units of `currency`; 0 for what is not sold. */
      costs: z.int().min(0).max(1_000_000_000),
      currency: CurrencyCode,
      days: z.int().min(1).max(3660),
      charges: z.strictObject({ payeeFeeBps: Bps, payerFeeBps: Bps }).optional(),
      reason: ReasonText,
    }),
    output: OfferView,
    refusals: [],
    guard: 'account',
    limit: '30/min',
    bounds: 'a plan has fees and a badge has none; `free` is what holds without a plan, and is not sold',
    example: {
      input: {
        ...{ offer: 'plus', kind: 'plan' as const, title: 'Plus', days: 30 },
        ...{ costs: 4900, currency: 'QAR' as const, charges: plus.fees, reason: 'The prices of this year.' },
      },
      output: plus,
    },
  }),
} as const;
