import { collections } from '../collections.ts';
import { atomically, find } from '../platform/firestore.ts';
import type { Query } from '../platform/store.ts';
import { lessonRef } from './courses.store.ts';
import {
  courseIdOf,
  foldVideos,
  inOrder,
  textOf,
  type FlatVideo,
  type Folded,
  type Found,
  type Left,
} from './flat.ts';

const PAGE = 100;

/** How many become topics in one commit. */
const AT_ONCE = 200;

/** All videos of the other system, by their names: one without an order is found, too. */
export const flatVideos = (after: string | null): Query<FlatVideo> => ({
  collection: collections.videos,
  limit: PAGE,
  ...(after !== null && { after }),
});

/** By their courses. All at once: other systems had some thousands, and an order holds over all pages. */
async function allVideos(): Promise<Map<string, Found[]>> {
  const all: Found[] = [];
  for (let after: string | null = null; ;) {
    const page: Found[] = await find(flatVideos(after));
    all.push(...page);
    after = page.at(-1)?.id ?? null;
    if (page.length < PAGE || after === null) break;
  }
  return Map.groupBy(all.toSorted(inOrder), ({ doc }) => textOf(doc.course));
}

export type Told =
  | { readonly course: string; readonly added: number; readonly isNew: boolean }
  | (Left & { readonly course: string });

type Order = { readonly apply: boolean; readonly at: number };

/** Some of one course’s, in one commit; without `apply` it only looks. */
async function fold(name: string, videos: readonly Found[], { apply, at }: Order) {
  const id = courseIdOf(name);
  const ref = collections.courses.doc(id);
  const { folded, isNew } = await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => ({ folded: foldVideos(before, name, videos, at), isNew: before === null }),
    write: (writer, { folded: { course, added }, isNew: first }) => {
      if (!apply || added.length === 0) return;
      if (first) writer.create(ref, course);
      else writer.set(ref, course);
      for (const { topic, lies } of added)
        writer.create(lessonRef(id, topic), { course: id, topic, video: lies });
    },
  });
  return { id, folded, isNew };
}

/**
 * Makes topics of flat videos, course by course. Without `apply` it only tells; doing it again, or going on after a crash,
 * changes nothing more, since each video has one topic whose id is made from its own.
 * @returns how many videos there were, and how many became topics
 */
export async function migrateVideos(
  order: Order,
  tell: (told: Told) => void,
): Promise<{ videos: number; added: number; left: number }> {
  const sums = { videos: 0, added: 0, left: 0 };
  for (const [name, videos] of await allVideos())
    for (let i = 0; i < videos.length; i += AT_ONCE) {
      const { id, folded, isNew } = await fold(name, videos.slice(i, i + AT_ONCE), order);
      tellOf(id, folded, isNew, tell);
      sums.videos += Math.min(AT_ONCE, videos.length - i);
      sums.added += folded.added.length;
      sums.left += folded.left.length;
    }
  return sums;
}

function tellOf(course: string, { added, left }: Folded, isNew: boolean, tell: (told: Told) => void): void {
  if (added.length > 0) tell({ course, added: added.length, isNew });
  for (const one of left) tell({ course, ...one });
}
