import type { Facts } from '../shared/refusal.ts';

/**
 * What a person is told. It is decided with the move itself and lies in the state document that the same
 * commit writes (its `news`), so a committed move is never without its notice and a notice never without
 * its move; delivery follows the commit and may be repeated.
 */
export type Notice = {
  /** Names the cause and the person, so it can be told once. */
  readonly id: string;
  readonly to: string;
  /** `<feature>-<event>`, for apps that show their own words. */
  readonly kind: string;
  /** Plain English for apps that do not. */
  readonly text: string;
  readonly facts: Facts;
  /** The document it is about, e.g. `escrows/<id>`. */
  readonly about: string;
  readonly at: number;
};

/** `inboxes/{uid}/notices/{id}`: a notice as its owner sees it. */
export type InboxNotice = Omit<Notice, 'id' | 'to'> & { readonly readAt: number | null };

/** A state document with something to tell. `untold` is what the sweep looks for. */
export type Newsworthy = { readonly news: readonly Notice[]; readonly untold: boolean };

export const quiet: Newsworthy = { news: [], untold: false };

type Told = Pick<Notice, 'to' | 'kind' | 'text' | 'facts'>;

/** Adds notices to what a document has to tell; `cause` must name this one transition. */
export function tell(
  doc: Newsworthy,
  event: { readonly cause: string; readonly about: string; readonly at: number },
  notices: readonly Told[],
): Newsworthy {
  const added = notices.map((told, i): Notice => ({
    ...told,
    id: `${event.cause}.${i}`,
    about: event.about,
    at: event.at,
  }));
  const news = [...doc.news, ...added];
  return { news, untold: news.length > 0 };
}

/** What remains to be told once the notices with these ids have been delivered. */
export function withoutTold<T extends Newsworthy>(doc: T, told: ReadonlySet<string>): T {
  const news = doc.news.filter((notice) => !told.has(notice.id));
  return { ...doc, news, untold: news.length > 0 };
}
