import { z } from 'zod';
import { call } from '../shared/call.ts';
import { Amount, AmountOut, CashCode, CurrencyCode, ReasonText, Title } from '../shared/schema.ts';
import { MOST_RANKS } from './package.ts';

export const PackageName = z.string().regex(/^[a-z][a-z0-9]{1,29}$/, 'not the name of a package');

/** Minor units; base and tax make the total. */
export const PriceView = z.object({
  base: AmountOut,
  tax: AmountOut,
  total: AmountOut,
  currency: CurrencyCode,
});

export const PackageView = z.object({
  name: z.string(),
  title: z.string(),
  /** A higher one includes all that a lower one does. */
  rank: z.int(),
  price: PriceView,
  taxBps: z.int(),
  days: z.int(),
  /** Whether it can be bought now. */
  sold: z.boolean(),
});

const starter = {
  ...{ name: 'starter', title: 'Starter', rank: 1, taxBps: 1800, days: 365, sold: true },
  price: { base: 250_000, tax: 45_000, total: 295_000, currency: 'INR' as const },
};

export const packagesContract = {
  list: call({
    summary: 'The packages of courses that can be bought, lowest first, with price and tax.',
    audience: 'anyone',
    input: z.strictObject({}),
    output: z.object({ packages: z.array(PackageView) }),
    refusals: [],
    guard: 'token',
    limit: '60/min',
    example: { input: {}, output: { packages: [starter] } },
  }),
  define: call({
    summary: 'Says what a package costs, what it includes and how long it lasts, from now on.',
    audience: 'superadmin',
    input: z.strictObject({
      package: PackageName,
      title: Title(2, 60),
      rank: z.int().min(1).max(MOST_RANKS),
      /** Minor units without tax. */
      base: Amount,
      /** Of the base, in basis points. */
      taxBps: z.int().min(0).max(10_000),
      /** Both as they will be printed: refused unless they follow from base and rate. */
      tax: z.int().min(0),
      total: Amount,
      currency: CashCode,
      days: z.int().min(1).max(3660),
      sold: z.boolean().optional(),
      reason: ReasonText,
    }),
    output: PackageView,
    refusals: ['amount_mismatch'],
    guard: 'account',
    limit: '30/min',
    bounds: 'base and tax make the total; the tax is base × rate, rounded down',
    example: {
      input: {
        ...{ package: 'starter', title: 'Starter', rank: 1, base: 250_000, taxBps: 1800, tax: 45_000 },
        ...{ total: 295_000, currency: 'INR' as const, days: 365, reason: 'The prices of this year.' },
      },
      output: starter,
    },
  }),
} as const;
