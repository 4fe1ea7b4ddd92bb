import { z } from 'zod';
import { call } from '../shared/call.ts';
import { AmountOut, CurrencyCode, ReasonText, Time, Uid } from '../shared/schema.ts';
import { phases, remainders } from './erasure.ts';
import { fates, rows } from './personal.ts';

const Left = z.object({ what: z.string(), id: z.string(), amount: AmountOut, currency: CurrencyCode });

const ErasureView = z.object({
  uid: Uid,
  phase: z.enum(phases),
  requestedAt: Time,
  dueAt: Time.nullable(),
  /** Until when a verified identity is kept, sealed. */
  keptUntilAt: Time.nullable(),
  /** What the operator does by hand. */
  remainders: z.array(z.enum(remainders)),
  left: Left.nullable(),
  endedAt: Time.nullable(),
});

const Row = z.object({
  collection: z.string(),
  fields: z.array(z.string()),
  what: z.string(),
  fate: z.enum(fates),
  why: z.string(),
  law: z.string(),
  for: z.string(),
});

const StatusView = z.object({ erasure: ErasureView.nullable(), left: Left.nullable(), table: z.array(Row) });

const view = {
  uid: 'ann',
  phase: 'closing' as const,
  requestedAt: 1767225600000,
  dueAt: 1767225600000,
  keptUntilAt: null,
  remainders: [],
  left: null,
  endedAt: null,
};
const table = rows()
  .filter(({ collection }) => collection === 'invoices')
  .map((row) => ({ ...row, fields: [...row.fields] }));

export const privacyContract = {
  erase: call({
    summary: 'Erases the caller: the account, and all that is personal and no law makes one keep. For good.',
    audience: 'user',
    input: z.strictObject({ confirm: z.literal('erase') }),
    output: ErasureView,
    refusals: ['money_left', 'wrong_status'],
    guard: 'account',
    limit: '5/h',
    bounds: 'not while money is there or on its way, nor while one holds a role; safe to repeat',
    example: { input: { confirm: 'erase' }, output: view },
  }),
  status: call({
    summary: 'What keeps the caller from being erased, what would be erased, and what kept and why.',
    audience: 'user',
    input: z.strictObject({}),
    output: StatusView,
    refusals: [],
    guard: 'account',
    limit: '10/min',
    example: { input: {}, output: { erasure: null, left: null, table } },
  }),
  kept: call({
    summary: 'How far somebody’s erasure has come, and what is kept of them and why.',
    audience: 'support',
    input: z.strictObject({ uid: Uid }),
    output: StatusView,
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    example: { input: { uid: 'ann' }, output: { erasure: view, left: null, table } },
  }),
  fulfil: call({
    summary: 'Erases somebody who asked for it outside of the app. Recorded with its reason.',
    audience: 'superadmin',
    input: z.strictObject({ uid: Uid, reason: ReasonText }),
    output: ErasureView,
    refusals: ['money_left', 'wrong_status', 'own_request', 'not_found'],
    guard: 'account',
    limit: '10/min',
    bounds: 'not while money is there or on its way, nor while they hold a role; safe to repeat',
    example: { input: { uid: 'ann', reason: 'Asked for it by letter.' }, output: view },
  }),
} as const;
