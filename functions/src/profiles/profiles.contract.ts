import { z } from 'zod';
import { call } from '../shared/call.ts';
import { Line, Time } from '../shared/schema.ts';
import { UsernameText } from './usernames.contract.ts';
import { siteNames } from './profile.ts';

const Link = z.strictObject({ site: z.enum(siteNames), url: z.string().min(1).max(300) });

/** In somebody's own folder; whose it has to be is checked against the caller. */
const AvatarPath = z
  .string()
  .max(300)
  .regex(/^(avatars\/[^/]+\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99})?$/, 'not avatars/<uid>/<file>');

/** What everybody may see of a person. */
export const ProfileView = z.object({
  username: z.string().nullable(),
  bio: z.string(),
  links: z.array(z.object({ site: z.enum(siteNames), url: z.string() })),
  avatar: z.string().nullable(),
  /** Those that are valid now. */
  badges: z.array(z.object({ badge: z.string(), untilAt: Time })),
});

const example = {
  username: 'Lily_draws',
  bio: 'I draw what you say.',
  links: [{ site: 'instagram' as const, url: 'https://www.instagram.com/lily' }],
  avatar: 'avatars/lily/me.png',
  badges: [{ badge: 'featured', untilAt: 1769817600000 }],
};

export const profilesContract = {
  save: call({
    summary: 'Changes what everybody may see of the caller; what is left out stays.',
    audience: 'user',
    input: z.strictObject({
      bio: Line(0, 500).optional(),
      links: z.array(Link).max(8).optional(),
      /** A file that was uploaded before; empty for none. */
      avatar: AvatarPath.optional(),
    }),
    output: ProfileView,
    refusals: ['not_yours'],
    guard: 'account',
    limit: '20/min',
    bounds: 'links only by https and to the site that they name; files only under avatars/<own uid>/',
    example: {
      input: { bio: example.bio, links: example.links, avatar: example.avatar },
      output: example,
    },
  }),
  get: call({
    summary: 'What everybody may see of a person, by username.',
    audience: 'anyone',
    input: z.strictObject({ username: UsernameText }),
    output: ProfileView,
    refusals: ['not_found'],
    guard: 'token',
    limit: '60/min',
    example: { input: { username: 'Lily_draws' }, output: example },
  }),
} as const;
