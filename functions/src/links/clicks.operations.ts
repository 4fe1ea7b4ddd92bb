import { logger } from 'firebase-functions/logger';
import { collections } from '../collections.ts';
import { atomically, find } from '../platform/firestore.ts';
import { sealingKey } from '../platform/params.ts';
import { fingerprint } from '../platform/seal.ts';
import { throttle } from '../platform/throttle.ts';
import { dayOf } from '../shared/day.ts';
import { Refusal } from '../shared/refusal.ts';
import { come, dayOfClick, foldClicks, folded, isOpen, quietUntil, type Click } from './click.ts';
import { emptyDay } from './clickday.ts';
import type { Link } from './link.ts';
import { dayId, dueClicks } from './links.store.ts';

const DAY = 24 * 3600 * 1000;

/** The key of a day, made from the sealing key and nothing that is kept: tomorrow's makes other hashes of the same. */
const keyOf = (day: string): string =>
  Buffer.from(fingerprint(`clicks ${day}`, sealingKey.value()), 'hex').toString('base64');

/** Where somebody's clicks of a day are counted. */
const visitorOf = (link: string, address: string, at: number): string => {
  const day = dayOf(at);
  return fingerprint(JSON.stringify([day, link, address]), keyOf(day));
};

/** Whose next click does not count, and until when: asked first, so that a storm reads, writes and locks nothing. */
const quiet = new Map<string, number>();
const MOST_REMEMBERED = 10_000;

function remember(visitor: string, until: number): void {
  if (quiet.size >= MOST_REMEMBERED) quiet.clear();
  quiet.set(visitor, until);
}

/** Who is being counted: of two clicks at once one would not count, and asks nothing. */
const underway = new Set<string>();

/** As an instance that has just begun: for the simulator, where many begin in one process. */
export function forgetVisitors(): void {
  quiet.clear();
  underway.clear();
}

/** Visits that count, of whatever links; the throttle lets an address have twenty times as many. */
const RATE = '5/min';

/**
 * Counts somebody who follows a link, unless they did a moment ago. Never fails for what a visitor can cause: where too
 * many come from one address, or at once, the rest is not counted.
 */
export async function countClick(id: string, link: Link, address: string, at: number): Promise<void> {
  const today = visitorOf(id, address, at);
  const yesterday = visitorOf(id, address, at - DAY);
  if (underway.has(today) || Math.max(quiet.get(today) ?? 0, quiet.get(yesterday) ?? 0) > at) return;
  underway.add(today);
  try {
    await throttle('links-click', RATE, { uid: null, address }, at);
    remember(today, await write(id, link, { today, yesterday }, at));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  } finally {
    underway.delete(today);
  }
}

/** @returns until when the next one does not count */
async function write(
  id: string,
  { uid, channel }: Link,
  { today, yesterday }: Readonly<Record<'today' | 'yesterday', string>>,
  at: number,
): Promise<number> {
  const own = { today: collections.clicks.doc(today), yesterday: collections.clicks.doc(yesterday) };
  const { until } = await atomically({
    read: (reader) => reader.get(own),
    decide: (found) => {
      // Their window may have begun yesterday, under the key of then.
      const begun = found.yesterday !== null && isOpen(found.yesterday, at);
      const [name, before] = begun
        ? (['yesterday', found.yesterday] as const)
        : (['today', found.today] as const);
      const after = come(before, { link: id, channel, uid, at });
      const now = after ?? before;
      return { name, after, until: now ? quietUntil(now) : at };
    },
    write: (writer, { name, after }) => {
      if (after) writer.set(own[name], after);
    },
  });
  return until;
}

type Found = { readonly id: string; readonly doc: Click };

/** Adds visitors to the day of whose links they followed; what was added before is not added again. */
async function foldInto(uid: string, day: string, found: readonly Found[]): Promise<void> {
  const ref = collections.clickDays.doc(dayId(uid, day));
  const refs = Object.fromEntries(found.map(({ id }) => [`click ${id}`, collections.clicks.doc(id)]));
  await atomically({
    read: async (reader) => ({
      ...(await reader.get({ before: ref, linker: collections.linkers.doc(uid) })),
      clicks: await reader.get(refs),
    }),
    decide: ({ before, linker, clicks }) => {
      const now = found.flatMap(({ id }) => {
        const doc = clicks[`click ${id}`] ?? null;
        return doc?.dueAt == null ? [] : [{ id, doc }];
      });
      // Without links they are erased, and nothing is counted for them.
      const counted = linker === null || now.length === 0 ? null : now.map(({ doc }) => doc);
      return { now, day: counted && foldClicks(before ?? emptyDay(uid, day), counted) };
    },
    write: (writer, { now, day: after }) => {
      for (const { id, doc } of now) writer.set(collections.clicks.doc(id), folded(doc));
      if (after) writer.set(ref, after);
    },
  });
}

/** Folds what came since the last time, page by page, one commit for each person and day; one that fails stops no other. */
export async function foldAll(at: number): Promise<void> {
  const due = dueClicks(at);
  let after: Found | undefined;
  for (;;) {
    const page: Found[] = await find({ ...due, ...(after && { after }) });
    const groups = Map.groupBy(page, ({ doc }) => dayId(doc.uid, dayOfClick(doc)));
    for (const [day, own] of groups) {
      const [{ doc }] = own as [Found, ...Found[]];
      await foldInto(doc.uid, dayOfClick(doc), own).catch((error: unknown) =>
        logger.error('clicks were left for the next time', error, { day }),
      );
    }
    after = page.at(-1);
    if (page.length < (due.limit ?? 0)) return;
  }
}
