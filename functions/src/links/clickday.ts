import type { Channel } from './link.ts';

export type Counts = {
  /** How often people came, without what came too quickly after itself. */
  readonly clicks: number;
  /** How many came, by their addresses: who shares one is one. */
  readonly unique: number;
  /** How many of those who came by it attached the code; and how many of these bought something. */
  readonly conversions: number;
  readonly sales: number;
};

/** `clickDays/{day}~{uid}`: what one person's links did on a day, in UTC. */
export type ClickDay = {
  readonly uid: string;
  readonly day: string;
  readonly links: Readonly<Record<string, Counts & { readonly channel: Channel }>>;
};

export const nobody: Counts = { clicks: 0, unique: 0, conversions: 0, sales: 0 };

export const emptyDay = (uid: string, day: string): ClickDay => ({ uid, day, links: {} });

/** The day with more in the counts of one link. */
export function withMore(
  day: ClickDay,
  { link, channel }: { readonly link: string; readonly channel: Channel },
  more: Partial<Counts>,
): ClickDay {
  const own = { ...(day.links[link] ?? nobody), channel };
  return { ...day, links: { ...day.links, [link]: { ...own, ...added(own, { ...nobody, ...more }) } } };
}

export const added = (one: Counts, other: Counts): Counts => ({
  clicks: one.clicks + other.clicks,
  unique: one.unique + other.unique,
  conversions: one.conversions + other.conversions,
  sales: one.sales + other.sales,
});

/** Conversions by those who came, in basis points; null where nobody did. */
export const rateBps = ({ conversions, unique }: Counts): number | null =>
  unique === 0 ? null : Math.floor((conversions * 10_000) / unique);

export type Stats = {
  readonly total: Counts;
  readonly days: readonly (Counts & { readonly day: string })[];
  /** Best first. */
  readonly channels: readonly (Counts & { readonly channel: Channel })[];
  readonly links: readonly (Counts & { readonly link: string; readonly channel: Channel })[];
};

const totalOf = (all: readonly Counts[]): Counts => all.reduce(added, nobody);

/** By what it sold, then by whom it brought, then by who came, then by how often; equal ones by their names, so that the order stands. */
const best = (name: (one: Counts) => string) => (one: Counts, other: Counts) =>
  other.sales - one.sales ||
  other.conversions - one.conversions ||
  other.unique - one.unique ||
  other.clicks - one.clicks ||
  (name(one) < name(other) ? -1 : 1);

/** What a person's links did on some days. */
export function statsOf(days: readonly ClickDay[]): Stats {
  const each = days.flatMap(({ links }) =>
    Object.entries(links).map(([link, { channel, ...counts }]) => ({ link, channel, counts })),
  );
  const sum = (own: typeof each) => totalOf(own.map(({ counts }) => counts));
  const byLink = [...Map.groupBy(each, ({ link }) => link)].map(([link, own]) => ({
    ...{ link, channel: own[0]!.channel },
    ...sum(own),
  }));
  const byChannel = [...Map.groupBy(each, ({ channel }) => channel)].map(([channel, own]) => ({
    channel,
    ...sum(own),
  }));
  return {
    total: sum(each),
    days: days.map((day) => ({ day: day.day, ...totalOf(Object.values(day.links)) })),
    channels: byChannel.toSorted(best((one) => (one as { channel: string } & Counts).channel)),
    links: byLink.toSorted(best((one) => (one as { link: string } & Counts).link)),
  };
}
