import type { Referral } from '../rewards/referral.ts';
import type { Channel, Link } from './link.ts';

/**
 * `conversions/{uid}`: somebody came by a link and attached its owner’s code, and whether they bought something since. One
 * for each person, as there is one referral of each, so each is counted once as a conversion and once as a sale.
 */
export type Conversion = {
  /** Who came. */
  readonly uid: string;
  readonly link: string;
  readonly channel: Channel;
  /** Whose link it is. */
  readonly owner: string;
  readonly createdAt: number;
  readonly boughtAt: number | null;
  /** When it is looked at, in case nobody was told that they bought; null once it is over. */
  readonly dueAt: number | null;
};

const DAY = 24 * 3600 * 1000;
/** When it is looked at, counted from when they came; then it is over. */
const looks = [DAY, 7 * DAY, 30 * DAY, 90 * DAY] as const;

/**
 * What a referral with a link comes to.
 * @param link null for one that there is not
 * @returns null where nothing is counted: by a link of somebody else than whose code it was, or a flagged referral
 */
export function converted(
  { uid, referrer, status, link: id }: Referral,
  link: Link | null,
  at: number,
): Conversion | null {
  if (id === null || link?.uid !== referrer || status === 'flagged') return null;
  const { channel } = link;
  return { uid, link: id, channel, owner: referrer, createdAt: at, boughtAt: null, dueAt: at + looks[0] };
}

/** What a look at it comes to; what was sold once is sold. */
export function looked(conversion: Conversion, hasBought: boolean, at: number): Conversion {
  if (conversion.boughtAt !== null || conversion.dueAt === null) return conversion;
  if (hasBought) return { ...conversion, boughtAt: at, dueAt: null };
  const next = looks.find((after) => conversion.createdAt + after > at);
  return { ...conversion, dueAt: next === undefined ? null : conversion.createdAt + next };
}
