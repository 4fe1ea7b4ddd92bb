import type { Finding } from '../alerts/alert.ts';

/**
 * `origins/{hash}`: who came for a present from one device, or one address, or paid with one card (W4-20). The device is
 * what the app calls it, so it may be made up anew; the address is what we see, and families, offices and whole towns
 * share one; the card is what the provider tells us. Gone some time after the last one came.
 */
export type Origin = {
  readonly kind: OriginKind;
  /** As many as may come, and no more: whoever is too many is not among them. */
  readonly people: readonly { readonly uid: string; readonly at: number }[];
  /** When there was one too many; null before. */
  readonly flaggedAt: number | null;
  /** When nobody who came is counted any more, and it goes. */
  readonly dueAt: number;
};
export type OriginKind = 'device' | 'address' | 'card';

const DAY = 24 * 3600 * 1000;

/** How many people get something within the window. */
export const crowds = { windowMs: 90 * DAY, device: 3, address: 20, card: 1 } as const;

export type Arrival = {
  readonly kind: OriginKind;
  readonly uid: string;
  readonly at: number;
  /** `LIMIT_FACTOR`, by which addresses are widened, as with every call. */
  readonly factor: number;
};

export type Arrived = { readonly origin: Origin; readonly tooMany: boolean };

/** Counts somebody, once; who is one too many is not counted, and is that however often they come. */
export function arrive(before: Origin | null, { kind, uid, at, factor }: Arrival): Arrived {
  const people = (before?.people ?? []).filter((one) => one.at > at - crowds.windowMs);
  const flaggedAt = before?.flaggedAt ?? null;
  const known = people.some((one) => one.uid === uid);
  const most = kind === 'address' ? crowds.address * factor : crowds[kind];
  const tooMany = !known && people.length >= most;
  const now = known || tooMany ? people : [...people, { uid, at }];
  const last = Math.max(at, ...now.map((one) => one.at));
  const dueAt = last + crowds.windowMs;
  return {
    origin: { kind, people: now, flaggedAt: tooMany ? (flaggedAt ?? at) : flaggedAt, dueAt },
    tooMany,
  };
}

/** For finance: presents that one person seems to collect under many names. */
export const farmed = (id: string, { kind, people }: Origin): Finding => ({
  ...({ kind: 'reward_farm', severity: 'warning', about: `origins/${id}` } as const),
  title:
    kind === 'card'
      ? 'Somebody who was brought paid with a card of somebody else here'
      : `More than ${people.length} people came for credits from one ${kind}`,
  explanation: `Those after the first ${people.length} got nothing, nor did who brought them; what was given before stays. Who is named are the first. If they are what they seem, lots-grant gives a present by hand.`,
  facts: { kind, people: people.length },
  people: people.map(({ uid }) => uid),
});

/** For finance: somebody brought themselves. */
export const broughtThemselves = (uid: string, referrer: string): Finding => ({
  ...({ kind: 'reward_farm', severity: 'warning', about: `referrals/${uid}` } as const),
  title: 'Somebody and who brought them came from one device',
  explanation: `${uid} says that ${referrer} brought them, and both came for credits from the same device. Nothing is given for it.`,
  facts: { uid, referrer },
  people: [uid, referrer],
});
