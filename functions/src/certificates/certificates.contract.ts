import { z } from 'zod';
import { call } from '../shared/call.ts';
import { ReasonText, Time } from '../shared/schema.ts';
import { NUMBER_FORM } from './number.ts';

export const CertificateNumber = z.string().regex(NUMBER_FORM, 'not the number of a certificate');

const CertificateView = z.object({
  number: z.string(),
  course: z.string(),
  title: z.string(),
  issuedAt: Time,
  status: z.enum(['valid', 'revoked']),
  revokedAt: Time.nullable(),
  /** Why it was taken back. */
  reason: z.string().nullable(),
});

/** All that is told to anybody. */
export const VerifiedView = z.object({
  /** Null for who has none any more. */
  username: z.string().nullable(),
  /** What the course was called. */
  course: z.string(),
  issuedAt: Time,
});

const number = '5f0c2d7ab19e4c66d1f0a3b2c4d5e6f7';
const title = 'Selling online';
const issuedAt = 1767225600000;
const view = {
  ...{ number, course: 'selling-online', title, issuedAt },
  ...{ status: 'valid' as const, revokedAt: null, reason: null },
};
const certificate = z.strictObject({ certificate: CertificateNumber });
const example = { certificate: number };

export const certificatesContract = {
  list: call({
    summary: 'The caller’s certificates, newest first.',
    audience: 'user',
    input: z.strictObject({
      limit: z.int().min(1).max(50).default(20),
      after: CertificateNumber.optional(),
    }),
    output: z.object({ certificates: z.array(CertificateView), next: z.string().nullable() }),
    refusals: ['not_found'],
    guard: 'token',
    limit: '60/min',
    bounds: '50 a page',
    example: { input: { limit: 20 }, output: { certificates: [view], next: null } },
  }),
  pdf: call({
    summary: 'Makes the PDF of a certificate of the caller’s.',
    audience: 'user',
    input: certificate,
    output: z.object({
      filename: z.string(),
      /** The file, in base64. */
      pdf: z.string(),
      /** Of the bytes, in hex. */
      sha256: z.string(),
    }),
    refusals: ['not_found'],
    guard: 'account',
    limit: '20/min',
    example: {
      input: example,
      output: {
        filename: `certificate-${number}.pdf`,
        pdf: 'JVBERi0xLjMK',
        sha256: '0b3c1f8e2d4a5b6c7d8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9000a1b2c3d',
      },
    },
  }),
  verify: call({
    summary:
      'Whether a certificate with this number holds: whose it is, by username, of which course, and since when.',
    audience: 'anyone',
    input: certificate,
    output: VerifiedView,
    refusals: ['not_found'],
    guard: 'token',
    limit: '30/min',
    bounds: 'one that was taken back is not found',
    example: { input: example, output: { username: 'Lily_draws', course: title, issuedAt } },
  }),
  proof: call({
    summary:
      'What anyone needs to see that a certificate of the caller’s was issued on its day: the path to the day’s root.',
    audience: 'user',
    input: certificate,
    output: z.object({
      certificate: z.object({
        number: z.string(),
        uid: z.string(),
        course: z.string(),
        title: z.string(),
        issuedAt: Time,
      }),
      path: z.object({ index: z.int(), hashes: z.array(z.string()) }),
      root: z.object({
        day: z.string(),
        previous: z.string(),
        tree: z.string(),
        wallets: z.int(),
        root: z.string(),
      }),
    }),
    refusals: ['not_found', 'not_due'],
    guard: 'token',
    limit: '60/min',
    bounds: 'one of today has its proof tomorrow',
    example: {
      input: example,
      output: {
        certificate: { number, uid: 'ann', course: 'selling-online', title, issuedAt },
        path: { index: 0, hashes: [] },
        root: { day: '2026-01-01', previous: '', tree: 'T1', wallets: 1, root: 'R1' },
      },
    },
  }),
  revoke: call({
    summary: 'Takes a certificate back, for good: nobody finds it by its number any longer.',
    audience: 'moderator',
    input: z.strictObject({ certificate: CertificateNumber, reason: ReasonText }),
    output: CertificateView,
    refusals: ['not_found', 'own_request', 'wrong_status'],
    guard: 'account',
    limit: '30/min',
    bounds: 'never one’s own; its owner reads the reason',
    example: {
      input: { certificate: number, reason: 'It was done by somebody else.' },
      output: {
        ...view,
        status: 'revoked',
        revokedAt: 1767229200000,
        reason: 'It was done by somebody else.',
      },
    },
  }),
} as const;
