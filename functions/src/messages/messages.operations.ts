import { collections } from '../collections.ts';
import type { InboxEntry } from '../notifications/notice.ts';
import type { Device, Reach } from '../notifications/reach.ts';
import { atomically, find } from '../platform/firestore.ts';
import type { Ref } from '../platform/store.ts';
import { addDevice, withoutDevices } from './devices.ts';
import { markRead, markUnread, remove } from './inbox.ts';
import { everythingIn, messagesOf, unreadUntil } from './messages.store.ts';
import { prefer, type Wishes } from './preferences.ts';

type Own = { readonly uid: string; readonly id: string; readonly at: number };

/** Changes one notice of somebody's; see `inbox.ts` for what each may refuse. */
async function change(
  { uid, id }: Own,
  how: (entry: InboxEntry | null) => InboxEntry | null,
): Promise<InboxEntry> {
  const ref = collections.notices(uid).doc(id);
  const { entry } = await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => {
      const after = how(before);
      return { after, entry: after ?? before! };
    },
    write: (writer, { after }) => {
      if (after) writer.set(ref, after);
    },
  });
  return entry;
}

/** @returns when it was first read. @throws Refusal `not_found` */
export async function readNotice(own: Own): Promise<number | null> {
  const entry = await change(own, (before) => markRead(own.id, before, own.at));
  return 'readAt' in entry ? entry.readAt : null;
}

/** @throws Refusal `not_found` */
export const unmarkNotice = (own: Own): Promise<InboxEntry> =>
  change(own, (before) => markUnread(own.id, before));

/** @throws Refusal `not_found` */
export const deleteNotice = (own: Own): Promise<InboxEntry> =>
  change(own, (before) => remove(own.id, before, own.at));

/** Marks the newest of those that were there by `until`, in one commit: what comes meanwhile stays unread. */
export async function readAll(
  uid: string,
  { until, most, at }: { readonly until: number; readonly most: number; readonly at: number },
): Promise<{ readonly marked: number; readonly more: boolean }> {
  const page = await find(unreadUntil(uid, until, most));
  if (page.length === 0) return { marked: 0, more: false };
  const refs = Object.fromEntries(page.map(({ id }) => [id, collections.notices(uid).doc(id)]));
  const { read } = await atomically({
    read: (reader) => reader.get(refs),
    decide: (found) => ({
      read: Object.entries(found).flatMap(([id, entry]) =>
        entry && 'readAt' in entry && entry.readAt === null ? [{ id, after: { ...entry, readAt: at } }] : [],
      ),
    }),
    write: (writer, decided) => {
      for (const { id, after } of decided.read) writer.set(collections.notices(uid).doc(id), after);
    },
  });
  return { marked: read.length, more: page.length === most };
}

/** What somebody wants to hear of and how. @throws Refusal `always_sent` */
export async function setPreferences(uid: string, wishes: Wishes): Promise<Reach> {
  const ref = collections.reach.doc(uid);
  const { after } = await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => ({ after: prefer(before, wishes) }),
    write: (writer, { after: reach }) => {
      writer.set(ref, reach);
    },
  });
  return after;
}

/** The device is this person's from now on, and nobody else's. @returns how many they have */
export async function addToken(uid: string, device: Device): Promise<number> {
  const [own, token] = [collections.reach.doc(uid), collections.pushTokens.doc(device.id)];
  const { reach } = await atomically({
    read: async (reader) => {
      const { before, owner } = await reader.get({ before: own, owner: token });
      if (owner === null || owner.uid === uid) return { before, other: null, theirs: null };
      const { other } = await reader.get({ other: collections.reach.doc(owner.uid) });
      return { before, other, theirs: owner.uid };
    },
    decide: ({ before, other, theirs }) => ({
      ...addDevice(before, device),
      theirs,
      other: withoutDevices(other, [device.id]),
    }),
    write: (writer, decided) => {
      writer.set(own, decided.reach);
      writer.set(token, { uid });
      for (const id of decided.dropped) writer.delete(collections.pushTokens.doc(id));
      if (decided.theirs !== null && decided.other)
        writer.set(collections.reach.doc(decided.theirs), decided.other);
    },
  });
  return reach.devices.length;
}

/** Only where they are this person's; any other is no matter. @returns how many they have then */
export async function removeTokens(uid: string, ids: readonly string[]): Promise<number> {
  const own = collections.reach.doc(uid);
  const { left } = await atomically({
    read: (reader) => reader.get({ before: own }),
    decide: ({ before }) => ({
      after: withoutDevices(before, ids),
      gone: (before?.devices ?? []).map(({ id }) => id).filter((id) => ids.includes(id)),
      left: (before?.devices ?? []).filter(({ id }) => !ids.includes(id)).length,
    }),
    write: (writer, { after, gone }) => {
      if (after) writer.set(own, after);
      for (const id of gone) writer.delete(collections.pushTokens.doc(id));
    },
  });
  return left;
}

const PAGE = 100;

/**
 * All of somebody who is erased: what lies in the inbox, what is on its way out of it with their address, and where they
 * are reached. Safe to repeat, and cheap where nothing is left.
 */
export async function forgetMessages(uid: string): Promise<void> {
  await inPages(
    () => find(messagesOf(uid, PAGE)),
    (id) => [collections.messages.doc(id), collections.mail.doc(id)],
  );
  await inPages(
    () => find(everythingIn(uid, PAGE)),
    (id) => [collections.notices(uid).doc(id)],
  );
  const own = collections.reach.doc(uid);
  await atomically({
    read: (reader) => reader.get({ before: own }),
    decide: ({ before }) => ({ before }),
    write: (writer, { before }) => {
      if (before === null) return;
      for (const { id } of before.devices) writer.delete(collections.pushTokens.doc(id));
      writer.delete(own);
    },
  });
}

async function inPages(
  look: () => Promise<{ readonly id: string }[]>,
  refsOf: (id: string) => readonly Ref<unknown>[],
): Promise<void> {
  for (;;) {
    const page = await look();
    if (page.length === 0) return;
    await atomically({
      read: () => Promise.resolve({}),
      decide: () => ({}),
      write: (writer) => {
        for (const ref of page.flatMap(({ id }) => refsOf(id))) writer.delete(ref);
      },
    });
  }
}
