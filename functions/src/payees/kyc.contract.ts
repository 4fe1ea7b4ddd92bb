import { z } from 'zod';
import { call } from '../shared/call.ts';
import { Line, PlainId, ReasonText, RequestId, Time, Uid } from '../shared/schema.ts';
import { DestinationView } from './destinations.contract.ts';

/** A file in Cloud Storage, in somebody's own folder. Whose it has to be is checked against the caller. */
const DocumentPath = z
  .string()
  .max(300)
  .regex(/^kyc\/[^/]+\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/, 'not kyc/<uid>/<file>');

const Documents = z
  .strictObject({
    id_front: DocumentPath,
    id_back: DocumentPath,
    selfie: DocumentPath,
    proof_of_address: DocumentPath,
  })
  .refine((paths) => new Set(Object.values(paths)).size === 4, 'needs four different files');

/** The person's own state; the reason is there when it was rejected. */
export const KycView = z.object({
  status: z.enum(['none', 'pending', 'verified', 'rejected']),
  application: z.string().nullable(),
  reason: z.string().nullable(),
  submittedAt: Time.nullable(),
});

const ReviewView = KycView.omit({ reason: true }).extend({
  uid: Uid,
  dueAt: Time.nullable(),
  /** Those that wait to be verified, masked. */
  destinations: z.array(DestinationView),
});

const application = '5f0c2d7ab19e4c66d1f0a3b2';
const documents = {
  id_front: 'kyc/ann/front.jpg',
  id_back: 'kyc/ann/back.jpg',
  selfie: 'kyc/ann/selfie.jpg',
  proof_of_address: 'kyc/ann/letter.pdf',
};
const pending = { status: 'pending' as const, application, reason: null, submittedAt: 1767225600000 };
const details = { name: 'Ann Example', country: 'QA', documents };

export const kycContract = {
  submit: call({
    summary: 'Hands in a legal name, a country and four documents that were uploaded before.',
    audience: 'user',
    input: z.strictObject({
      requestId: RequestId,
      name: Line(2, 120),
      country: z.string().regex(/^[A-Z]{2}$/, 'not a two-letter country code'),
      documents: Documents,
    }),
    output: KycView,
    refusals: ['not_yours', 'wrong_status', 'request_id_reused'],
    guard: 'account',
    limit: '5/min',
    bounds: 'not while one is pending or verified; documents only under kyc/<own uid>/',
    example: { input: { requestId: 'kyc-2026-0001', ...details }, output: pending },
  }),
  get: call({
    summary: 'The caller’s own state, and where they can be paid, masked.',
    audience: 'user',
    input: z.strictObject({}),
    output: KycView.extend({ destinations: z.array(DestinationView) }),
    refusals: [],
    guard: 'token',
    limit: '60/min',
    example: { input: {}, output: { ...pending, destinations: [] } },
  }),
  queue: call({
    summary: 'Everybody with an application or a destination to look at, the most urgent first.',
    audience: 'finance',
    input: z.strictObject({ after: Uid.optional(), limit: z.int().min(1).max(100).default(20) }),
    output: z.object({ reviews: z.array(ReviewView), next: z.string().nullable() }),
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    bounds: '100 people a page',
    example: {
      input: { limit: 20 },
      output: {
        reviews: [
          {
            uid: 'ann',
            status: 'pending' as const,
            application,
            submittedAt: 1767225600000,
            dueAt: 1767398400000,
            destinations: [],
          },
        ],
        next: null,
      },
    },
  }),
  reveal: call({
    summary: 'What somebody applied with, in clear. Each look is recorded with its reason.',
    audience: 'finance',
    input: z.strictObject({ uid: Uid, reason: ReasonText }),
    output: z.object({
      application: z.string(),
      name: z.string(),
      country: z.string(),
      documents: Documents,
    }),
    refusals: ['not_found'],
    guard: 'account',
    limit: '30/min',
    example: {
      input: { uid: 'ann', reason: 'Review of the application' },
      output: { application, ...details },
    },
  }),
  review: call({
    summary: 'Verifies or rejects the application that was looked at.',
    audience: 'finance',
    input: z.strictObject({
      uid: Uid,
      application: PlainId,
      decision: z.enum(['verify', 'reject']),
      reason: ReasonText,
    }),
    output: KycView,
    refusals: ['not_found', 'own_request', 'wrong_status'],
    guard: 'account',
    limit: '30/min',
    bounds: 'only while pending; never one’s own',
    example: {
      input: { uid: 'ann', application, decision: 'verify', reason: 'All four documents match.' },
      output: { ...pending, status: 'verified' as const },
    },
  }),
} as const;
