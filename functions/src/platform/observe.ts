import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { logger } from 'firebase-functions/logger';
import { Refusal } from '../shared/refusal.ts';
import { RequestId } from '../shared/schema.ts';
import { traces } from './params.ts';

/**
 * What each operation did, as one line of the log: its name, how it ended, how long it took, how many documents it read and
 * wrote, and whose request it was. No input, no answer and no name of a person is in it; a request id is there as a hash,
 * since a client may make one out of anything. With `TRACES=on` each is a span of OpenTelemetry too (docs/speed.md).
 */
type Documents = { reads: number; writes: number; deletes: number };

const counting = new AsyncLocalStorage<Documents>();

/** Documents that the operation under way has read, written or deleted; outside of one, nobody counts. */
export function counted(what: keyof Documents, documents = 1): void {
  const found = counting.getStore();
  if (found) found[what] += documents;
}

export type Operation = {
  readonly operation: string;
  readonly requestId?: unknown;
  /** How late a task is, or how long ago a provider said what is dealt with now; milliseconds. */
  readonly lagMs?: number | null;
};

/**
 * The first 16 digits of its SHA-256: the same for the same id, and whoever does not know the id reads nothing from it,
 * where it was made by chance. What cannot be a request id has none, however long it is.
 */
export const requestMark = (requestId: unknown): string | null => {
  const { data } = RequestId.safeParse(requestId);
  return data === undefined ? null : createHash('sha256').update(data).digest('hex').slice(0, 16);
};

/** Milliseconds after the time that a task was to come at, which Cloud Tasks says in seconds since 1970; null where nobody says. */
export function lateness(eta: string | undefined, at: number): number | null {
  const late = at - Number(eta ?? '') * 1000;
  return eta && Number.isFinite(late) ? Math.round(late) : null;
}

type Outcome = { readonly outcome: 'ok' | 'refused' | 'failed'; readonly reason?: string };

const outcomeOf = (error: unknown): Outcome =>
  error instanceof Refusal ? { outcome: 'refused', reason: error.reason } : { outcome: 'failed' };

/** Does the work, and tells of it; what it answers or throws is not changed. */
export function observe<T>(about: Operation, work: () => Promise<T>): Promise<T> {
  const documents: Documents = { reads: 0, writes: 0, deletes: 0 };
  const began = performance.now();
  const end = (outcome: Outcome) => {
    const ms = Math.round(performance.now() - began);
    const { operation, requestId, lagMs = null } = about;
    const line = { operation, ...outcome, ms, ...documents, request: requestMark(requestId) };
    logger.info('operation', lagMs === null ? line : { ...line, lagMs });
    return { ...outcome, ...documents, request: line.request, lagMs };
  };
  const observed = async () => {
    try {
      const answer = await counting.run(documents, work);
      return { answer, seen: end({ outcome: 'ok' }) };
    } catch (error) {
      throw new Ended(error, end(outcomeOf(error)));
    }
  };
  return (traces.value() === 'on' ? traced(about.operation, observed) : observed()).then(
    ({ answer }) => answer,
    (error: unknown) => {
      throw error instanceof Ended ? error.cause : error;
    },
  );
}

type Seen = Outcome & Documents & { readonly request: string | null; readonly lagMs: number | null };

/** How it ended, on its way past the span. */
class Ended extends Error {
  readonly seen: Seen;
  constructor(cause: unknown, seen: Seen) {
    super('an operation ended', { cause });
    this.seen = seen;
  }
}

/**
 * Within a span, by whatever OpenTelemetry SDK the deployment has set up; the API alone does nothing. It is loaded here
 * and not before, so that without it nothing is different.
 */
async function traced<D extends { readonly seen: Seen }>(name: string, work: () => Promise<D>): Promise<D> {
  const { SpanStatusCode, trace } = await import('@opentelemetry/api');
  return trace.getTracer('coffer').startActiveSpan(name, async (span) => {
    const say = ({ outcome, reason, reads, writes, deletes, request, lagMs }: Seen) => {
      span.setAttributes({ 'coffer.outcome': outcome });
      span.setAttributes({ 'coffer.reads': reads, 'coffer.writes': writes, 'coffer.deletes': deletes });
      if (reason !== undefined) span.setAttribute('coffer.reason', reason);
      if (request !== null) span.setAttribute('coffer.request', request);
      if (lagMs !== null) span.setAttribute('coffer.lag_ms', lagMs);
      if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
    };
    try {
      const done = await work();
      say(done.seen);
      return done;
    } catch (error) {
      if (error instanceof Ended) say(error.seen);
      throw error;
    } finally {
      span.end();
    }
  });
}
