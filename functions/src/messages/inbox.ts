import { isThere, type DeletedNotice, type InboxEntry, type InboxNotice } from '../notifications/notice.ts';
import { Refusal } from '../shared/refusal.ts';

/** What its owner may do with a notice. Each is safe to repeat; null where nothing changes. */

const notThere = (id: string) => new Refusal('not_found', { what: 'notice', id });

/** The time it was first read stays. @throws Refusal `not_found` */
export function markRead(id: string, entry: InboxEntry | null, at: number): InboxNotice | null {
  if (!isThere(entry)) throw notThere(id);
  return entry.readAt === null ? { ...entry, readAt: at } : null;
}

/** @throws Refusal `not_found` */
export function markUnread(id: string, entry: InboxEntry | null): InboxNotice | null {
  if (!isThere(entry)) throw notThere(id);
  return entry.readAt === null ? null : { ...entry, readAt: null };
}

/** Its words go, its id stays: a delivery that comes late finds it. @throws Refusal `not_found` */
export function remove(id: string, entry: InboxEntry | null, at: number): DeletedNotice | null {
  if (entry === null) throw notThere(id);
  return isThere(entry) ? { deletedAt: at } : null;
}
