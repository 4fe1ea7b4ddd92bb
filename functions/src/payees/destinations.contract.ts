import { electronicFormatIBAN, isValidIBAN } from 'ibantools';
import { z } from 'zod';
import { call } from '../shared/call.ts';
import { CurrencyCode, Line, PlainId, ReasonText, RequestId, Time, Uid } from '../shared/schema.ts';

/** An IBAN in any spacing, checked by country, length and check digits (ISO 13616); without spaces after. */
const Iban = z
  .string()
  .max(60)
  .transform((text) => electronicFormatIBAN(text) ?? '')
  .refine((iban) => isValidIBAN(iban), 'not an IBAN');

/** Where somebody can be paid, as it may be shown: country and last four characters. */
export const DestinationView = z.object({
  id: z.string(),
  kind: z.literal('bank'),
  currency: CurrencyCode,
  mask: z.string(),
  status: z.enum(['unverified', 'verified', 'rejected']),
  reason: z.string().nullable(),
  /** A changed destination has to wait until then. */
  usableAt: Time,
});

/** The full details, for paying. */
export const AccountDetails = z.object({
  kind: z.literal('bank'),
  holder: z.string(),
  iban: z.string(),
  currency: CurrencyCode,
});

const destination = '77aa2d7ab19e4c66d1f0a3b2';
const view = {
  id: destination,
  kind: 'bank' as const,
  currency: 'QAR' as const,
  mask: 'QA•• •••• 8901',
  status: 'unverified' as const,
  reason: null,
  usableAt: 1767225600000,
};
const account = {
  kind: 'bank' as const,
  holder: 'Ann Example',
  iban: 'QA30AAAA123456789012345678901',
  currency: 'QAR' as const,
};

export const destinationsContract = {
  save: call({
    summary: 'Adds a bank account to be paid to. It is sealed, and never edited: a new one is saved instead.',
    audience: 'user',
    input: z.strictObject({
      requestId: RequestId,
      kind: z.literal('bank'),
      holder: Line(2, 120),
      iban: Iban,
      currency: CurrencyCode,
    }),
    output: DestinationView,
    refusals: ['request_id_reused', 'limit_reached'],
    guard: 'account',
    limit: '5/min',
    bounds: 'five at most; every one but the first waits 24 hours',
    example: { input: { requestId: 'bank-2026-0001', ...account }, output: view },
  }),
  remove: call({
    summary: 'Takes one out, and answers the rest. Open withdrawals keep theirs.',
    audience: 'user',
    input: z.strictObject({ destination: PlainId }),
    output: z.object({ destinations: z.array(DestinationView) }),
    refusals: [],
    guard: 'account',
    limit: '10/min',
    example: { input: { destination }, output: { destinations: [] } },
  }),
  verify: call({
    summary: 'Verifies or rejects one.',
    audience: 'finance',
    input: z.strictObject({
      uid: Uid,
      destination: PlainId,
      decision: z.enum(['verify', 'reject']),
      reason: ReasonText,
    }),
    output: DestinationView,
    refusals: ['not_found', 'own_request', 'wrong_status'],
    guard: 'account',
    limit: '30/min',
    bounds: 'only while unverified; never one’s own',
    example: {
      input: { uid: 'ann', destination, decision: 'verify', reason: 'The holder is the verified person.' },
      output: { ...view, status: 'verified' as const },
    },
  }),
  reveal: call({
    summary: 'The full details of one. Each look is recorded with its reason.',
    audience: 'finance',
    input: z.strictObject({ uid: Uid, destination: PlainId, reason: ReasonText }),
    output: AccountDetails,
    refusals: ['not_found'],
    guard: 'account',
    limit: '30/min',
    example: {
      input: { uid: 'ann', destination, reason: 'To compare the holder’s name' },
      output: account,
    },
  }),
} as const;
