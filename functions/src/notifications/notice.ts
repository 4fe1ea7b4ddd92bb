import type { Facts } from '../shared/refusal.ts';
import type { NoticeKind } from './kinds.ts';

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
  readonly kind: NoticeKind;
  /** Plain English for apps that do not. */
  readonly text: string;
  readonly facts: Facts;
  /** The document it is about, e.g. `escrows/<id>`. */
  readonly about: string;
  readonly at: number;
};

/** `inboxes/{uid}/notices/{id}`: a notice as its owner sees it. */
export type InboxNotice = Omit<Notice, 'id' | 'to'> & { readonly readAt: number | null };

/**
 * What stays of a notice that its owner deleted: its id, so that a late delivery finds it there and does not bring it
 * back. It has neither of the fields that an inbox is sorted and narrowed by, so no query of an app finds it.
 */
export type DeletedNotice = { readonly deletedAt: number };

export type InboxEntry = InboxNotice | DeletedNotice;

export const isThere = (entry: InboxEntry | null): entry is InboxNotice =>
  entry !== null && 'readAt' in entry;

/** A state document, and what it has yet to tell: mostly nothing. The sweep looks for those that have. */
export type Newsworthy = { readonly news: readonly Notice[] };

export const quiet: Newsworthy = { news: [] };

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
  return { news: [...doc.news, ...added] };
}
