import { z } from 'zod';
import { UsernameText } from '../profiles/usernames.contract.ts';
import { call } from '../shared/call.ts';
import { AmountOut, CurrencyCode, JoinedId, ReasonText, Time } from '../shared/schema.ts';
import { commissionStatuses } from './commission.ts';
import { firstTable } from './rates.ts';

const Bps = z.int().min(0).max(10_000);
const Row = z.strictObject({
  /** Where what was bought is a package of this rank. */
  rank1: Bps,
  rank2: Bps,
  rank3: Bps,
  /** Where it is a single course. */
  course: Bps,
});
const Rates = z.strictObject({
  /** Where whoever earns has a package of this rank. */
  rank1: Row,
  rank2: Row,
  rank3: Row,
});

const Table = z.object({
  version: z.int(),
  /** In basis points of the price net of tax: to who brought the buyer. */
  level1: Rates,
  /** To who brought them. */
  level2: Rates,
  taxBps: z.int(),
  /** What both levels and the tax on them come to at most. */
  mostBps: z.int(),
});

const { version, level1, level2, taxBps, mostBps } = firstTable;
const table = { version, level1, level2, taxBps, mostBps };

const CommissionId = JoinedId(3);
const Level = z.union([z.literal(1), z.literal(2)]);

/** A commission as whoever earns it sees it; amounts in minor units. */
const CommissionView = z.object({
  id: z.string(),
  /** 1 where the caller brought the buyer, 2 where they brought who did. */
  level: Level,
  /** `held`: finance looks at it first; `refused`: finance said no. */
  status: z.enum(commissionStatuses),
  bought: z.enum(['package', 'course']),
  /** By whom; null where they have no username. */
  buyer: UsernameText.nullable(),
  /** What it came to. */
  amount: z.object({ amount: AmountOut, currency: CurrencyCode }),
  /** What of that went back since. */
  back: AmountOut,
  /** The cell of the table by which it was counted. */
  table: z.object({ version: z.int(), bps: z.int() }),
  at: Time,
  /** When it can be spent, if it still clears then. */
  clearAt: Time,
});

const id = '5f0c2d7ab19e4c66d1f0a3b2~ann~1';
const example = {
  ...{ id, level: 1 as const, status: 'pending' as const, bought: 'package' as const, buyer: 'Lily_draws' },
  ...{ amount: { amount: 100_000, currency: 'INR' as const }, back: 0, table: { version: 1, bps: 4000 } },
  ...{ at: 1767225600000, clearAt: 1768435200000 },
};

export const commissionsContract = {
  table: call({
    summary: 'What of a price goes to who brought the buyer, and to who brought them: the table that holds.',
    audience: 'user',
    input: z.strictObject({}),
    output: Table,
    refusals: [],
    guard: 'token',
    limit: '60/min',
    bounds: 'by rank of package; one above the third is as the third',
    example: { input: {}, output: table },
  }),
  define: call({
    summary: 'Says what goes to whom from now on; what was bought before keeps what it gave.',
    audience: 'superadmin',
    input: z.strictObject({
      level1: Rates,
      level2: Rates,
      /** Tax that is due on a commission, on top of it. */
      taxBps: Bps,
      mostBps: z.int().min(1).max(10_000),
      reason: ReasonText,
    }),
    output: Table,
    refusals: [],
    guard: 'account',
    limit: '30/min',
    bounds: 'for whatever is bought, the highest of both levels and the tax on them stay within `mostBps`',
    example: {
      input: { level1, level2, taxBps, mostBps: 6500, reason: 'The share of this year.' },
      output: { ...table, version: 2, mostBps: 6500 },
    },
  }),
  list: call({
    summary: 'What the caller earned because others bought, newest first.',
    audience: 'user',
    input: z.strictObject({
      status: z.enum(commissionStatuses).optional(),
      after: CommissionId.optional(),
      limit: z.int().min(1).max(100).default(20),
    }),
    output: z.object({ commissions: z.array(CommissionView), next: z.string().nullable() }),
    refusals: ['not_found'],
    guard: 'token',
    limit: '60/min',
    example: { input: { limit: 1 }, output: { commissions: [example], next: id } },
  }),
  review: call({
    summary: 'Lets a commission pass that was held, or refuses it.',
    audience: 'finance',
    input: z.strictObject({
      commission: CommissionId,
      decision: z.enum(['release', 'refuse']),
      reason: ReasonText,
    }),
    output: z.object({ id: z.string(), status: z.enum(commissionStatuses) }),
    refusals: ['not_found', 'own_request', 'wrong_status'],
    guard: 'account',
    limit: '30/min',
    bounds: 'once; what went back of the order meanwhile is not given',
    example: {
      input: { commission: id, decision: 'release', reason: 'Two sisters who share a tablet.' },
      output: { id, status: 'pending' },
    },
  }),
} as const;
