import { collections } from '../collections.ts';
import { createOnce, find, load, takeFromList } from '../platform/firestore.ts';
import type { Collection, Query, Ref } from '../platform/store.ts';
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
  limit: 200,
});

/** The sweep behind the trigger: delivers what was missed, a page at a time. */
export async function sweepNews(collection: Collection<Newsworthy>): Promise<number> {
  const found = await find(untold(collection));
  for (const { id } of found) await deliverNews(collection.doc(id));
  return found.length;
}
