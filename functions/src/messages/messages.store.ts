import { collections } from '../collections.ts';
import type { Message } from '../notifications/message.ts';
import type { InboxEntry, InboxNotice } from '../notifications/notice.ts';
import type { Query, Reader, Writer } from '../platform/store.ts';
import type { Taken } from './sending.ts';

type Page = {
  readonly limit: number;
  readonly after?: { readonly id: string; readonly at: number } | undefined;
};

/** Newest first. The place is known by its time, too, since whoever turns the page may have deleted that notice. */
export const noticesOf = (uid: string, { limit, after }: Page): Query<InboxEntry> => ({
  collection: collections.notices(uid),
  orderBy: [['at', 'desc']],
  limit,
  ...(after && { after: { id: after.id, doc: { at: after.at } as InboxNotice } }),
});

export const unreadOf = (uid: string): Query<InboxEntry> => ({
  collection: collections.notices(uid),
  where: [['readAt', '==', null]],
});

/** Those that were there at a time, newest first. */
export const unreadUntil = (uid: string, until: number, limit: number): Query<InboxEntry> => ({
  collection: collections.notices(uid),
  where: [
    ['readAt', '==', null],
    ['at', '<=', until],
  ],
  orderBy: [['at', 'desc']],
  limit,
});

/** All that ever lay there: what was deleted has no time to be sorted by. */
export const everythingIn = (uid: string, limit: number): Query<InboxEntry> => ({
  collection: collections.notices(uid),
  limit,
});

export const dueMessages = (at: number): Query<Message> => ({
  collection: collections.messages,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});

export const messagesOf = (uid: string, limit: number): Query<Message> => ({
  collection: collections.messages,
  where: [['uid', '==', uid]],
  limit,
});

export const readToSend = (reader: Reader, id: string, { uid, notice }: Message) =>
  reader.get({
    message: collections.messages.doc(id),
    mail: collections.mail.doc(id),
    entry: collections.notices(uid).doc(notice),
    reach: collections.reach.doc(uid),
  });

/** The message, its mail, and what counts against the hour. */
export function writeTaken(
  writer: Writer,
  { id, uid }: { readonly id: string; readonly uid: string },
  { message, mail, reach }: Pick<Taken, 'message' | 'mail'> & Partial<Pick<Taken, 'reach'>>,
): void {
  if (message === 'gone') writer.delete(collections.messages.doc(id));
  else if (message) writer.set(collections.messages.doc(id), message);
  if (mail === 'gone') writer.delete(collections.mail.doc(id));
  else if (mail) writer.set(collections.mail.doc(id), mail);
  if (reach) writer.set(collections.reach.doc(uid), reach);
}
