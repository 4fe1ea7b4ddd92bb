import { z } from 'zod';
import { call } from '../shared/call.ts';
import {
  AmountOut,
  CurrencyCode,
  JoinedId,
  Line,
  Money,
  ReasonText,
  RequestId,
  Time,
  Uid,
} from '../shared/schema.ts';
import { normalReference } from '../withdrawals/withdrawal.ts';
import { depositStatuses } from './deposit.ts';

export const DepositId = JoinedId(2);

const Proof = z
  .string()
  .max(300)
  .regex(
    /^proofs\/[^/]+\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,90}\.(pdf|jpe?g|png|gif)$/,
    'not proofs/<uid>/<file>.pdf, .jpg, .png or .gif',
  );

/** As the bank prints it; spaces, dashes and case make no difference. */
const Reference = Line(3, 100).refine(
  (text) => normalReference(text).length >= 3,
  'needs three letters or digits',
);

const DepositView = z.object({
  id: z.string(),
  status: z.enum(depositStatuses),
  amount: z.object({ amount: AmountOut, currency: CurrencyCode }),
  reference: z.string(),
  submittedAt: Time,
  closedAt: Time.nullable(),
  /** Why it was rejected. */
  why: z.string().nullable(),
});

/** As finance sees it: whose, how old, the file to look at, and who looks. */
const AdminView = DepositView.extend({
  username: z.string().nullable(),
  proof: z.string(),
  /** Since it was handed in, in milliseconds. */
  age: z.int(),
  assignee: Uid.nullable(),
});

const id = '5f0c2d7ab19e4c66d1f0a3b2~ann';
const view = {
  id,
  status: 'waiting' as const,
  amount: { amount: 50000, currency: 'QAR' as const },
  reference: 'QNB-2026-000321',
  submittedAt: 1767225600000,
  ...{ closedAt: null, why: null },
};
const admin = { ...view, username: 'Ann_brands', proof: 'proofs/ann/slip.pdf', age: 60000, assignee: null };
const closed = { closedAt: 1767229200000 };

export const depositsContract = {
  submit: call({
    summary: 'Says that money was sent to the platform’s bank, with a proof that was uploaded before.',
    audience: 'user',
    input: z.strictObject({ requestId: RequestId, amount: Money, reference: Reference, proof: Proof }),
    output: DepositView,
    refusals: ['request_id_reused', 'not_yours'],
    guard: 'account',
    limit: '10/min',
    bounds:
      'a pdf, jpg, png or gif of up to 5 MB under proofs/<own uid>/; in the wallet once finance has found it',
    example: {
      input: {
        ...{ requestId: 'slip-2026-0001', amount: view.amount },
        ...{ reference: view.reference, proof: admin.proof },
      },
      output: view,
    },
  }),
  queue: call({
    summary: 'Transfers that finance looks for, oldest first.',
    audience: 'finance',
    input: z.strictObject({
      status: z.enum(depositStatuses).default('waiting'),
      after: DepositId.optional(),
      limit: z.int().min(1).max(100).default(20),
    }),
    output: z.object({ deposits: z.array(AdminView), next: z.string().nullable() }),
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    bounds: '100 a page',
    example: { input: { limit: 20 }, output: { deposits: [admin], next: null } },
  }),
  assign: call({
    summary: 'Says which finance admin looks for a transfer.',
    audience: 'finance',
    input: z.strictObject({ deposit: DepositId, to: Uid, reason: ReasonText }),
    output: AdminView,
    refusals: ['not_found', 'own_request', 'wrong_status', 'role_missing'],
    guard: 'account',
    limit: '30/min',
    bounds: 'to somebody of finance; never one’s own',
    example: {
      input: { deposit: id, to: 'fay', reason: 'Fay has the bank.' },
      output: { ...admin, assignee: 'fay' },
    },
  }),
  verify: call({
    summary:
      'Finance has found the transfer: amount and reference as the bank has them. It is in the wallet, once.',
    audience: 'finance',
    input: z.strictObject({ deposit: DepositId, amount: Money, reference: Reference, reason: ReasonText }),
    output: AdminView,
    refusals: [
      'not_found',
      'own_request',
      'wrong_status',
      'currency_mismatch',
      'amount_mismatch',
      'reference_reused',
    ],
    guard: 'account',
    limit: '30/min',
    bounds: 'the amount that was said; each reference once; never one’s own',
    example: {
      input: {
        deposit: id,
        amount: view.amount,
        reference: view.reference,
        reason: 'It is on the statement.',
      },
      output: { ...admin, ...closed, status: 'verified' as const, why: null },
    },
  }),
  reject: call({
    summary: 'Finance has not found the transfer.',
    audience: 'finance',
    input: z.strictObject({ deposit: DepositId, reason: ReasonText }),
    output: AdminView,
    refusals: ['not_found', 'own_request', 'wrong_status'],
    guard: 'account',
    limit: '30/min',
    bounds: 'only while it waits; never one’s own',
    example: {
      input: { deposit: id, reason: 'There is no such transfer.' },
      output: { ...admin, ...closed, status: 'rejected' as const, why: 'There is no such transfer.' },
    },
  }),
} as const;
