import { z } from 'zod';
import { AmountOut, CurrencyCode, JoinedId, Time } from '../shared/schema.ts';
import { examplePackage, PackageView } from '../terms/terms.contract.ts';
import { bookingStatuses } from './booking.ts';

export const BookingId = JoinedId(3);

/** A file in the caller’s own folder. */
export const ProofPath = z
  .string()
  .max(300)
  .regex(/^proofs\/[^/]+\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/, 'not proofs/<uid>/<file>');

/** A booking as its parties and support see it. People are named by username; amounts are in minor units. */
export const BookingView = z.object({
  id: z.string(),
  status: z.enum(bookingStatuses),
  brand: z.string().nullable(),
  creator: z.string().nullable(),
  brief: z.string(),
  /** As they were when it was booked. */
  terms: PackageView,
  fees: z.object({ payeeFeeBps: z.int(), payerFeeBps: z.int() }),
  /** Of all pieces, how many percent were approved. */
  progress: z.int(),
  parts: z.array(
    z.object({
      title: z.string(),
      amount: AmountOut,
      /** What is locked for it: its amount and the brand’s fee. */
      held: AmountOut,
      pieces: z.int(),
      approved: z.int(),
      status: z.enum(['open', 'released', 'refunded', 'split']),
      escrow: z.string(),
    }),
  ),
  deliveries: z.array(
    z.object({
      part: z.int(),
      note: z.string(),
      links: z.array(z.string()),
      at: Time,
      verdict: z.enum(['open', 'approved', 'changes']),
    }),
  ),
  revisions: z.object({
    used: z.int(),
    free: z.int(),
    paid: z.int(),
    /** What the next one costs; 0 for nothing. */
    feeDue: AmountOut,
    currency: CurrencyCode,
  }),
  /** Of a dispute. */
  evidence: z.array(
    z.object({ by: z.string().nullable(), text: z.string(), file: z.string().nullable(), at: Time }),
  ),
  /** Why it is disputed, to be cancelled, or over. */
  why: z.string().nullable(),
  /** Whether support has somebody on it. */
  assigned: z.boolean(),
  percent: z.int().nullable(),
  createdAt: Time,
  /** When the timer approves what was delivered. */
  approveAt: Time.nullable(),
  dueAt: Time.nullable(),
  closedAt: Time.nullable(),
});

export const id = '5f0c2d7ab19e4c66d1f0a3b2-2~ann~ben';
const at = 1767225600000;
export const example = {
  id,
  status: 'requested' as const,
  brand: 'Ann_brands',
  creator: 'Lily_draws',
  brief: 'Three posts about our new shop.',
  terms: examplePackage,
  fees: { payeeFeeBps: 1000, payerFeeBps: 0 },
  progress: 0,
  parts: examplePackage.milestones.map((part, i) => ({
    ...{ ...part, held: part.amount, approved: 0, status: 'open' as const },
    escrow: `5f0c2d7ab19e4c66d1f0a3b2-2-${i + 1}~ann~ben`,
  })),
  deliveries: [],
  revisions: { used: 0, free: 2, paid: 0, feeDue: 0, currency: 'QAR' as const },
  ...{ evidence: [], why: null, assigned: false, percent: null },
  ...{ createdAt: at, approveAt: null, dueAt: at + 604800000, closedAt: null },
};
export const now = (status: (typeof bookingStatuses)[number]) => ({ ...example, status });
/** What every step of a party may refuse. */
export const party = ['not_found', 'not_yours', 'wrong_status'] as const;
