import { groupOf } from '../notifications/kinds.ts';
import type { Message } from '../notifications/message.ts';
import { isThere, type InboxEntry, type InboxNotice } from '../notifications/notice.ts';
import { newReach, type Device, type Language, type Reach } from '../notifications/reach.ts';
import { mailStep, retried, type Mail } from './mail.ts';

/** When a message leaves, and when it is given up. Pure. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** One person hears of no more than that in an hour; the others wait for the next. */
export const MOST = 60;
/** Half of them are kept for what is about money, so that nobody who can cause the rest holds that back. */
export const MOST_OTHERS = MOST / 2;
/** Later than that nobody wants to be woken by it; it is in the inbox. */
export const KEPT_MS = 72 * HOUR;
const LONGEST_PAUSE = 6 * HOUR;

/** Until it is tried again: longer than an attempt takes, so nobody else tries meanwhile. */
export const pauseAfter = (tries: number): number => Math.min(5 * MINUTE * 2 ** tries, LONGEST_PAUSE);

export type Found = {
  readonly message: Message | null;
  readonly entry: InboxEntry | null;
  readonly reach: Reach | null;
  readonly mail: Mail | null;
};

export type Order = {
  readonly at: number;
  /** Where the person can be mailed to; null where they cannot. */
  readonly address: string | null;
  readonly write: (notice: InboxNotice, language: Language) => Mail['message'];
};

/** What one commit leaves behind, and what is done once it stands. */
export type Taken = {
  /** `gone`: nothing of it is left to do. Null: nobody's turn, nothing is written. */
  readonly message: Message | 'gone' | null;
  readonly mail: Mail | 'gone' | null;
  readonly reach: Reach | null;
  readonly notice: InboxNotice | null;
  readonly devices: readonly Device[];
};

const nothing: Taken = { message: null, mail: null, reach: null, notice: null, devices: [] };

export const languageOf = (reach: Reach | null, device: Device | null = null): Language =>
  reach?.language ?? device?.language ?? 'en';

/**
 * Takes a message that is due to be sent: its mail is handed over by the same commit, so that happens once; for its
 * devices it is leased, and whoever dies meanwhile leaves it to the sweep. A device may so be told twice, and shows it
 * once, since both bear the same name.
 */
export function take(found: Found, order: Order): Taken {
  const { message, entry, reach } = found;
  const { at } = order;
  if (message === null || message.dueAt > at) return nothing;
  if (at >= message.at + KEPT_MS) return { ...nothing, message: 'gone', mail: found.mail && 'gone' };
  const notice = isThere(entry) ? entry : null;
  // What its owner deleted they have seen; a mail that was handed over is on its way.
  const devices = notice ? (reach?.devices ?? []).filter(({ id }) => message.devices.includes(id)) : [];
  const isMailed = notice !== null && message.mail === 'waiting' && order.address !== null;
  const leaves = devices.length > 0 || isMailed;
  const most = notice && groupOf(notice.kind) === 'money' ? MOST : MOST_OTHERS;
  const { hourAt, sent } = hourOf(reach, at);
  if (leaves && sent >= most)
    return { ...nothing, message: { ...message, version: message.version + 1, dueAt: hourAt + HOUR } };
  const post = postOf(found, notice, order);
  const isOver = post.state === 'none' && devices.length === 0;
  const after: Message = {
    ...{ ...message, mail: post.state, devices: devices.map(({ id }) => id) },
    ...{ tries: message.tries + 1, version: message.version + 1, dueAt: at + pauseAfter(message.tries) },
  };
  return {
    message: isOver ? 'gone' : after,
    mail: post.mail,
    reach: leaves ? { ...(reach ?? newReach), hourAt, sent: sent + 1 } : null,
    notice,
    devices,
  };
}

type Post = { readonly state: Message['mail']; readonly mail: Mail | 'gone' | null };

function postOf({ message, mail, reach }: Found, notice: InboxNotice | null, order: Order): Post {
  if (message?.mail === 'waiting') {
    if (notice === null || order.address === null) return { state: 'none', mail: null };
    const written = order.write(notice, languageOf(reach));
    return { state: 'handed', mail: { to: [order.address], message: written } };
  }
  if (message?.mail !== 'handed') return { state: 'none', mail: null };
  switch (mailStep(mail)) {
    case 'gone':
      return { state: 'none', mail: null };
    case 'over':
      return { state: 'none', mail: 'gone' };
    case 'retry':
      return { state: 'handed', mail: mail && retried(mail) };
    case 'wait':
      return { state: 'handed', mail: null };
  }
}

/** The hour that is counted, and how many left in it. */
function hourOf(reach: Reach | null, at: number): { readonly hourAt: number; readonly sent: number } {
  const { hourAt, sent } = reach ?? newReach;
  return at < hourAt + HOUR ? { hourAt, sent } : { hourAt: at, sent: 0 };
}

/** After some devices were told, or are gone for good: the message as it is then. */
export function shown(message: Message | null, done: readonly string[]): Message | 'gone' | null {
  if (message === null || done.length === 0) return null;
  const devices = message.devices.filter((id) => !done.includes(id));
  if (message.mail === 'none' && devices.length === 0) return 'gone';
  return { ...message, devices, version: message.version + 1 };
}

/** The extension has sent its mail, which has somebody's address in it: it goes at once. */
export function mailed(message: Message | null, mail: Mail | null): Pick<Taken, 'message' | 'mail'> {
  if (mailStep(mail) !== 'over') return { message: null, mail: null };
  if (message === null) return { message: null, mail: 'gone' };
  const isOver = message.devices.length === 0;
  return {
    message: isOver ? 'gone' : { ...message, mail: 'none', version: message.version + 1 },
    mail: 'gone',
  };
}
