import { randomUUID } from 'node:crypto';
import type { EventFilter } from './catalog.ts';

/** The Firestore emulator, as one who wants its events sees it. */
export type EventSource = {
  readonly subscribe: (name: string, filter: EventFilter) => Promise<void>;
  /** Resolves once every event of every write before this call has been delivered. */
  readonly flushed: () => Promise<void>;
  /** To be told of each delivery; true when it was the mark that `flushed` waits for. */
  readonly isMark: (name: string, document: string) => boolean;
};

export type EventSourceOptions = {
  readonly host: string;
  readonly projectId: string;
  readonly region: string;
  readonly functionsPort: number;
};

/** The marks live in a database of their own: nobody's queries or wipes see them. */
const MARKS = 'local-marks';
const MARK_FUNCTION = 'local-mark';
const PATIENCE_MS = 20_000;

/** The id by which the emulator knows a function, and the last part of the path that it delivers to. */
export const triggerId = (region: string, name: string) => `${region}-${name}-0`;

/**
 * The emulator delivers one event at a time, in the order of the writes, and waits for the answer. So a
 * mark that is written now arrives after everything that was written before: no guess, no sleep.
 */
export function eventSource({ host, projectId, region, functionsPort }: EventSourceOptions): EventSource {
  const waiting = new Map<string, () => void>();
  const base = `http://${host}`;

  const subscribe = async (name: string, filter: EventFilter) => {
    const query = new URLSearchParams({ eventarcTriggerId: triggerId(region, name) });
    await post(`${base}/emulator/v1/projects/${projectId}/eventarcTrigger?${query.toString()}`, {
      eventType: filter.eventType,
      database: filter.database,
      namespace: filter.namespace,
      document: { value: filter.document, matchType: filter.pattern ? 'PATH_PATTERN' : 'EXACT' },
    });
  };
  const subscribed = subscribeToMarks(subscribe);

  const flushed = async () => {
    await subscribed();
    const id = randomUUID();
    const name = `projects/${projectId}/databases/${MARKS}/documents/marks/${id}`;
    let timer: NodeJS.Timeout | undefined;
    const arrived = new Promise<void>((resolve, reject) => {
      waiting.set(`marks/${id}`, resolve);
      const complain = () => reject(new Error(deafness(host, functionsPort)));
      timer = setTimeout(complain, PATIENCE_MS);
    });
    try {
      const writes = [{ update: { name, fields: {} } }];
      await post(`${base}/v1/projects/${projectId}/databases/${MARKS}/documents:commit`, { writes });
      await arrived;
    } finally {
      clearTimeout(timer);
      waiting.delete(`marks/${id}`);
    }
  };

  const isMark = (name: string, document: string) => {
    if (name !== MARK_FUNCTION) return false;
    waiting.get(document)?.();
    return true;
  };
  return { subscribe, flushed, isMark };
}

function subscribeToMarks(subscribe: EventSource['subscribe']): () => Promise<void> {
  let once: Promise<void> | undefined;
  return () =>
    (once ??= subscribe(MARK_FUNCTION, {
      eventType: 'google.cloud.firestore.document.v1.created',
      database: MARKS,
      namespace: '(default)',
      document: 'marks/{id}',
      pattern: true,
      retry: false,
    }));
}

const deafness = (host: string, port: number) =>
  `The Firestore emulator at ${host} delivers no events to port ${port}: ` +
  `start it with --functions_emulator 127.0.0.1:${port}.`;

async function post(url: string, body: object): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer owner' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`The Firestore emulator refused ${url}: ${await answer.text()}`);
  await answer.arrayBuffer();
}
