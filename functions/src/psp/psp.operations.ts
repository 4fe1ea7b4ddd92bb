import { collections } from '../collections.ts';
import { atomically, createOnce, load } from '../platform/firestore.ts';
import { dealtWith, type EventResult, type PspEvent } from './event.ts';
import type { About, Provider, ProviderEvent } from './gateway.ts';

/** How long after it was received an event is taken up again by the sweep. */
const EVENT_PATIENCE = 2 * 60 * 1000;

export const eventId = (provider: Provider, event: Pick<ProviderEvent, 'id'>): string =>
  `${provider}_${event.id}`;

/**
 * Records an event before anything happens with it. The same event again finds it there.
 * @returns whether there is still something to do with it.
 */
export async function recordEvent(
  provider: Provider,
  { id, type, about }: ProviderEvent & { readonly about: About },
  at: number,
): Promise<boolean> {
  const ref = collections.pspEvents.doc(eventId(provider, { id }));
  const doc: PspEvent = { provider, type, about, receivedAt: at, result: null, dueAt: at + EVENT_PATIENCE };
  if (await createOnce(ref, doc)) return true;
  return (await load(ref))?.result === null;
}

/** Notes what came of an event, where that is no part of the commit that did it. */
export async function closeEvent(event: string, result: EventResult, at: number): Promise<EventResult> {
  await atomically({
    read: (reader) => reader.get({ doc: collections.pspEvents.doc(event) }),
    decide: ({ doc }) => doc,
    write: (writer, doc) => {
      if (doc) writer.set(collections.pspEvents.doc(event), dealtWith(doc, result, at));
    },
  });
  return result;
}

/** Nothing is left to do about an event: it comes up no more. */
export async function dropEvent(event: string): Promise<void> {
  await atomically({
    read: (reader) => reader.get({ doc: collections.pspEvents.doc(event) }),
    decide: ({ doc }) => doc,
    write: (writer, doc) => {
      if (doc) writer.set(collections.pspEvents.doc(event), { ...doc, dueAt: null });
    },
  });
}
