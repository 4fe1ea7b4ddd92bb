import { z } from 'zod';
import { call } from '../shared/call.ts';
import {
  Amount,
  AmountOut,
  CurrencyCode,
  JoinedId,
  PlainId,
  ReasonText,
  Time,
  Uid,
} from '../shared/schema.ts';
import { paymentStatuses } from './funding.ts';

export const PaymentId = JoinedId(2);

/** A card payment as its payer sees it; amounts in minor units. */
export const PaymentView = z.object({
  id: z.string(),
  job: z.string(),
  payee: Uid,
  /**
   * `awaiting_payer`: see `needs`; `processing`: the bank takes its time; `paid`: the money is in escrow; `failed`,
   * `expired`, `cancelled`: nothing was taken, and `escrow-fund` begins anew; `review`: finance looks at what came.
   */
  status: z.enum(paymentStatuses),
  currency: CurrencyCode,
  /** What will be in escrow: price and payer’s fee, from the wallet and from the card. */
  held: AmountOut,
  payerFee: AmountOut,
  fromWallet: AmountOut,
  fromCard: AmountOut,
  /** The escrow that it fills, once it is paid. */
  escrow: z.string().nullable(),
  /** Why the last card was not taken, in the provider’s word, while another may be tried. */
  failure: z.string().nullable(),
  /** How much of what the card paid went back, or is on its way back. */
  refunded: AmountOut,
  /** Until then it can be paid. */
  expiresAt: Time,
});

/** A saved card, as its owner knows it. */
const Method = z.object({
  id: z.string(),
  brand: z.string(),
  last4: z.string(),
  expMonth: z.int(),
  expYear: z.int(),
});

export const MethodId = z.string().regex(/^pm_[A-Za-z0-9_]{1,100}$/, 'not a saved card');

const id = '5f0c2d7ab19e4c66d1f0a3b2~ann';
const example = {
  id,
  job: '5f0c2d7ab19e4c66d1f0a3b2',
  payee: 'ben',
  status: 'awaiting_payer' as const,
  currency: 'QAR' as const,
  held: 105000,
  payerFee: 5000,
  fromWallet: 5000,
  fromCard: 100000,
  escrow: null,
  failure: null,
  refunded: 0,
  expiresAt: 1767229200000,
};
const card = { id: 'pm_1QxY2Z', brand: 'visa', last4: '4242', expMonth: 12, expYear: 2030 };

/** Deployed beside the other calls of `escrow`: it is another way to fill one. */
export const fundContract = {
  fund: call({
    summary:
      'Pays an assigned job by card, or part by wallet and part by card, straight into escrow; repeat it to go on.',
    audience: 'user',
    input: z.strictObject({
      job: PlainId,
      /** How much of it the wallet gives; the card gives the rest. */
      fromWallet: Amount.optional(),
      /** A saved card, charged at once; without it the app collects one with `clientSecret`. */
      method: MethodId.optional(),
      /** Whether to keep the card for later. */
      save: z.boolean().optional(),
    }),
    output: PaymentView.extend({
      /** For Stripe’s own SDK in the app, which takes the card and passes 3-D Secure; null when nothing is left to do. */
      clientSecret: z.string().nullable(),
      /** `method`: a card, or another one; `authentication`: the payer passes 3-D Secure. Both by `clientSecret`. */
      needs: z.enum(['method', 'authentication']).nullable(),
    }),
    refusals: [
      'not_found',
      'job_not_assigned',
      'wrong_status',
      'self_payment',
      'job_funded',
      'payment_open',
      'kept_elsewhere',
      'insufficient_funds',
      'wallet_frozen',
      'limit_reached',
      'provider_unavailable',
      'provider_refused',
    ],
    guard: 'account',
    limit: '10/min',
    bounds: 'an hour to pay; counts against the limits of purchases',
    example: {
      input: { job: example.job, fromWallet: 5000 },
      output: { ...example, clientSecret: 'pi_3Qx_secret_x', needs: 'method' as const },
    },
  }),
} as const;

export const paymentsContract = {
  cancel: call({
    summary: 'The payer gives up a card payment that is not paid yet; what the wallet gave comes back.',
    audience: 'user',
    input: z.strictObject({ payment: PaymentId }),
    output: PaymentView,
    refusals: ['not_found', 'wrong_status', 'provider_unavailable', 'provider_refused'],
    guard: 'account',
    limit: '10/min',
    bounds: 'until it is paid or on its way',
    example: { input: { payment: id }, output: { ...example, status: 'cancelled' as const } },
  }),
  methods: call({
    summary: 'Lists the caller’s saved cards.',
    audience: 'user',
    input: z.strictObject({}),
    output: z.object({ methods: z.array(Method) }),
    refusals: ['provider_unavailable', 'provider_refused'],
    guard: 'account',
    limit: '10/min',
    example: { input: {}, output: { methods: [card] } },
  }),
  forget: call({
    summary: 'Forgets a saved card.',
    audience: 'user',
    input: z.strictObject({ method: MethodId }),
    output: z.object({ forgotten: z.boolean() }),
    refusals: ['not_found', 'provider_unavailable', 'provider_refused'],
    guard: 'account',
    limit: '10/min',
    example: { input: { method: card.id }, output: { forgotten: true } },
  }),
  credit: call({
    summary: 'Finance lets what was collected and did not fit into the payer’s wallet.',
    audience: 'finance',
    input: z.strictObject({ payment: PaymentId, reason: ReasonText }),
    output: PaymentView,
    refusals: ['not_found', 'own_request', 'wrong_status', 'chargeback_open', 'amount_mismatch'],
    guard: 'account',
    limit: '30/min',
    bounds: 'only while under review; never one’s own',
    example: {
      input: { payment: id, reason: 'The job was taken back while the bank decided.' },
      output: { ...example, status: 'failed' as const },
    },
  }),
} as const;
