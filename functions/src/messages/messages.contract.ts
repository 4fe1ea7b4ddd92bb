import { z } from 'zod';
import { languages } from '../notifications/reach.ts';
import { call } from '../shared/call.ts';
import { Time } from '../shared/schema.ts';

/** A notice's id names its cause, and a document. */
export const NoticeId = z
  .string()
  .min(1)
  .regex(/^(?!\.{1,2}$)(?!__.*__$)[^/\p{Cs}]+$/u, 'not an id of this kind')
  .refine((id) => new TextEncoder().encode(id).length <= 1500, 'not an id of this kind');

const Fact = z.union([z.string(), z.int(), z.boolean(), z.null(), z.array(z.union([z.string(), z.int()]))]);

export const NoticeView = z.object({
  id: z.string(),
  /** One of notifications/kinds.ts. */
  kind: z.string(),
  text: z.string(),
  facts: z.record(z.string(), Fact),
  about: z.string(),
  at: Time,
  readAt: Time.nullable(),
});

const id = 'escrow.3f2a.3.released.1';
const notice = {
  ...{ id, kind: 'escrow-released', text: 'You earned QAR 90.00 for “A logo”.' },
  facts: { job: '3f2a', amount: 10000, currency: 'QAR', toPayee: 9000, toPlatform: 1000, toPayer: 0 },
  ...{ about: 'escrows/3f2a~ann~bob', at: 1767225600000, readAt: null },
} as const;

const named = z.strictObject({ notice: NoticeId });
const Marked = z.object({ id: z.string(), readAt: Time.nullable() });

const Wanted = z.strictObject({
  money: z.boolean().optional(),
  work: z.boolean().optional(),
  social: z.boolean().optional(),
});
const Chosen = z.object({ money: z.boolean(), work: z.boolean(), social: z.boolean() });
const Language = z.enum(languages);

/** How many are marked at once. */
export const MOST_MARKED = 100;

export const messagesContract = {
  list: call({
    summary: 'What the caller was told, newest first.',
    audience: 'user',
    input: z.strictObject({
      limit: z.int().min(1).max(100).default(20),
      /** The `next` of the page before. */
      after: z.string().max(5000).optional(),
    }),
    output: z.object({ notices: z.array(NoticeView), next: z.string().nullable() }),
    refusals: [],
    guard: 'token',
    limit: '60/min',
    example: { input: {}, output: { notices: [{ ...notice, facts: { ...notice.facts } }], next: null } },
  }),
  unread: call({
    summary: 'How many of them the caller has not read, counted in the store.',
    audience: 'user',
    input: z.strictObject({}),
    output: z.object({ count: z.int().nonnegative() }),
    refusals: [],
    guard: 'token',
    limit: '120/min',
    example: { input: {}, output: { count: 3 } },
  }),
  read: call({
    summary: 'Marks one as read; the time it was first read stays.',
    audience: 'user',
    input: named,
    output: Marked,
    refusals: ['not_found'],
    guard: 'token',
    limit: '120/min',
    example: { input: { notice: id }, output: { id, readAt: 1767229200000 } },
  }),
  unmark: call({
    summary: 'Marks one as not read.',
    audience: 'user',
    input: named,
    output: Marked,
    refusals: ['not_found'],
    guard: 'token',
    limit: '120/min',
    example: { input: { notice: id }, output: { id, readAt: null } },
  }),
  readall: call({
    summary:
      'Marks as read what is there until a time, the newest hundred at once; call again while there is `more`.',
    audience: 'user',
    input: z.strictObject({
      /** Of the newest that was shown; now where it is left out. */
      until: Time.optional(),
    }),
    output: z.object({ marked: z.int().nonnegative(), more: z.boolean() }),
    refusals: [],
    guard: 'token',
    limit: '60/min',
    bounds: `${MOST_MARKED} at once`,
    example: { input: {}, output: { marked: 3, more: false } },
  }),
  delete: call({
    summary: 'Deletes one for good; one that is delivered late does not come back.',
    audience: 'user',
    input: named,
    output: z.object({ id: z.string() }),
    refusals: ['not_found'],
    guard: 'token',
    limit: '120/min',
    example: { input: { notice: id }, output: { id } },
  }),
  preferences: call({
    summary:
      'What is mailed and pushed to the caller, and in which language; changes what is named, and only that.',
    audience: 'user',
    input: z.strictObject({
      mail: Wanted.optional(),
      push: Wanted.optional(),
      /** Null: English in mails, and on each device what its app speaks. */
      language: Language.nullable().optional(),
    }),
    output: z.object({ mail: Chosen, push: Chosen, language: Language.nullable() }),
    refusals: ['always_sent'],
    guard: 'account',
    limit: '30/min',
    bounds: 'what is about money is always sent',
    example: {
      input: { push: { social: false }, language: 'ar' },
      output: {
        mail: { money: true, work: true, social: true },
        push: { money: true, work: true, social: false },
        language: 'ar',
      },
    },
  }),
} as const;
