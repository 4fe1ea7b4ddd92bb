import { z } from 'zod';
import { call } from '../shared/call.ts';
import { Day, PlainId, Time } from '../shared/schema.ts';
import { channels, MOST_LINKS, PATH } from './link.ts';
import { languages, networks, sizes, type SizeName } from './share.ts';

const Path = z
  .string()
  .max(200)
  .regex(PATH, 'has to be a path on the app’s own site: letters, digits and . _ ~ - between slashes');

const LinkView = z.object({
  id: z.string(),
  channel: z.enum(channels),
  path: z.string(),
  /** What is shared; it counts who follows it, and leads to the path. */
  url: z.string(),
  createdAt: Time,
});

const counts = {
  clicks: z.int(),
  /** By addresses within 24 hours. */
  unique: z.int(),
  /** Who attached the code, having come by it; and who of them bought something. */
  conversions: z.int(),
  sales: z.int(),
  /** Conversions of a hundred percent of `unique`, in basis points; null where nobody came. */
  rateBps: z.int().nullable(),
};

const id = 'a1b2c3d4e5f60718293a4b5c';
const url = `https://europe-west1-my-market.cloudfunctions.net/links-click/${id}`;
const link = { id, channel: 'whatsapp' as const, path: '/join', url, createdAt: 1767225600000 };
const some = { clicks: 120, unique: 80, conversions: 4, sales: 2, rateBps: 500 };

export const linksContract = {
  make: call({
    summary: 'A link of the caller’s for a channel, that leads to a page of the app with the caller’s code.',
    audience: 'user',
    input: z.strictObject({ channel: z.enum(channels), path: Path.default('/') }),
    output: LinkView,
    refusals: ['limit_reached'],
    guard: 'account',
    limit: '20/min',
    bounds: `${MOST_LINKS} for each person, one for each channel and path; only to the app’s own site`,
    example: { input: { channel: 'whatsapp', path: '/join' }, output: link },
  }),
  list: call({
    summary: 'The caller’s links, newest first.',
    audience: 'user',
    input: z.strictObject({
      after: PlainId.optional(),
      limit: z.int().min(1).max(MOST_LINKS).default(20),
    }),
    output: z.object({ links: z.array(LinkView), next: z.string().nullable() }),
    refusals: ['not_found'],
    guard: 'token',
    limit: '60/min',
    example: { input: {}, output: { links: [link], next: null } },
  }),
  stats: call({
    summary: 'What the caller’s links did on some days: who came, and who did what the link is for.',
    audience: 'user',
    input: z
      .strictObject({ first: Day, last: Day })
      .refine(({ first, last }) => first <= last, { message: 'has to be first or later', path: ['last'] })
      .refine(({ first, last }) => Date.parse(last) - Date.parse(first) < 93 * 24 * 3_600_000, {
        message: 'is more than 93 days after first',
        path: ['last'],
      }),
    output: z.object({
      total: z.object(counts),
      /** Those on which anything happened. */
      days: z.array(z.object({ day: z.string(), ...counts })),
      /** Best first: by sales, then conversions, then who came. */
      channels: z.array(z.object({ channel: z.enum(channels), ...counts })),
      links: z.array(z.object({ link: z.string(), channel: z.enum(channels), ...counts })),
    }),
    refusals: [],
    guard: 'token',
    limit: '30/min',
    bounds: '93 days, in UTC; clicks are counted ten minutes later at most',
    example: {
      input: { first: '2026-01-01', last: '2026-01-31' },
      output: {
        total: some,
        days: [{ day: '2026-01-07', ...some }],
        channels: [{ channel: 'whatsapp', ...some }],
        links: [{ link: id, channel: 'whatsapp', ...some }],
      },
    },
  }),
  share: call({
    summary:
      'Words to share a link of the caller’s with, and the addresses that open each network with them.',
    audience: 'user',
    input: z.strictObject({ link: PlainId, language: z.enum(languages).default('en') }),
    output: z.object({
      shares: z.array(z.object({ network: z.enum(networks), text: z.string(), url: z.string() })),
    }),
    refusals: ['not_found'],
    guard: 'token',
    limit: '60/min',
    example: {
      input: { link: id },
      output: {
        shares: [
          {
            network: 'facebook',
            text: `Learn with me! Join with my code K7QM2XRP: ${url}`,
            url: `https://www.facebook.com/sharer/sharer.php?u=${encodeURIComponent(url)}`,
          },
        ],
      },
    },
  }),
  banner: call({
    summary: 'A picture with the caller’s code drawn in, as SVG.',
    audience: 'user',
    input: z.strictObject({
      link: PlainId,
      size: z.enum(Object.keys(sizes) as [SizeName, ...SizeName[]]),
      language: z.enum(languages).default('en'),
    }),
    output: z.object({ filename: z.string(), contentType: z.string(), svg: z.string() }),
    refusals: ['not_found'],
    guard: 'token',
    limit: '30/min',
    example: {
      input: { link: id, size: '300x250' },
      output: {
        filename: 'banner-300x250-en.svg',
        contentType: 'image/svg+xml',
        svg: '<?xml version="1.0" encoding="UTF-8"?><svg xmlns="http://www.w3.org/2000/svg" width="300" height="250"><text>K7QM2XRP</text></svg>',
      },
    },
  }),
} as const;
