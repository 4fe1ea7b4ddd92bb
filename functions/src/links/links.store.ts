import { collections } from '../collections.ts';
import type { Order } from '../orders/ordered.ts';
import { deriveId } from '../platform/derive.ts';
import type { Query } from '../platform/store.ts';
import { joinId } from '../shared/ids.ts';
import type { Click } from './click.ts';
import type { ClickDay } from './clickday.ts';
import type { Conversion } from './conversion.ts';
import type { Channel, Link } from './link.ts';

/** The same channel and place is the same link, so making it again makes none. */
export const linkId = (uid: string, channel: Channel, path: string): string =>
  deriveId('link', uid, `${channel} ${path}`);

export const dayId = (uid: string, day: string): string => joinId(day, uid);

/** Somebody's links, newest first. Index: uid, createdAt desc. */
export const linksBy = (
  uid: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Query<Link> => ({
  collection: collections.links,
  where: [['uid', '==', uid]],
  orderBy: [['createdAt', 'desc']],
  limit,
  ...(after !== undefined && { after }),
});

export const dueClicks = (at: number): Query<Click> => ({
  collection: collections.clicks,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
  limit: 100,
});

export const dueConversions = (at: number): Query<Conversion> => ({
  collection: collections.conversions,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});

/** The most days of one look. */
export const MOST_DAYS = 93;

/** What somebody's links did on some days, oldest first. Index: uid, day. */
export const clickDaysOf = (
  uid: string,
  { first, last }: { readonly first: string; readonly last: string },
  limit = MOST_DAYS,
): Query<ClickDay> => ({
  collection: collections.clickDays,
  where: [
    ['uid', '==', uid],
    ['day', '>=', first],
    ['day', '<=', last],
  ],
  orderBy: [['day', 'asc']],
  limit,
});

/** Whether somebody has bought anything of the learning platform. Index: uid, status. */
export const boughtOf = (uid: string): Query<Order> => ({
  collection: collections.orders,
  where: [
    ['uid', '==', uid],
    ['status', '==', 'done'],
  ],
  limit: 1,
});
