import { z } from 'zod';
import { buckets } from '../ledger/chart.ts';
import { entryKinds } from '../ledger/journal.ts';
import { call } from '../shared/call.ts';
import { AmountOut, CurrencyCode, Time, Uid } from '../shared/schema.ts';
import { actors } from './actor.ts';

/** What each bucket holds, in minor units; `debt` is what is owed. */
export const BucketsView = z.object({
  available: AmountOut,
  pending: AmountOut,
  reserved: AmountOut,
  debt: AmountOut,
});

/** A place in a wallet’s chain: the `next` of the page before. */
const Place = z.int().min(1).max(999_999_999_999);

/** A calendar month in UTC. */
const Month = z.string().regex(/^(19[7-9]\d|[2-9]\d{3})-(0[1-9]|1[0-2])$/, 'has to be a month like 2026-01');

const Explanation = z.object({
  n: z.int(),
  kind: z.enum(entryKinds),
  at: Time,
  /** By how much it changed the bucket. */
  amount: AmountOut,
  /** What the bucket held then. */
  balance: AmountOut,
  /** What happened, and what it did, in plain words. */
  why: z.string(),
  /** `counterparty` is the other one whom `reference` names, `staff` an admin; null where the books do not say. */
  actor: z.enum(actors).nullable(),
  /** What moved at a payment provider: its own id of it, or ours where its own came later. */
  psp: z.object({ provider: z.string(), source: z.string() }).nullable(),
  /** The document that says how the amount came about. */
  reference: z.string(),
  /** The journal entry that this one puts right or takes back. */
  corrects: z.string().nullable(),
  journal: z.string(),
});

/** Whose wallet; left out, the caller’s own. Another’s is for support and finance. */
const Whose = Uid.optional();

const nobody = { available: 0, pending: 0, reserved: 0, debt: 0 };
const held = { ...nobody, available: 30000 };

export const historyContract = {
  explain: call({
    summary:
      'Why a balance is what it is: the entries that made it, newest first. Support and finance may ask about anybody’s.',
    audience: 'user',
    input: z.strictObject({
      uid: Whose,
      currency: CurrencyCode.default('QAR'),
      bucket: z.enum(buckets).default('available'),
      after: Place.optional(),
      limit: z.int().min(1).max(100).default(20),
    }),
    output: z.object({
      /** What the bucket held before the page’s oldest entry and after its newest. */
      opening: AmountOut,
      closing: AmountOut,
      /** What the entries of the page changed in all. */
      moved: AmountOut,
      /**
       * That the entries lead from `opening` to `closing`, that the journal says the same of each, and on the first
       * page that `closing` is the wallet’s balance.
       */
      addsUp: z.boolean(),
      /** May be fewer than `limit`, or none, though there are more: those that changed other buckets are left out. */
      entries: z.array(Explanation),
      next: z.int().nullable(),
    }),
    refusals: ['role_missing', 'not_found'],
    guard: 'token',
    limit: '60/min',
    bounds: '100 entries a page',
    example: {
      input: { currency: 'QAR', bucket: 'available', limit: 1 },
      output: {
        opening: 0,
        closing: 30000,
        moved: 30000,
        addsUp: true,
        entries: [
          {
            n: 1,
            kind: 'purchase',
            at: 1767225600000,
            amount: 30000,
            balance: 30000,
            why: 'You bought coins, and they were paid. What you can spend rose by QAR 300.00.',
            actor: 'provider',
            psp: { provider: 'stripe', source: 'pi_1' },
            reference: 'purchases/9d1c~ann',
            corrects: null,
            journal: 'purchase:9d1c~ann',
          },
        ],
        next: null,
      },
    },
  }),
  at: call({
    summary: 'What a wallet held at a time. Support and finance may ask about anybody’s.',
    audience: 'user',
    input: z.strictObject({
      uid: Whose,
      /** Entries before this count: the first millisecond of a month is what the statement before it closes with. */
      at: Time,
      currency: CurrencyCode.default('QAR'),
    }),
    output: z.object({
      currency: CurrencyCode,
      balance: BucketsView,
      /** The last entry before then; 0 before the first. */
      n: z.int(),
    }),
    refusals: ['role_missing', 'not_found'],
    guard: 'token',
    limit: '60/min',
    example: {
      input: { at: 1767225600001, currency: 'QAR' },
      output: { currency: 'QAR', balance: held, n: 1 },
    },
  }),
  statement: call({
    summary:
      'A month of a wallet in one currency as a file, page by page; one that is not over is told of until now, and its file is named so. The CSV pages make one file when put together, each PDF page is one of its own.',
    audience: 'user',
    input: z.strictObject({
      uid: Whose,
      month: Month,
      format: z.enum(['csv', 'pdf']),
      currency: CurrencyCode.default('QAR'),
      after: Place.optional(),
      limit: z.int().min(1).max(500).default(500),
    }),
    output: z.object({
      filename: z.string(),
      /** The file, in base64; a CSV is UTF-8. */
      file: z.string(),
      /** Of the bytes, in hex. */
      sha256: z.string(),
      entries: z.int(),
      /** What the entries before the page left, and what its last one did: a page begins with what the one before it ended with. */
      opening: BucketsView,
      closing: BucketsView,
      /** That the page’s entries lead from `opening` to `closing`. */
      addsUp: z.boolean(),
      next: z.int().nullable(),
    }),
    refusals: ['role_missing', 'not_found', 'not_due'],
    guard: 'token',
    limit: '60/min',
    bounds: '500 entries a page',
    example: {
      input: { month: '2026-01', format: 'csv', currency: 'QAR' },
      output: {
        filename: 'statement-2026-01-QAR.csv',
        file: 'ZGF0ZSxlbnRyeQ0K',
        sha256: '0b3c1f8e2d4a5b6c7d8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9000a1b2c3d',
        entries: 1,
        opening: nobody,
        closing: held,
        addsUp: true,
        next: null,
      },
    },
  }),
} as const;
