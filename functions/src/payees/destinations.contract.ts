import { z } from 'zod';
import { call } from '../shared/call.ts';
import { CurrencyCode, PlainId, ReasonText, RequestId, Time, Uid } from '../shared/schema.ts';
import { AccountDetails, destinationWith } from './account.contract.ts';
import { destinationKinds } from './payee.ts';

/** Where somebody can be paid, as it may be shown: at most the last four characters of an account. */
export const DestinationView = z.object({
  id: z.string(),
  kind: z.enum(destinationKinds),
  currency: CurrencyCode,
  mask: z.string(),
  status: z.enum(['unverified', 'verified', 'rejected']),
  reason: z.string().nullable(),
  /** A changed destination has to wait until then. */
  usableAt: Time,
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
    summary:
      'Adds a place to be paid to: a bank account, an e-wallet, mobile money, cash, or the connected account. It is sealed, and never edited: a new one is saved instead.',
    audience: 'user',
    input: destinationWith({ requestId: RequestId }),
    output: DestinationView,
    refusals: ['request_id_reused', 'onboarding_required', 'limit_reached'],
    guard: 'account',
    limit: '5/min',
    bounds:
      'five at most, one connected for each currency; every one but the first waits 24 hours; IFSC accounts in INR alone',
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
