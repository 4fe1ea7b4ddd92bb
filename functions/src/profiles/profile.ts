import { Refusal } from '../shared/refusal.ts';

/** Where links may lead; `website` is anybody's own place. */
export const sites = {
  instagram: ['instagram.com'],
  tiktok: ['tiktok.com'],
  youtube: ['youtube.com', 'youtu.be'],
  x: ['x.com', 'twitter.com'],
  facebook: ['facebook.com'],
  linkedin: ['linkedin.com'],
  website: null,
} as const satisfies Record<string, readonly string[] | null>;
export type Site = keyof typeof sites;
export const siteNames = Object.keys(sites) as [Site, ...Site[]];

export type Link = { readonly site: Site; readonly url: string };

/** `profiles/{uid}`: what everybody may see of a person, and nothing else (F64). What is private lies elsewhere. */
export type Profile = {
  /** Null until one was claimed: then there is nobody to name. */
  readonly username: string | null;
  readonly bio: string;
  readonly links: readonly Link[];
  /** A file in Cloud Storage, `avatars/<uid>/<file>`; null for none. */
  readonly avatar: string | null;
  /** What was bought and until when it is shown. */
  readonly badges: readonly { readonly badge: string; readonly untilAt: number }[];
  readonly createdAt: number;
};

export const newProfile = (at: number): Profile => ({
  ...{ username: null, bio: '', links: [], avatar: null, badges: [] },
  createdAt: at,
});

/** What its owner may change. */
export type Changes = {
  readonly bio?: string | undefined;
  readonly links?: readonly Link[] | undefined;
  readonly avatar?: string | null | undefined;
};

/**
 * The owner's changes, each checked.
 * @throws Refusal `invalid_input` for a link that is not https or leads elsewhere, `not_yours` for another's file.
 */
export function change(profile: Profile, uid: string, { bio, links, avatar }: Changes): Profile {
  if (typeof avatar === 'string' && !avatar.startsWith(`avatars/${uid}/`))
    throw new Refusal('not_yours', { document: 'avatar' });
  return {
    ...profile,
    ...(bio !== undefined && { bio }),
    ...(links !== undefined && { links: links.map(checked) }),
    ...(avatar !== undefined && { avatar }),
  };
}

/** The link as a browser would write it. */
function checked({ site, url }: Link, i: number): Link {
  const wrong = (problem: string) => new Refusal('invalid_input', { path: `links.${i}.url`, problem });
  if (!URL.canParse(url)) throw wrong('not an address');
  const parsed = new URL(url);
  const { protocol, hostname, username, password, port } = parsed;
  if (protocol !== 'https:') throw wrong('has to begin with https://');
  if (username !== '' || password !== '' || port !== '') throw wrong('has more than a host and a path');
  const hosts: readonly string[] | null = sites[site];
  const fits =
    hosts === null
      ? /^(?!\d+\.\d+\.\d+\.\d+$)([a-z0-9-]+\.)+[a-z][a-z0-9-]+$/.test(hostname)
      : hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
  if (!fits) throw wrong(`does not lead to ${site}`);
  return { site, url: parsed.href };
}
