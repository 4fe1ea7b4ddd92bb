import { z } from 'zod';
import { call } from '../shared/call.ts';
import { allReasons } from '../shared/refusal.ts';
import { AmountOut, CurrencyCode, JoinedId, PlainId, ReasonText, Time, Uid } from '../shared/schema.ts';
import { WithdrawalId, WithdrawalStatus } from '../withdrawals/withdrawal.contract.ts';
import { outcomes, phases, weeklyCurrencies } from './payrun.ts';

/** As many as one call lets pass: each is a commit of its own. */
const MOST = 50;

const RunId = z.string().regex(/^\d{4}-W\d{2}-[A-Z]{3}$/, 'not a week and a currency: 2026-W05-INR');
const Currency = z.enum(weeklyCurrencies);
const Reason = z.enum([...allReasons, 'left']);

/** What somebody chose; null where nothing goes by itself. */
const JoinView = z.object({
  weekly: z.object({ currency: CurrencyCode, destination: z.string(), since: Time }).nullable(),
  /** Minor units; who has less waits for another week. */
  minimum: z.object({ amount: AmountOut, currency: CurrencyCode }),
});

const RunView = z.object({
  id: z.string(),
  currency: CurrencyCode,
  /** Minor units. */
  minimum: AmountOut,
  /** Who began it: `system`, or an admin. */
  by: Uid,
  phase: z.enum(phases),
  startedAt: Time,
  doneAt: Time.nullable(),
  /** People, and minor units; added up at the end, and null until then. */
  totals: z
    .object({
      people: z.int(),
      requested: z.int(),
      amount: AmountOut,
      skipped: z.array(z.object({ reason: Reason, people: z.int() })),
      failed: z.int(),
    })
    .nullable(),
});

const LineView = z.object({
  id: z.string(),
  uid: Uid,
  username: z.string().nullable(),
  outcome: z.enum(outcomes),
  at: Time,
  /** Of one that was skipped. */
  reason: Reason.nullable(),
  /** Of one that failed and is tried again. */
  retryAt: Time.nullable(),
  withdrawal: z.string().nullable(),
  /** Minor units of the run’s currency. */
  amount: AmountOut.nullable(),
  /** How the withdrawal stands now. */
  status: WithdrawalStatus.nullable(),
});

const destination = '77aa2d7ab19e4c66d1f0a3b2';
const minimum = { amount: 50000, currency: 'INR' as const };
const joined = { weekly: { currency: 'INR' as const, destination, since: 1769990400000 }, minimum };
const run = {
  id: '2026-W06-INR',
  currency: 'INR' as const,
  minimum: 50000,
  by: 'system',
  phase: 'done' as const,
  startedAt: 1770008400000,
  doneAt: 1770008430000,
  totals: {
    people: 2,
    requested: 1,
    amount: 125000,
    skipped: [{ reason: 'below_minimum' as const, people: 1 }],
    failed: 0,
  },
};
const withdrawal = '9d1c2d7ab19e4c66d1f0a3b2~ann';
const line = {
  id: '2026-W06-INR~ann',
  uid: 'ann',
  username: 'Ann_draws',
  outcome: 'requested' as const,
  at: 1770008401000,
  reason: null,
  retryAt: null,
  withdrawal,
  amount: 125000,
  status: 'requested' as const,
};

export const payrunsContract = {
  join: call({
    summary: 'From the next week on, asks for all that is available every Monday, to this destination.',
    audience: 'user',
    input: z.strictObject({ destination: PlainId }),
    output: JoinView,
    refusals: ['not_found', 'currency_mismatch'],
    guard: 'account',
    limit: '10/min',
    bounds: 'one’s own destination, in INR; each week asks by the rules of any withdrawal',
    example: { input: { destination }, output: joined },
  }),
  leave: call({
    summary: 'Nothing is asked for by itself any more. What was asked for already goes on.',
    audience: 'user',
    input: z.strictObject({}),
    output: JoinView,
    refusals: [],
    guard: 'account',
    limit: '10/min',
    example: { input: {}, output: { weekly: null, minimum } },
  }),
  mine: call({
    summary: 'Whether the caller is paid every week, and where to.',
    audience: 'user',
    input: z.strictObject({}),
    output: JoinView,
    refusals: [],
    guard: 'token',
    limit: '60/min',
    example: { input: {}, output: joined },
  }),
  list: call({
    summary: 'The weekly runs, newest first, with what each came to.',
    audience: 'finance',
    input: z.strictObject({ after: RunId.optional(), limit: z.int().min(1).max(100).default(20) }),
    output: z.object({ runs: z.array(RunView), next: z.string().nullable() }),
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    bounds: '100 a page',
    example: { input: { limit: 20 }, output: { runs: [run], next: null } },
  }),
  show: call({
    summary: 'One run, and its lines: who was asked for, who was not and why, and how the withdrawals stand.',
    audience: 'finance',
    input: z.strictObject({
      run: RunId,
      outcome: z.enum(outcomes).optional(),
      after: JoinedId(2).optional(),
      limit: z.int().min(1).max(100).default(20),
    }),
    output: z.object({ run: RunView, lines: z.array(LineView), next: z.string().nullable() }),
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    bounds: '100 lines a page',
    example: { input: { run: run.id, limit: 20 }, output: { run, lines: [line], next: null } },
  }),
  start: call({
    summary: 'Begins this week’s run now, or goes on with it. It is one, whoever begins it and how often.',
    audience: 'finance',
    input: z.strictObject({ currency: Currency.default('INR'), reason: ReasonText }),
    output: RunView,
    refusals: [],
    guard: 'account',
    limit: '10/min',
    bounds: '300 people in one call; the rest follows by itself',
    example: { input: { currency: 'INR', reason: 'Monday’s did not run.' }, output: run },
  }),
  approve: call({
    summary:
      'Lets many withdrawals of one run pass, each by the rules of withdrawals-approve. One that is refused stops no other.',
    audience: 'finance',
    input: z.strictObject({
      run: RunId,
      withdrawals: z
        .array(WithdrawalId)
        .min(1)
        .max(MOST)
        .refine((ids) => new Set(ids).size === ids.length, 'names one twice'),
      reason: ReasonText,
    }),
    output: z.object({
      answers: z.array(
        z.object({
          withdrawal: z.string(),
          /** As it is now, where it was let pass. */
          status: WithdrawalStatus.nullable(),
          /** Why not; `unknown` when something went wrong: ask again. */
          refused: z.enum([...allReasons, 'unknown']).nullable(),
        }),
      ),
    }),
    refusals: ['not_found'],
    guard: 'once',
    limit: '10/min',
    bounds: '50 at a time, of one run; never one’s own; what needs two admins needs them here too',
    example: {
      input: { run: run.id, withdrawals: [withdrawal], reason: 'Earnings were checked.' },
      output: { answers: [{ withdrawal, status: 'approved' as const, refused: null }] },
    },
  }),
} as const;
