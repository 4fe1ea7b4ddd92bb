import { collections } from '../collections.ts';
import { createOnce, load, takeFromList } from '../platform/firestore.ts';
import type { Collection, Query, Ref } from '../platform/store.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import type { InboxNotice, Newsworthy, Notice } from './notice.ts';

const inboxNotice = ({ kind, text, facts, about, at }: Notice): InboxNotice => ({
  kind,
  text,
  facts,
  about,
  at,
  readAt: null,
});

/**
 * Delivers what a document has to tell, then takes it out of the document. Safe to repeat and to run twice at
 * once: a notice's id is its cause, so a second delivery finds it there. The document is not read to be
 * written back, so nobody who is changing it meanwhile has to wait or to start again.
 */
export async function deliverNews(ref: Ref<Newsworthy>): Promise<number> {
  const news = (await load(ref))?.news ?? [];
  if (news.length === 0) return 0;
  await Promise.all(
    news.map((notice) => createOnce(collections.notices(notice.to).doc(notice.id), inboxNotice(notice))),
  );
  await takeFromList(ref, 'news', news);
  return news.length;
}

/** Documents with something to tell. */
export const untold = <T extends Newsworthy>(collection: Collection<T>): Query<T> => ({
  collection,
  where: [['news', '>', []]],
  orderBy: [['news', 'asc']],
});

/** The sweep behind the trigger: delivers what was missed. One that cannot be delivered stops no other. */
export const sweepNews = (collection: Collection<Newsworthy>): Promise<Swept> =>
  sweep(untold(collection), (id) => deliverNews(collection.doc(id)));
