import { collections } from '../collections.ts';
import { deriveId } from '../platform/derive.ts';
import { atomically, createOnce, load, loadAll, takeFromList } from '../platform/firestore.ts';
import { mail } from '../platform/params.ts';
import type { Collection, Query, Ref } from '../platform/store.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { newMessage } from './message.ts';
import type { InboxNotice, Newsworthy, Notice } from './notice.ts';
import { waysOf, type Ways } from './reach.ts';

const inboxNotice = ({ kind, text, facts, about, at }: Notice): InboxNotice => ({
  kind,
  text,
  facts,
  about,
  at,
  readAt: null,
});

/** The message of a notice, and its mail. */
export const messageId = (uid: string, notice: string): string => deriveId('message', uid, notice);

/** Into the inbox, once; with it, in the same commit, what is to leave it again by mail or to a device. */
async function deliver(notice: Notice, ways: Ways | null): Promise<void> {
  const ref = collections.notices(notice.to).doc(notice.id);
  if (ways === null) {
    await createOnce(ref, inboxNotice(notice));
    return;
  }
  await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => ({ isNew: before === null }),
    write: (writer, { isNew }) => {
      if (!isNew) return;
      writer.create(ref, inboxNotice(notice));
      writer.create(collections.messages.doc(messageId(notice.to, notice.id)), newMessage(notice, ways));
    },
  });
}

/**
 * Delivers what a document has to tell, then takes it out of the document. Safe to repeat and to run twice at
 * once: a notice's id is its cause, so a second delivery finds it there. The document is not read to be
 * written back, so nobody who is changing it meanwhile has to wait or to start again.
 */
export async function deliverNews(ref: Ref<Newsworthy>): Promise<number> {
  const news = (await load(ref))?.news ?? [];
  if (news.length === 0) return 0;
  const people = [...new Set(news.map(({ to }) => to))];
  const reached = await loadAll(people.map((uid) => collections.reach.doc(uid)));
  const reachOf = new Map(people.map((uid, i) => [uid, reached[i] ?? null]));
  const mailOn = mail.value() === 'on';
  await Promise.all(
    news.map((notice) => deliver(notice, waysOf(notice.kind, reachOf.get(notice.to) ?? null, mailOn))),
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
