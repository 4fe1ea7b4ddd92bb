import { z } from 'zod';
import { call } from '../shared/call.ts';
import { Amount, AmountOut, CurrencyCode } from '../shared/schema.ts';
import { coins, creditPackIds, packIds } from './catalog.ts';

const MOST_COINS = 10_000;

/** How many of which coin: known symbols and positive whole numbers only (W2-22). */
export const Coins = z
  .partialRecord(z.enum(coins), z.int().positive().max(MOST_COINS))
  .refine((counts) => Object.keys(counts).length > 0, 'names no coin');

export const ItemInput = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pack'),
    pack: z.enum(packIds),
    quantity: z.int().positive().max(100).default(1),
  }),
  z.strictObject({ kind: z.literal('coins'), coins: Coins }),
  z.strictObject({ kind: z.literal('amount'), amount: Amount }),
  z.strictObject({ kind: z.literal('credits'), pack: z.enum(creditPackIds) }),
]);

export const QuoteView = z.object({
  currency: CurrencyCode,
  value: AmountOut,
  price: AmountOut,
  coins: z.partialRecord(z.enum(coins), z.int()),
  /** How many credits it is; 0 where it is coins. */
  credits: z.int(),
});

export const catalogContract = {
  list: call({
    summary:
      'The six coins and the six packs with their prices, the bounds of custom amounts, and the packs of credits.',
    audience: 'anyone',
    input: z.strictObject({}),
    output: z.object({
      currency: CurrencyCode,
      coins: z.array(z.object({ coin: z.enum(coins), name: z.string(), value: AmountOut, price: AmountOut })),
      packs: z.array(QuoteView.extend({ pack: z.enum(packIds) })),
      credits: z.array(
        z.object({ pack: z.enum(creditPackIds), currency: CurrencyCode, credits: z.int(), price: AmountOut }),
      ),
      custom: z.object({ least: AmountOut, most: AmountOut, step: AmountOut }),
    }),
    refusals: [],
    guard: 'token',
    limit: '60/min',
    example: {
      input: {},
      output: {
        currency: 'QAR',
        coins: [{ coin: 'GBC', name: 'Bronze', value: 500, price: 550 }],
        packs: [{ pack: 'plus', currency: 'QAR', value: 10000, price: 11000, coins: { GPC: 1 }, credits: 0 }],
        credits: [{ pack: 'some', currency: 'QAR', credits: 20, price: 2000 }],
        custom: { least: 500, most: 500000, step: 500 },
      },
    },
  }),
  quote: call({
    summary: 'What something is worth and what it costs, before anybody pays.',
    audience: 'anyone',
    input: z.strictObject({ item: ItemInput }),
    output: QuoteView,
    refusals: ['invalid_amount'],
    guard: 'token',
    limit: '60/min',
    bounds: 'custom amounts: QAR 5 to 5,000 in steps of 5',
    example: {
      input: { item: { kind: 'amount', amount: 27500 } },
      output: {
        currency: 'QAR',
        value: 27500,
        price: 30250,
        coins: { GDC: 1, GGC: 1, GSC: 2, GBC: 1 },
        credits: 0,
      },
    },
  }),
} as const;
