import { z } from 'zod';
import { call } from '../shared/call.ts';
import {
  AmountOut,
  CurrencyCode,
  CashMoney,
  PlainId,
  RequestId,
  Time,
  Title,
  Uid,
} from '../shared/schema.ts';

/** A job as its payer sees it. Whether money is in escrow for it is told by its escrow. */
export const JobView = z.object({
  id: z.string(),
  status: z.enum(['open', 'assigned', 'cancelled']),
  title: z.string(),
  price: z.object({ amount: AmountOut, currency: CurrencyCode }),
  payer: Uid,
  payee: Uid.nullable(),
  createdAt: Time,
});

const example = {
  id: '5f0c2d7ab19e4c66d1f0a3b2',
  status: 'open' as const,
  title: 'Draw a logo',
  price: { amount: 20000, currency: 'QAR' as const },
  payer: 'ann',
  payee: null,
  createdAt: 1767225600000,
};

export const jobsContract = {
  post: call({
    summary: 'Offers work at a price. The caller is the payer.',
    audience: 'user',
    input: z.strictObject({ requestId: RequestId, title: Title(3, 120), price: CashMoney }),
    output: JobView,
    refusals: ['request_id_reused'],
    guard: 'token',
    limit: '10/min',
    bounds: 'closed after 90 days without money in escrow',
    example: {
      input: { requestId: 'logo-2026-0001', title: 'Draw a logo', price: { amount: 20000, currency: 'QAR' } },
      output: example,
    },
  }),
  assign: call({
    summary: 'Names who does the job; may be changed until its money is in escrow.',
    audience: 'user',
    input: z.strictObject({ job: PlainId, payee: Uid }),
    output: JobView,
    refusals: ['not_found', 'self_payment', 'wrong_status', 'job_funded', 'payment_open', 'kept_elsewhere'],
    guard: 'account',
    limit: '10/min',
    bounds: 'the payer only',
    example: {
      input: { job: example.id, payee: 'ben' },
      output: { ...example, status: 'assigned' as const, payee: 'ben' },
    },
  }),
  cancel: call({
    summary: 'Takes a job back before its money is in escrow.',
    audience: 'user',
    input: z.strictObject({ job: PlainId }),
    output: JobView,
    refusals: ['not_found', 'job_funded', 'payment_open', 'kept_elsewhere'],
    guard: 'token',
    limit: '10/min',
    bounds: 'the payer only',
    example: { input: { job: example.id }, output: { ...example, status: 'cancelled' as const } },
  }),
} as const;
