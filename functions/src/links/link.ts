/** Where somebody shares a link, so that they see what works. */
export const channels = [
  'whatsapp',
  'facebook',
  'x',
  'linkedin',
  'instagram',
  'youtube',
  'email',
  'other',
] as const;
export type Channel = (typeof channels)[number];

/** `links/{id}`: a link of one person, for one channel, to one place of the app (F56). It never changes. */
export type Link = {
  readonly uid: string;
  readonly channel: Channel;
  /** A path on the app's own site; never a whole address, so no link leads anywhere else. */
  readonly path: string;
  /** The code of its owner, which whoever comes by it attaches. */
  readonly code: string;
  readonly createdAt: number;
};

/** `linkers/{uid}`: how many links somebody made. Gone when they are. */
export type Linker = { readonly made: number };

/** The most links of one person: as many as a day's counts hold at once. */
export const MOST_LINKS = 50;

/** Letters, digits and `. _ ~ -` between single slashes: nothing in it names a host, asks or escapes. */
export const PATH = /^\/(?:[A-Za-z0-9._~-]+\/)*[A-Za-z0-9._~-]*$/;

/**
 * Where whoever follows a link is sent: a page of the app's own site, which is told the link and the code.
 * @param site the app's own address
 * @param link null where there is no such link any more: then to the site itself, and it is told nothing
 */
export function targetOf(site: string, id: string, link: Pick<Link, 'path' | 'code'> | null): string {
  const home = new URL('/', site);
  if (link === null || !PATH.test(link.path)) return home.href;
  const target = new URL(link.path, home);
  target.searchParams.set('link', id);
  target.searchParams.set('code', link.code);
  return target.href;
}
