import { z } from 'zod';
import { call } from '../shared/call.ts';
import { AmountOut, CurrencyCode, Time } from '../shared/schema.ts';
import { formats } from './formats.ts';

/** The most entries of one answer. */
const MOST = 500;

const span = {
  /** Entries from this time on. */
  from: Time,
  /** Entries before this time; it has to be past for so long that nothing is added before it any more. */
  to: Time,
};
const isSpan = ({ from, to }: { readonly from: number; readonly to: number }) => from < to;
const notSpan = { message: 'has to be later than from', path: ['to'] };

/** The id of an entry: the `next` of the page before. */
const Place = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^(?!\.{1,2}$)(?!__.*__$)[^/\s\p{Cs}]+$/u, 'not a cursor');

const month = { from: 1767225600000, to: 1769904000000 };

export const exportsContract = {
  journal: call({
    summary:
      'The journal of a span of time as CSV (a row for each leg) or JSON Lines (a line for each entry), page by page: the pages put together are one file.',
    audience: 'finance',
    input: z
      .strictObject({
        ...span,
        format: z.enum(formats),
        after: Place.optional(),
        limit: z.int().min(1).max(MOST).default(MOST),
      })
      .refine(isSpan, notSpan),
    output: z.object({
      filename: z.string(),
      contentType: z.string(),
      /** This part of the file; a CSV begins with the names of its columns, once. */
      text: z.string(),
      entries: z.int(),
      next: z.string().nullable(),
    }),
    refusals: ['not_due', 'not_found'],
    guard: 'account',
    limit: '120/min',
    bounds: `${MOST} entries a page; \`to\` lies twenty minutes back`,
    example: {
      input: { ...month, format: 'jsonl' },
      output: {
        filename: 'journal-20260101T000000Z-20260201T000000Z.jsonl',
        contentType: 'application/jsonl; charset=utf-8',
        text: '{"time":"2026-01-01T00:00:00.000Z","entry":"purchase:9d1c~ann","kind":"purchase","reference":"purchases/9d1c~ann","actor":"psp:stripe","legs":[{"account":"wallet:ann:available","class":"wallet:available","currency":"QAR","amount":30000},{"account":"platform:fees","class":"platform:fees","currency":"QAR","amount":3000},{"account":"psp:stripe:clearing","class":"psp:stripe:clearing","currency":"QAR","amount":-33000}],"psp":{"provider":"stripe","source":"pi_1"}}\n',
        entries: 1,
        next: null,
      },
    },
  }),
  balances: call({
    summary:
      'What was in wallets, in escrow and in each of the platform’s accounts before and after a span of time, and what moved between: the opening and closing balances of its export.',
    audience: 'finance',
    input: z.strictObject(span).refine(isSpan, notSpan),
    output: z.object({
      balances: z.array(
        z.object({
          /** A platform’s account, or all accounts of one class: `wallet:available`, `escrow`. */
          account: z.string(),
          currency: CurrencyCode,
          /** Credits less debits, minor units; `movement` is what the rows of the export add up to. */
          opening: AmountOut,
          movement: AmountOut,
          closing: AmountOut,
        }),
      ),
      /** That the openings and the closings are zero in all, in each currency. */
      addsUp: z.boolean(),
    }),
    refusals: ['not_due'],
    guard: 'account',
    limit: '60/min',
    bounds: '`to` lies twenty minutes back',
    example: {
      input: month,
      output: {
        balances: [
          { account: 'platform:fees', currency: 'QAR', opening: 0, movement: 3000, closing: 3000 },
          { account: 'psp:stripe:clearing', currency: 'QAR', opening: 0, movement: -33000, closing: -33000 },
          { account: 'wallet:available', currency: 'QAR', opening: 0, movement: 30000, closing: 30000 },
        ],
        addsUp: true,
      },
    },
  }),
} as const;
