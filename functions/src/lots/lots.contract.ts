import { z } from 'zod';
import { lotKinds } from '../ledger/lots.ts';
import { call } from '../shared/call.ts';
import { AmountOut, ReasonText, RequestId, Time, Uid } from '../shared/schema.ts';
import { giftLimits } from './gifts.ts';

/** The most that is given at once. */
export const MOST_BONUS = 100;

const LotView = z.object({
  lot: z.string(),
  kind: z.enum(lotKinds),
  amount: AmountOut,
  /** Null for what never expires. */
  expiresAt: Time.nullable(),
});

export const lotsContract = {
  list: call({
    summary: 'What the caller’s credits are made of, what is spent first at first.',
    audience: 'user',
    input: z.strictObject({}),
    output: z.object({ available: AmountOut, lots: z.array(LotView) }),
    refusals: [],
    guard: 'token',
    limit: '60/min',
    example: {
      input: {},
      output: {
        available: 25,
        lots: [
          { lot: 'bonus-5f1c', kind: 'bonus', amount: 5, expiresAt: 1830384000000 },
          { lot: 'purchased', kind: 'purchased', amount: 20, expiresAt: null },
        ],
      },
    },
  }),
  grant: call({
    summary: 'Finance gives somebody credits: not bought, never withdrawn, gone when unused for two years.',
    audience: 'finance',
    input: z.strictObject({
      requestId: RequestId,
      uid: Uid,
      credits: z.int().positive().max(MOST_BONUS),
      reason: ReasonText,
    }),
    output: z.object({ id: z.string(), credits: AmountOut, expiresAt: Time }),
    refusals: ['not_found', 'own_request', 'request_id_reused', 'limit_reached'],
    guard: 'account',
    limit: '30/min',
    bounds: `${MOST_BONUS} credits at once, ${giftLimits.to.most} to one person and ${giftLimits.by.most} by one admin in 7 days; never to oneself`,
    example: {
      input: { requestId: 'gift-2026-00001', uid: 'ann', credits: 5, reason: 'For the long outage.' },
      output: { id: 'bonus-5f1c~ann', credits: 5, expiresAt: 1830297600000 },
    },
  }),
} as const;
