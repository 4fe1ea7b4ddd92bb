import { collections } from '../collections.ts';
import { atomically, find, load } from '../platform/firestore.ts';
import type { Ref } from '../platform/store.ts';
import { sweep } from '../platform/sweep.ts';
import { dayOf } from '../shared/day.ts';
import { Refusal } from '../shared/refusal.ts';
import { followReferrals } from '../tree/tree.operations.ts';
import { emptyDay, withMore } from './clickday.ts';
import { converted, looked } from './conversion.ts';
import { MOST_LINKS, type Link } from './link.ts';
import { boughtOf, clickDaysOf, dayId, dueConversions, linkId, linksBy } from './links.store.ts';

/**
 * Makes a link, once for each channel and place.
 * @throws Refusal `limit_reached` for one too many
 */
export async function makeLink(order: Link): Promise<{ readonly id: string; readonly link: Link }> {
  const { uid, channel, path, createdAt } = order;
  const id = linkId(uid, channel, path);
  const { link } = await atomically({
    read: (reader) => reader.get({ before: collections.links.doc(id), linker: collections.linkers.doc(uid) }),
    decide: ({ before, linker }) => {
      const made = linker?.made ?? 0;
      if (before === null && made >= MOST_LINKS)
        throw new Refusal('limit_reached', { limit: MOST_LINKS, used: made, retryAt: createdAt });
      return { link: before ?? order, made: before === null ? made + 1 : null };
    },
    write: (writer, { link: after, made }) => {
      if (made === null) return;
      writer.create(collections.links.doc(id), after);
      writer.set(collections.linkers.doc(uid), { made });
    },
  });
  return { id, link };
}

/** Counts somebody who attached a code that they came to by its owner’s link, once. */
export async function countConversion(uid: string, at: number): Promise<void> {
  const referral = await load(collections.referrals.doc(uid));
  const id = referral?.link ?? null;
  if (referral === null || id === null) return;
  const ref = collections.conversions.doc(uid);
  const dayRef = collections.clickDays.doc(dayId(referral.referrer, dayOf(at)));
  await atomically({
    read: (reader) =>
      reader.get({
        before: ref,
        now: collections.referrals.doc(uid),
        link: collections.links.doc(id),
        day: dayRef,
      }),
    decide: ({ before, now, link, day }) => {
      const made = before === null && now !== null ? converted(now, link, at) : null;
      return {
        made,
        day: made && withMore(day ?? emptyDay(made.owner, dayOf(at)), made, { conversions: 1 }),
      };
    },
    write: (writer, { made, day }) => {
      if (made === null || day === null) return;
      writer.create(ref, made);
      writer.set(dayRef, day);
    },
  });
}

/** Counts the first thing that somebody bought who came by a link, once. */
export async function countSale(uid: string, at: number): Promise<void> {
  const ref = collections.conversions.doc(uid);
  const known = await load(ref);
  if (known?.dueAt == null) return;
  const hasBought = (await find(boughtOf(uid))).length > 0;
  const dayRef = collections.clickDays.doc(dayId(known.owner, dayOf(at)));
  await atomically({
    read: (reader) => reader.get({ before: ref, linker: collections.linkers.doc(known.owner), day: dayRef }),
    decide: ({ before, linker, day }) => {
      const after = before && looked(before, hasBought, at);
      const isSale = before?.boughtAt === null && after !== null && after.boughtAt !== null;
      // Nothing is counted for who is not here any more.
      const counts = isSale && linker !== null ? after : null;
      return {
        after: isSale || (before?.dueAt ?? Infinity) <= at ? after : null,
        day: counts && withMore(day ?? emptyDay(counts.owner, dayOf(at)), counts, { sales: 1 }),
      };
    },
    write: (writer, { after, day }) => {
      if (after) writer.set(ref, after);
      if (day) writer.set(dayRef, day);
    },
  });
}

/** Whatever nobody was told of: referrals since the last time, and those who may have bought. */
export async function sweepConversions(at: number): Promise<void> {
  await followReferrals('links', (uid) => countConversion(uid, at));
  await sweep(dueConversions(at), (uid) => countSale(uid, at));
}

const removeAll = async (refs: readonly Ref<unknown>[]): Promise<void> => {
  await atomically({
    read: () => Promise.resolve({}),
    decide: () => ({}),
    write: (writer) => {
      for (const ref of refs) writer.delete(ref);
    },
  });
};

/** For an erasure: a person's links, what they did, and by which link they came. May be repeated. */
export async function forgetLinks(uid: string): Promise<void> {
  // First: without it nothing is counted for them any more.
  await removeAll([collections.linkers.doc(uid), collections.conversions.doc(uid)]);
  await removeAll(
    (await find(linksBy(uid, { limit: MOST_LINKS }))).map(({ id }) => collections.links.doc(id)),
  );
  for (;;) {
    const days = await find(clickDaysOf(uid, { first: '0000', last: '9999' }));
    if (days.length === 0) return;
    await removeAll(days.map(({ id }) => collections.clickDays.doc(id)));
  }
}
