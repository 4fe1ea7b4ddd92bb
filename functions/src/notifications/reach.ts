import { groupOf, type NoticeKind, type OptionalGroup } from './kinds.ts';

/** How somebody hears of what lies in their inbox: which devices they have, and what they want to hear of and how. */

export const languages = ['en', 'ar'] as const;
export type Language = (typeof languages)[number];

export const channels = ['mail', 'push'] as const;
export type Channel = (typeof channels)[number];

export const platforms = ['ios', 'android', 'web'] as const;
export type Platform = (typeof platforms)[number];

/** A device that FCM reaches by a token. */
export type Device = {
  /** A hash of the token, which is a secret of the device's and goes to FCM alone. */
  readonly id: string;
  readonly token: string;
  readonly platform: Platform;
  /** What the app speaks there; the person's own choice counts for more. */
  readonly language: Language | null;
  readonly seenAt: number;
};

/** What somebody has switched off. Money is in none of them: the type has no word for it. */
export type Off = Readonly<Record<Channel, readonly OptionalGroup[]>>;

/** `reach/{uid}`: nobody reads it but the functions. Without one, everything goes by mail and nothing to a device. */
export type Reach = {
  readonly devices: readonly Device[];
  readonly off: Off;
  /** As chosen; null where nobody did. */
  readonly language: Language | null;
  /** Messages sent in the hour that began then: no more than `MOST` leave in one (see messages/sending.ts). */
  readonly hourAt: number;
  readonly sent: number;
};

export const newReach: Reach = {
  devices: [],
  off: { mail: [], push: [] },
  language: null,
  hourAt: 0,
  sent: 0,
};

/** `pushTokens/{id of a device}`: whose a token is, which is one person's. */
export type PushToken = { readonly uid: string };

/** By which ways a notice leaves the inbox: as mail, and to which devices. */
export type Ways = { readonly mail: boolean; readonly devices: readonly string[] };

/** @param mailOn whether this deployment writes mail at all */
export function waysOf(kind: NoticeKind, reach: Reach | null, mailOn: boolean): Ways | null {
  const { off, devices } = reach ?? newReach;
  const group = groupOf(kind);
  const wants = (channel: Channel) => group === 'money' || !off[channel].includes(group);
  const ways: Ways = {
    mail: mailOn && wants('mail'),
    devices: wants('push') ? devices.map(({ id }) => id) : [],
  };
  return ways.mail || ways.devices.length > 0 ? ways : null;
}
