import { tell, type Newsworthy } from '../notifications/notice.ts';
import type { Fees, Offer } from './offer.ts';

const DAY = 24 * 3600 * 1000;

export type Badge = { readonly badge: string; readonly title: string; readonly untilAt: number };

/** `memberships/{uid}`: which plan and badges somebody has bought, and until when. */
export type Membership = Newsworthy & {
  /** As it was when it was bought: a later definition changes nothing until it is bought again. */
  readonly plan: (Pick<Offer, 'name' | 'title'> & Fees & { readonly untilAt: number }) | null;
  readonly badges: readonly Badge[];
  /** When the next of them ends; null when none does. */
  readonly dueAt: number | null;
  readonly version: number;
};

export const newMembership: Membership = { plan: null, badges: [], dueAt: null, version: 0, news: [] };

/** The fees of a plan that is valid now. */
export const feesOf = (membership: Membership | null, at: number): Fees | null =>
  membership?.plan && membership.plan.untilAt > at ? membership.plan : null;

const withDue = (membership: Omit<Membership, 'dueAt'>): Membership => {
  const ends = [membership.plan, ...membership.badges].flatMap((one) => (one ? [one.untilAt] : []));
  return { ...membership, dueAt: ends.length > 0 ? Math.min(...ends) : null };
};

/** What was bought is added: to what is left of the same, or from now on. Another plan takes the place of the one before. */
export function extend(before: Membership | null, offer: Offer, at: number): Membership {
  const old = before ?? newMembership;
  const from = (left: number | undefined) => Math.max(at, left ?? at) + offer.days * DAY;
  const version = old.version + 1;
  const { name, title } = offer;
  if (offer.fees !== null) {
    const left = old.plan?.name === name ? old.plan.untilAt : undefined;
    return withDue({ ...old, version, plan: { name, title, ...offer.fees, untilAt: from(left) } });
  }
  const left = old.badges.find(({ badge }) => badge === name)?.untilAt;
  const others = old.badges.filter(({ badge }) => badge !== name);
  return withDue({ ...old, version, badges: [...others, { badge: name, title, untilAt: from(left) }] });
}

/** What is over is gone, and its owner is told. Null when nothing is. */
export function lapse(uid: string, membership: Membership | null, at: number): Membership | null {
  if (membership?.dueAt == null || membership.dueAt > at) return null;
  const { plan, badges } = membership;
  const over = [
    ...(plan && plan.untilAt <= at ? [plan.title] : []),
    ...badges.filter(({ untilAt }) => untilAt <= at).map(({ title }) => title),
  ];
  const version = membership.version + 1;
  const event = { cause: `membership.${uid}.${version}.over`, about: `memberships/${uid}`, at };
  const news = tell(
    membership,
    event,
    over.map((title) => ({ to: uid, kind: 'plans-over', text: `“${title}” has ended.`, facts: { title } })),
  );
  return withDue({
    ...membership,
    ...news,
    version,
    plan: plan && plan.untilAt > at ? plan : null,
    badges: badges.filter(({ untilAt }) => untilAt > at),
  });
}
