import { z } from 'zod';
import { call } from '../shared/call.ts';
import { ReasonText, Time } from '../shared/schema.ts';
import { alertKinds, alertStatuses, severities } from './alert.ts';

/** Made of the cause, which may be an entry of the journal: any name that a document can have. */
const AlertId = z
  .string()
  .max(900)
  .regex(/^(?!\.{1,2}$)(?!__.*__$)[^/\s\p{Cc}\p{Cs}]+$/u, 'not an id of this kind');

/** An alert as finance sees it; amounts in its facts are in minor units. */
export const AlertView = z.object({
  id: z.string(),
  kind: z.enum(alertKinds),
  severity: z.enum(severities),
  status: z.enum(alertStatuses),
  title: z.string(),
  explanation: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** The document that shows it best. */
  about: z.string(),
  at: Time,
  /** Who looked into it, when and what came of it; null while it is open. */
  closed: z.object({ at: Time, by: z.string(), reason: z.string() }).nullable(),
});

const example = {
  id: 'settled.stripe.txn_1TB2',
  kind: 'refund_by_hand' as const,
  severity: 'critical' as const,
  status: 'open' as const,
  title: 'A refund of QAR 220.00 was made by hand at Stripe',
  explanation:
    'Stripe returned QAR 220.00 (re_1TB2) on 2026-01-01, and no refund of ours asked for it. The money is gone from the balance at Stripe, while whoever received it still has it in the books.',
  facts: { line: 'txn_1TB2', source: 're_1TB2', gross: -22000, currency: 'QAR' },
  about: 'settlements/stripe_txn_1TB2',
  at: 1767236400000,
  closed: null,
};

export const alertsContract = {
  list: call({
    summary: 'What finance has to look at, newest first.',
    audience: 'finance',
    input: z.strictObject({
      status: z.enum(alertStatuses).optional(),
      limit: z.int().min(1).max(100).default(20),
      after: AlertId.optional(),
    }),
    output: z.object({
      alerts: z.array(AlertView),
      /** Pass it as `after` for the next page; null when this was the last. */
      next: z.string().nullable(),
    }),
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    example: {
      input: { status: 'open', limit: 20 },
      output: { alerts: [example], next: null },
    },
  }),
  close: call({
    summary: 'Finance has looked into an alert: what came of it is recorded, and nothing else changes.',
    audience: 'finance',
    input: z.strictObject({ alert: AlertId, reason: ReasonText }),
    output: AlertView,
    refusals: ['not_found', 'own_request', 'wrong_status'],
    guard: 'account',
    limit: '60/min',
    bounds: 'never one about one’s own money',
    example: {
      input: { alert: example.id, reason: 'Agreed with the payer by phone; booked by hand.' },
      output: {
        ...example,
        status: 'closed',
        closed: { at: 1767240000000, by: 'fin', reason: 'Agreed with the payer by phone; booked by hand.' },
      },
    },
  }),
} as const;
