import { groups, optional, type Group, type OptionalGroup } from '../notifications/kinds.ts';
import {
  channels,
  newReach,
  type Channel,
  type Language,
  type Off,
  type Reach,
} from '../notifications/reach.ts';
import { Refusal } from '../shared/refusal.ts';

/** What somebody wants to change: of each channel the groups that are named, and the language. */
export type Wishes = Partial<Record<Channel, Partial<Record<Group, boolean | undefined>> | undefined>> & {
  readonly language?: Language | null | undefined;
};

/**
 * Who handles somebody's money has to be able to reach them, so what is about money is always sent.
 * @throws Refusal `always_sent`
 */
export function prefer(before: Reach | null, wishes: Wishes): Reach {
  const reach = before ?? newReach;
  for (const channel of channels)
    if (wishes[channel]?.money === false) throw new Refusal('always_sent', { channel, group: 'money' });
  const offOf = (channel: Channel): OptionalGroup[] =>
    optional.filter((group) => !(wishes[channel]?.[group] ?? !reach.off[channel].includes(group)));
  const off: Off = { mail: offOf('mail'), push: offOf('push') };
  return { ...reach, off, language: wishes.language === undefined ? reach.language : wishes.language };
}

type Chosen = Record<Group, boolean>;

/** As people are shown it. */
export function chosen(reach: Reach | null): Record<Channel, Chosen> & { language: Language | null } {
  const { off, language } = reach ?? newReach;
  const of = (channel: Channel) => {
    const without: readonly Group[] = off[channel];
    return Object.fromEntries(groups.map((group) => [group, !without.includes(group)])) as Chosen;
  };
  return { mail: of('mail'), push: of('push'), language };
}
