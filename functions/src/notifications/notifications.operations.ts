import { collections } from '../collections.ts';
import { atomically, createOnce, find, load } from '../platform/firestore.ts';
import type { Collection, Ref } from '../platform/store.ts';
import { withoutTold, type InboxNotice, type Newsworthy, type Notice } from './notice.ts';

const inboxNotice = ({ kind, text, facts, about, at }: Notice): InboxNotice => ({
  kind,
  text,
  facts,
  about,
  at,
  readAt: null,
});

/**
 * Delivers what a document has to tell, then notes that it was told. Safe to repeat and to run twice at
 * once: a notice's id is its cause, so a second delivery finds it there.
 */
export async function deliverNews(ref: Ref<Newsworthy>): Promise<number> {
  const news = (await load(ref))?.news ?? [];
  if (news.length === 0) return 0;
  await Promise.all(
    news.map((notice) => createOnce(collections.notices(notice.to).doc(notice.id), inboxNotice(notice))),
  );
  const told = new Set(news.map((notice) => notice.id));
  await atomically({
    read: (reader) => reader.get({ doc: ref }),
    decide: ({ doc }) => (doc === null ? null : withoutTold(doc, told)),
    write: (writer, doc) => {
      if (doc !== null) writer.set(ref, doc);
    },
  });
  return news.length;
}

/** The sweep behind the trigger: delivers what was missed, a page at a time. */
export async function sweepNews(collection: Collection<Newsworthy>): Promise<number> {
  const untold = await find({ collection, where: [['untold', '==', true]], limit: 200 });
  for (const { id } of untold) await deliverNews(collection.doc(id));
  return untold.length;
}
