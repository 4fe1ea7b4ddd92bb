import { z } from 'zod';
import { coins, packIds } from '../catalog/catalog.ts';
import { entryKinds } from '../ledger/journal.ts';
import { call } from '../shared/call.ts';
import { AmountOut, CurrencyCode, Line, Money, Time } from '../shared/schema.ts';
import { BucketsView, historyContract } from './history.contract.ts';

const CoinsOut = z.partialRecord(z.enum(coins), z.int());

/** One currency of a wallet; minor units. */
const BalanceView = z.object({
  currency: CurrencyCode,
  available: AmountOut,
  /** Earned, still clearing. */
  pending: AmountOut,
  /** In a withdrawal that is not over. */
  reserved: AmountOut,
  /** Owed after a refund of money already spent. */
  debt: AmountOut,
  /** The caller's money in escrows that are open. */
  inEscrow: AmountOut,
  lifetime: z.object({
    earned: AmountOut,
    spent: AmountOut,
    withdrawn: AmountOut,
    refunded: AmountOut,
    purchased: AmountOut,
  }),
});

const EntryView = z.object({
  n: z.int(),
  kind: z.enum(entryKinds),
  at: Time,
  journal: z.string(),
  reference: z.string(),
  changes: z.partialRecord(CurrencyCode, BucketsView.partial()),
  before: z.partialRecord(CurrencyCode, BucketsView),
  after: z.partialRecord(CurrencyCode, BucketsView),
});

const balance = {
  currency: 'QAR' as const,
  available: 10000,
  pending: 0,
  reserved: 0,
  debt: 0,
  inEscrow: 20000,
  lifetime: { earned: 0, spent: 20000, withdrawn: 0, refunded: 0, purchased: 30000 },
};
const buckets = { pending: 0, reserved: 0, debt: 0 };

export const walletContract = {
  get: call({
    summary: 'The caller’s balances, lifetime counters and coin view. Reading changes nothing.',
    audience: 'user',
    input: z.strictObject({}),
    output: z.object({
      balances: z.array(BalanceView),
      coins: z.object({ coins: CoinsOut, rest: AmountOut }),
      frozen: z.boolean(),
    }),
    refusals: [],
    guard: 'token',
    limit: '60/min',
    example: {
      input: {},
      output: { balances: [balance], coins: { coins: { GPC: 1 }, rest: 0 }, frozen: false },
    },
  }),
  cover: call({
    summary:
      'Whether an amount can be paid, with which coins, what is short and what to buy to close the gap.',
    audience: 'user',
    input: Money,
    output: z.object({
      covered: z.boolean(),
      currency: CurrencyCode,
      available: AmountOut,
      needed: AmountOut,
      short: AmountOut,
      coins: CoinsOut,
      rest: AmountOut,
      suggestion: z
        .discriminatedUnion('kind', [
          z.object({ kind: z.literal('pack'), pack: z.enum(packIds), value: AmountOut, price: AmountOut }),
          z.object({ kind: z.literal('amount'), amount: AmountOut, price: AmountOut }),
        ])
        .nullable(),
    }),
    refusals: [],
    guard: 'token',
    limit: '120/min',
    example: {
      input: { amount: 20000, currency: 'QAR' },
      output: {
        covered: false,
        currency: 'QAR',
        available: 15000,
        needed: 20000,
        short: 5000,
        coins: { GDC: 1 },
        rest: 0,
        suggestion: { kind: 'pack', pack: 'basic', value: 5000, price: 5500 },
      },
    },
  }),
  entries: call({
    summary: 'What happened to the caller’s wallet, newest first, with balances before and after each entry.',
    audience: 'user',
    input: z
      .strictObject({
        kind: z.enum(entryKinds).optional(),
        reference: Line(0, 1000).optional(),
        from: Time.optional(),
        to: Time.optional(),
        after: z
          .string()
          .regex(/^\d{12}$/, 'not a cursor')
          .optional(),
        limit: z.int().min(1).max(100).default(20),
      })
      .refine((filter) => filter.reference === undefined || (filter.from ?? filter.to) === undefined, {
        message: 'filter by reference or by time, not both',
      }),
    output: z.object({ entries: z.array(EntryView), next: z.string().nullable() }),
    refusals: ['not_found'],
    guard: 'token',
    limit: '60/min',
    bounds: '100 entries a page',
    example: {
      input: { kind: 'purchase', limit: 1 },
      output: {
        entries: [
          {
            n: 1,
            kind: 'purchase',
            at: 1767225600000,
            journal: 'purchase:9d1c~ann',
            reference: 'purchases/9d1c~ann',
            changes: { QAR: { available: 30000 } },
            before: { QAR: { available: 0, ...buckets } },
            after: { QAR: { available: 30000, ...buckets } },
          },
        ],
        next: null,
      },
    },
  }),
  ...historyContract,
} as const;
