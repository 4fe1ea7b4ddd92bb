import type { InboxNotice } from '../notifications/notice.ts';
import type { Device } from '../notifications/reach.ts';
import type { Words } from './writing.ts';

/**
 * What FCM is sent for one device. A second one of the same `name` takes the place of the first, on the device and on
 * its way there. https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
 */
export type Push = {
  readonly token: string;
  readonly notification: { readonly title: string; readonly body: string };
  readonly data: Readonly<Record<string, string>>;
  readonly android: object;
  readonly apns: object;
  readonly webpush: object;
};

/** 4096 bytes is what FCM takes, with what the app is told beside it; half a letter it does not take at all. */
const LONGEST = 500;

/** @param name at most 32 letters and digits: what a web push takes for a topic */
export const pushOf = (
  { token }: Pick<Device, 'token'>,
  { id, name, notice }: { readonly id: string; readonly name: string; readonly notice: InboxNotice },
  { title, text }: Words,
): Push => ({
  token,
  notification: { title, body: text.slice(0, LONGEST).replace(/\p{Cs}$/u, '') },
  data: { notice: id, kind: notice.kind, about: notice.about },
  android: { collapse_key: name, notification: { tag: name } },
  apns: { headers: { 'apns-collapse-id': name } },
  webpush: { headers: { Topic: name }, notification: { tag: name } },
});

/**
 * What became of one. `dead`: the token reaches nobody any more. `refused`: this one will never be taken. `later`: no
 * answer, or none that says anything about it.
 */
export type PushOutcome = 'sent' | 'dead' | 'refused' | 'later';
