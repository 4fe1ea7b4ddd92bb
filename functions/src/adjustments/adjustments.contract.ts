import { z } from 'zod';
import { call } from '../shared/call.ts';
import {
  AmountOut,
  CurrencyCode,
  Money,
  PlainId,
  ReasonText,
  RequestId,
  Time,
  Uid,
} from '../shared/schema.ts';
import { adjustmentStatuses, directions } from './adjustment.ts';

/** An entry of the journal, by its name: `purchase:…`, `adjustment:…`. */
const EntryName = z
  .string()
  .max(900)
  .regex(/^(?!\.{1,2}$)(?!__.*__$)[^/\s\p{Cc}\p{Cs}]+$/u, 'not an id of this kind');

/** An adjustment as finance sees it; amounts in minor units. */
export const AdjustmentView = z.object({
  id: z.string(),
  /** `reversal`: an earlier adjustment is taken back whole. */
  kind: z.enum(['correction', 'reversal']),
  status: z.enum(adjustmentStatuses),
  /** Whose wallet it is, and what happens to it. */
  uid: Uid,
  direction: z.enum(directions),
  amount: z.object({ amount: AmountOut, currency: CurrencyCode }),
  /** The journal entry that was wrong. */
  corrects: z.string(),
  reason: z.string(),
  /** Who asked for it. */
  by: z.string(),
  requestedAt: Time,
  /** The journal entry that does it; null until it is posted. */
  entry: z.string().nullable(),
  /** Of what was taken, the part that was not there and is owed now. */
  owed: AmountOut,
  /** Why it was rejected. */
  why: z.string().nullable(),
  closedBy: z.string().nullable(),
  closedAt: Time.nullable(),
});

const id = '7c1d0e2f5a2b4c6d8e0f1a2b';
const example = {
  id,
  kind: 'correction' as const,
  status: 'posted' as const,
  uid: 'ann',
  direction: 'credit' as const,
  amount: { amount: 5000, currency: 'QAR' as const },
  corrects: 'purchase:9d1c2d7ab19e4c66d1f0a3b2~ann',
  reason: 'Paid twice in the shop; credited once.',
  by: 'fin',
  requestedAt: 1767225600000,
  entry: `adjustment:${id}`,
  owed: 0,
  why: null,
  closedBy: 'fin',
  closedAt: 1767225600000,
};
const waiting = {
  ...example,
  ...{ status: 'waiting' as const, amount: { amount: 90000, currency: 'QAR' as const } },
  ...{ entry: null, closedBy: null, closedAt: null },
};
const decided = z.strictObject({ adjustment: PlainId, reason: ReasonText });

export const adjustmentsContract = {
  request: call({
    summary:
      'Puts one wallet right by a new entry that names the one it corrects. Up to the cap it is booked at once; above it, another admin decides.',
    audience: 'finance',
    input: z.strictObject({
      requestId: RequestId,
      uid: Uid,
      amount: Money,
      direction: z.enum(directions),
      corrects: EntryName,
      reason: ReasonText,
    }),
    output: AdjustmentView,
    refusals: [
      'own_request',
      'request_id_reused',
      'not_found',
      'wrong_status',
      'limit_reached',
      'payouts_stopped',
    ],
    guard: 'account',
    limit: '20/min',
    bounds:
      'never one’s own wallet; alone up to QAR 500, USD 137.50, INR 12,000, KWD 42.500 or JPY 21,250 for one person in any 7 days, all together; at most 50 in them',
    example: {
      input: {
        requestId: 'adjust-2026-0001',
        uid: 'ann',
        amount: example.amount,
        direction: 'credit',
        corrects: example.corrects,
        reason: example.reason,
      },
      output: example,
    },
  }),
  reverse: call({
    summary: 'Takes an earlier adjustment back whole, once, by its entry’s id, under the same cap.',
    audience: 'finance',
    input: z.strictObject({ requestId: RequestId, entry: EntryName, reason: ReasonText }),
    output: AdjustmentView,
    refusals: [
      'own_request',
      'request_id_reused',
      'not_found',
      'not_reversible',
      'wrong_status',
      'limit_reached',
      'payouts_stopped',
    ],
    guard: 'account',
    limit: '20/min',
    bounds: 'only adjustments: every other kind of entry has a call that undoes it, and the refusal names it',
    example: {
      input: {
        requestId: 'adjust-2026-0002',
        entry: example.entry,
        reason: 'It was credited to the wrong person.',
      },
      output: {
        ...example,
        ...{ id: '8d2e1f306b3c5d7e9f102b3c', kind: 'reversal', direction: 'debit' },
        ...{ corrects: example.entry, entry: `reversal:${example.entry}` },
        reason: 'It was credited to the wrong person.',
      },
    },
  }),
  approve: call({
    summary: 'Another admin lets an adjustment above the cap pass, and it is booked.',
    audience: 'finance',
    input: decided,
    output: AdjustmentView,
    refusals: ['not_found', 'own_request', 'same_admin', 'wrong_status', 'payouts_stopped'],
    guard: 'account',
    limit: '30/min',
    bounds: 'neither whoever asked for it nor whose wallet it is',
    example: {
      input: { adjustment: id, reason: 'Checked with the provider.' },
      output: {
        ...waiting,
        status: 'posted',
        entry: example.entry,
        closedBy: 'eve',
        closedAt: 1767229200000,
      },
    },
  }),
  reject: call({
    summary: 'Another admin says no to an adjustment that waits; nothing moves.',
    audience: 'finance',
    input: decided,
    output: AdjustmentView,
    refusals: ['not_found', 'own_request', 'same_admin', 'wrong_status'],
    guard: 'account',
    limit: '30/min',
    bounds: 'neither whoever asked for it nor whose wallet it is',
    example: {
      input: { adjustment: id, reason: 'The purchase was credited.' },
      output: {
        ...waiting,
        ...{
          status: 'rejected',
          why: 'The purchase was credited.',
          closedBy: 'eve',
          closedAt: 1767229200000,
        },
      },
    },
  }),
  get: call({
    summary: 'One adjustment as it is now.',
    audience: 'finance',
    input: z.strictObject({ adjustment: PlainId }),
    output: AdjustmentView,
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    example: { input: { adjustment: id }, output: example },
  }),
  list: call({
    summary: 'Adjustments, newest first: all, of one state, of one person.',
    audience: 'finance',
    input: z.strictObject({
      status: z.enum(adjustmentStatuses).optional(),
      uid: Uid.optional(),
      limit: z.int().min(1).max(100).default(20),
      after: PlainId.optional(),
    }),
    output: z.object({
      adjustments: z.array(AdjustmentView),
      /** Pass it as `after` for the next page; null when this was the last. */
      next: z.string().nullable(),
    }),
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    bounds: '100 a page',
    example: { input: { status: 'waiting', limit: 20 }, output: { adjustments: [waiting], next: null } },
  }),
} as const;
