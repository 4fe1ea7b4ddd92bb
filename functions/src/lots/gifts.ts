import { minor } from '../shared/money.ts';
import { countIn, type Counted } from '../shared/window.ts';

/** `givenBy/{to or by}~{uid}`: what admins gave to somebody lately, and what an admin gave to anybody. */
export type GivenBy = { readonly recent: readonly RecentGift[] };
export type RecentGift = Counted & { readonly lot: string };

const WEEK = 7 * 24 * 3600 * 1000;

/** What one admin alone may give; more of it is a correction, which a second one approves (W2-47). */
export const giftLimits = {
  to: { count: 20, most: minor(500), windowMs: WEEK },
  by: { count: 200, most: minor(5_000), windowMs: WEEK },
} as const;

export type Gifts = { readonly to: GivenBy | null; readonly by: GivenBy | null };

/** Counts one more, both ways. @throws Refusal `limit_reached` */
export const countGift = (
  { to, by }: Gifts,
  gift: RecentGift,
): { readonly to: GivenBy; readonly by: GivenBy } => ({
  to: { recent: countIn(to?.recent ?? [], gift, giftLimits.to) },
  by: { recent: countIn(by?.recent ?? [], gift, giftLimits.by) },
});
