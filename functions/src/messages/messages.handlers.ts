import type { z } from 'zod';
import { collections } from '../collections.ts';
import { isThere, type InboxEntry } from '../notifications/notice.ts';
import { hashInput } from '../platform/derive.ts';
import { count, find, load } from '../platform/firestore.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import type { Handlers } from '../shared/call.ts';
import { joinId, splitId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import { Time } from '../shared/schema.ts';
import { messagesContract, MOST_MARKED, NoticeId, type NoticeView } from './messages.contract.ts';
import {
  addToken,
  deleteNotice,
  readAll,
  readNotice,
  removeTokens,
  setPreferences,
  unmarkNotice,
} from './messages.operations.ts';
import { noticesOf, unreadOf } from './messages.store.ts';
import { chosen } from './preferences.ts';
import { pushContract } from './push.contract.ts';
import { dropMail, sendMessage, sweepMessages } from './sending.operations.ts';

const view = (id: string, entry: InboxEntry): z.input<typeof NoticeView>[] => {
  if (!isThere(entry)) return [];
  const { kind, text, facts, about, at, readAt } = entry;
  const copied = Object.entries(facts).map(([name, fact]) => [
    name,
    typeof fact === 'object' && fact !== null ? [...fact] : fact,
  ]);
  return [{ id, kind, text, facts: Object.fromEntries(copied) as Record<string, string>, about, at, readAt }];
};

/** @throws Refusal `invalid_input` for what no page has answered. */
function placeOf(after: string): { readonly id: string; readonly at: number } {
  const [time = '', id = ''] = splitId(after, 2) ?? [];
  const { data: at } = Time.safeParse(/^\d+$/.test(time) ? Number(time) : undefined);
  if (at === undefined || !NoticeId.safeParse(id).success)
    throw new Refusal('invalid_input', { path: 'after', problem: 'not the end of a page' });
  return { id, at };
}

const handlers: Handlers<typeof messagesContract> = {
  list: async ({ limit, after }, { uid }) => {
    const found = await find(
      noticesOf(uid, { limit, after: after === undefined ? undefined : placeOf(after) }),
    );
    const notices = found.flatMap(({ id, doc }) => view(id, doc));
    const last = notices.at(-1);
    const next = last && found.length === limit ? joinId(String(last.at), last.id) : null;
    return { notices, next };
  },
  unread: async (_, { uid }) => ({ count: await count(unreadOf(uid)) }),
  read: async ({ notice: id }, { uid }, at) => ({ id, readAt: await readNotice({ uid, id, at }) }),
  unmark: async ({ notice: id }, { uid }, at) => {
    await unmarkNotice({ uid, id, at });
    return { id, readAt: null };
  },
  readall: ({ until }, { uid }, at) => readAll(uid, { until: until ?? at, most: MOST_MARKED, at }),
  delete: async ({ notice: id }, { uid }, at) => {
    await deleteNotice({ uid, id, at });
    return { id };
  },
  preferences: async (wishes, { uid }) =>
    Object.keys(wishes).length === 0
      ? chosen(await load(collections.reach.doc(uid)))
      : chosen(await setPreferences(uid, wishes)),
};

const pushHandlers: Handlers<typeof pushContract> = {
  add: async ({ token, platform, language = null }, { uid }, at) => ({
    devices: await addToken(uid, { id: hashInput(token), token, platform, language, seenAt: at }),
  }),
  remove: async ({ token }, { uid }) => ({ devices: await removeTokens(uid, [hashInput(token)]) }),
};

/** The first version is the one that was just delivered; what comes of it is the sweep's. */
const isNew = (version: unknown): boolean => version === 1;

const stateOf = (delivery: unknown): unknown => (delivery as { state?: unknown } | null | undefined)?.state;

export const messages = {
  ...serveCalls('messages', messagesContract, handlers),
  changed: serveWritten('messages', async (id, at, written) => {
    if (isNew(written('version'))) await sendMessage(id, at);
  }),
  /** A mail that has left leaves no more: events that come late say the same. */
  mailed: serveWritten('mail', async (id, _, written) => {
    if (stateOf(written('delivery')) === 'SUCCESS') await dropMail(id);
  }),
  sweep: serveSchedule('*/5 * * * *', (at) => sweepMessages(at)),
};

export const push = serveCalls('push', pushContract, pushHandlers);
