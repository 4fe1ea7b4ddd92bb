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

/**
 * Its money went back, or came again: what it gave ends so much sooner, or later. What somebody has not any more, or
 * has another in place of, stays as it is.
 * @param by milliseconds; below zero where it holds longer again
 */
export function shorten(before: Membership | null, { name, title, fees }: Offer, by: number, at: number) {
  if (!before || by === 0) return null;
  const version = before.version + 1;
  const until = (left: number | undefined) => (by > 0 ? (left ?? at) - by : Math.max(at, left ?? at) - by);
  if (fees !== null) {
    const { plan } = before;
    if (plan ? plan.name !== name : by > 0) return null;
    const untilAt = until(plan?.untilAt);
    return withDue({ ...before, version, plan: untilAt > at ? { name, title, ...fees, untilAt } : null });
  }
  const badge = before.badges.find((one) => one.badge === name);
  if (!badge && by > 0) return null;
  const others = before.badges.filter((one) => one.badge !== name);
  const untilAt = until(badge?.untilAt);
  const badges = untilAt > at ? [...others, { badge: name, title, untilAt }] : others;
  return withDue({ ...before, version, badges });
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
