import { z } from 'zod';
import { entryKinds } from '../ledger/journal.ts';
import { call } from '../shared/call.ts';
import { AmountOut, CurrencyCode, Time } from '../shared/schema.ts';
import { LINKS } from './links.ts';

const Hash = z.string();
const Bucket = z.object({
  available: AmountOut,
  pending: AmountOut,
  reserved: AmountOut,
  debt: AmountOut,
});

/** Everything that an entry’s hash is over, as it is stored: nothing may be left out of it. */
const LinkView = z.object({
  n: z.int(),
  journal: z.string(),
  kind: z.enum(entryKinds),
  at: Time,
  reference: z.string(),
  changes: z.partialRecord(CurrencyCode, Bucket.partial()),
  before: z.partialRecord(CurrencyCode, Bucket),
  after: z.partialRecord(CurrencyCode, Bucket),
  /** The hash of the entry before; empty for the first. */
  prev: Hash,
  hash: Hash,
});

export const ReceiptView = z.object({
  entry: LinkView,
  /** The entries after it up to the wallet’s last one of that day, newest first: each holds the hash of the next. */
  links: z.array(LinkView),
  /** That last one: the leaf of the day’s tree. */
  wallet: z.object({ uid: z.string(), n: z.int(), head: Hash }),
  /** Where the leaf is in the tree, and what stands beside it on the way up, lowest first. */
  path: z.object({ index: z.int(), hashes: z.array(Hash) }),
  /** The day, as in `roots/{day}`. */
  root: z.object({
    day: z.string(),
    previous: Hash,
    tree: Hash,
    wallets: z.int(),
    root: Hash,
  }),
  /** Not null: there are more links; they come with this as `before`, and belong behind these. */
  next: z.int().nullable(),
});

const QAR = (available: number) => ({ QAR: { available, pending: 0, reserved: 0, debt: 0 } });

export const receiptsContract = {
  get: call({
    summary:
      'What anyone needs to see that an entry of the caller’s wallet is in the books: its place in the wallet’s chain, and the path to the root of its day.',
    audience: 'user',
    input: z.strictObject({
      /** Its number in the wallet. */
      entry: z.int().min(1).max(999_999_999_999),
      before: z.int().min(1).max(999_999_999_999).optional(),
    }),
    output: ReceiptView,
    refusals: ['not_found', 'not_due'],
    guard: 'token',
    limit: '60/min',
    bounds: `${LINKS} links an answer; an entry of today has its receipt tomorrow`,
    example: {
      input: { entry: 1 },
      output: {
        entry: {
          n: 1,
          journal: 'purchase:9d1c~ann',
          kind: 'purchase',
          at: 1767225600000,
          reference: 'purchases/9d1c~ann',
          changes: { QAR: { available: 30000 } },
          before: QAR(0),
          after: QAR(30000),
          prev: '',
          hash: 'H1',
        },
        links: [],
        wallet: { uid: 'ann', n: 1, head: 'H1' },
        path: { index: 0, hashes: [] },
        root: { day: '2026-01-01', previous: '', tree: 'T1', wallets: 1, root: 'R1' },
        next: null,
      },
    },
  }),
} as const;
