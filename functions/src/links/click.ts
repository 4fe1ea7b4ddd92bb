import { dayOf } from '../shared/day.ts';
import { withMore, type ClickDay, type Counts } from './clickday.ts';
import type { Channel } from './link.ts';

/**
 * `clicks/{hash}`: somebody who followed a link, for a day. The name is a hash of the link and the address by a key that
 * is another every day, so neither is in it and no two days can be put together. Only its own visitor ever writes it, so a
 * link that the whole world follows has no hot document; a schedule folds it into `clickDays`. Firestore deletes it.
 */
export type Click = {
  readonly link: string;
  readonly channel: Channel;
  /** Whose link it is. */
  readonly uid: string;
  readonly firstAt: number;
  readonly lastAt: number;
  /** How often they came, as far as that counts; and how much of it is folded. */
  readonly clicks: number;
  readonly folded: number;
  /** When it is to be folded; null when all of it is. */
  readonly dueAt: number | null;
  /** When Firestore may delete it. */
  readonly expiresAt: number;
};

const DAY = 24 * 3600 * 1000;

/**
 * One who comes again within the window is the same one. Of coming often only so much counts: a storm of clicks, whether
 * forged, replayed or a finger that rests on the mouse, is one click, and writes once.
 */
export const window = { lengthMs: DAY, pauseMs: 60_000, most: 10 } as const;

export type Coming = Pick<Click, 'link' | 'channel' | 'uid'> & { readonly at: number };

/** Until when nothing more of the same visitor counts. */
export const quietUntil = ({ firstAt, lastAt, clicks }: Click): number =>
  clicks >= window.most ? firstAt + window.lengthMs : lastAt + window.pauseMs;

export const isOpen = (click: Click, at: number): boolean => at < click.firstAt + window.lengthMs;

/**
 * Counts somebody who follows a link.
 * @param before what there is of them in the window; null for nothing
 * @returns null when it does not count
 */
export function come(before: Click | null, { at, ...whose }: Coming): Click | null {
  if (before === null || !isOpen(before, at)) {
    const expiresAt = at + 2 * window.lengthMs;
    return { ...whose, firstAt: at, lastAt: at, clicks: 1, folded: 0, dueAt: at, expiresAt };
  }
  if (at < quietUntil(before)) return null;
  return { ...before, lastAt: at, clicks: before.clicks + 1, dueAt: at };
}

/** The day that a visitor is counted in: that of their first click. */
export const dayOfClick = ({ firstAt }: Pick<Click, 'firstAt'>): string => dayOf(firstAt);

export const folded = (click: Click): Click => ({ ...click, folded: click.clicks, dueAt: null });

/** What of it is not in the day's counts yet. */
const restOf = ({ clicks, folded: before }: Click): Pick<Counts, 'clicks' | 'unique'> => ({
  clicks: clicks - before,
  unique: before === 0 && clicks > 0 ? 1 : 0,
});

/** The day with these visitors in it; all of them are of that day and of that person's links. */
export const foldClicks = (day: ClickDay, clicks: readonly Click[]): ClickDay =>
  clicks.reduce((all, click) => withMore(all, click, restOf(click)), day);
