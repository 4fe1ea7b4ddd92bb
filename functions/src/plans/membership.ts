import { tell, type Newsworthy } from '../notifications/notice.ts';
import type { Fees, Offer } from './offer.ts';

const DAY = 24 * 3600 * 1000;

/** One run of something: begun when it was not there, and as long as was paid for since. */
type Run = {
  readonly fromAt: number;
  /** Milliseconds that sales gave it since then, less what was taken again; with `fromAt` they make `untilAt`. */
  readonly lasts: number;
  readonly untilAt: number;
};

export type Badge = Run & { readonly badge: string; readonly title: string };

/** `memberships/{uid}`: which plan and badges somebody has bought, and until when. */
export type Membership = Newsworthy & {
  /** As it was when it was bought: a later definition changes nothing until it is bought again. */
  readonly plan: (Pick<Offer, 'name' | 'title'> & Fees & Run) | null;
  readonly badges: readonly Badge[];
  /**
   * Milliseconds that all sales of an offer gave, less what was taken again, by its name: also of what is over, or has
   * another in its place. The audit compares it with the sales.
   */
  readonly given: Readonly<Record<string, number>>;
  /** When the next of them ends; null when none does. */
  readonly dueAt: number | null;
  readonly version: number;
};

export const newMembership: Membership = {
  ...{ plan: null, badges: [], given: {}, dueAt: null, version: 0, news: [] },
};

/** What is left of somebody who is gone: how much was sold to them, which sales say as well, and nothing that holds. */
export const emptied = ({ given, version }: Membership): Membership => ({
  ...newMembership,
  ...{ given, version: version + 1 },
});

export const isEmptied = ({ plan, badges, news }: Membership): boolean =>
  plan === null && badges.length === 0 && news.length === 0;

/** The fees of a plan that is valid now. */
export const feesOf = (membership: Membership | null, at: number): Fees | null =>
  membership?.plan && membership.plan.untilAt > at ? membership.plan : null;

const withDue = (membership: Omit<Membership, 'dueAt'>): Membership => {
  const ends = [membership.plan, ...membership.badges].flatMap((one) => (one ? [one.untilAt] : []));
  return { ...membership, dueAt: ends.length > 0 ? Math.min(...ends) : null };
};

/** How long a sale of an offer holds, in milliseconds. */
export const lengthOf = ({ days }: Pick<Offer, 'days'>): number => days * DAY;

/** So much more, or less, of what there is; where nothing is left of it, more begins now. Null for what is over. */
function changed(run: Run | null, by: number, at: number): Run | null {
  const isOn = run !== null && (by < 0 || run.untilAt > at);
  if (!isOn && by <= 0) return null;
  const { fromAt, lasts, untilAt } = isOn ? run : { fromAt: at, lasts: 0, untilAt: at };
  const after = { fromAt, lasts: lasts + by, untilAt: untilAt + by };
  return after.untilAt > at ? after : null;
}

const counted = ({ given }: Membership, name: string, by: number) => ({
  ...given,
  [name]: (given[name] ?? 0) + by,
});

/** What was bought is added: to what is left of the same, or from now on. Another plan takes the place of the one before. */
export function extend(before: Membership | null, offer: Offer, at: number): Membership {
  const old = before ?? newMembership;
  const version = old.version + 1;
  const given = counted(old, offer.name, lengthOf(offer));
  const isOther = offer.fees !== null && old.plan?.name !== offer.name;
  const without = isOther ? { ...old, plan: null } : old;
  return withDue({ ...without, ...withRun(without, offer, lengthOf(offer), at), given, version });
}

/**
 * Its money went back, or came again: what it gave ends so much sooner, or later. What is over, or has another in its
 * place, cannot be taken, and is not given again.
 * @param by milliseconds; below zero where it holds longer again
 * @returns the membership, and how much of that it was; null where it was nothing
 */
export function shorten(
  before: Membership | null,
  offer: Offer,
  by: number,
  at: number,
): { readonly membership: Membership; readonly moved: number } | null {
  if (!before) return null;
  const run = runOf(before, offer);
  const isOther = offer.fees !== null && before.plan !== null && run === null;
  const left = Math.max(0, (run?.untilAt ?? at) - at);
  const moved = isOther ? 0 : Math.min(by, left);
  if (moved === 0) return null;
  const given = counted(before, offer.name, -moved);
  const after = { ...before, ...withRun(before, offer, -moved, at), given, version: before.version + 1 };
  return { membership: withDue(after), moved };
}

function runOf({ plan, badges }: Pick<Membership, 'plan' | 'badges'>, { name, fees }: Offer): Run | null {
  if (fees !== null) return plan?.name === name ? plan : null;
  return badges.find(({ badge }) => badge === name) ?? null;
}

function withRun(
  { plan, badges }: Membership,
  offer: Offer,
  by: number,
  at: number,
): Pick<Membership, 'plan' | 'badges'> {
  const { name, title, fees } = offer;
  if (fees !== null) {
    if (plan && plan.name !== name) return { plan, badges };
    const run = changed(plan, by, at);
    return { plan: run && { name, title, ...fees, ...run }, badges };
  }
  const run = changed(runOf({ plan, badges }, offer), by, at);
  const others = badges.filter(({ badge }) => badge !== name);
  return { plan, badges: run ? [...others, { badge: name, title, ...run }] : others };
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
