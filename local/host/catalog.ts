import type { Request, Response } from 'express';

export type HttpHandler = (request: Request, response: Response) => unknown;
export type EventHandler = (event: Readonly<Record<string, unknown>>) => unknown;

export type TaskRetries = {
  readonly maxAttempts?: number;
  readonly minBackoffSeconds?: number;
  readonly maxBackoffSeconds?: number;
  readonly maxDoublings?: number;
  readonly maxConcurrentDispatches?: number;
};

/** Something that was exported to be deployed, as the host needs to know it. */
export type Deployed = { readonly name: string } & (
  | { readonly kind: 'callable' | 'https'; readonly handle: HttpHandler }
  | { readonly kind: 'task'; readonly handle: HttpHandler; readonly retries: TaskRetries }
  | {
      readonly kind: 'schedule';
      readonly handle: HttpHandler;
      readonly cron: string;
      readonly timeZone: string;
    }
  | ({ readonly kind: 'event'; readonly handle: EventHandler } & EventFilter)
);

export type EventFilter = {
  readonly eventType: string;
  readonly database: string;
  readonly namespace: string;
  readonly document: string;
  readonly pattern: boolean;
  readonly retry: boolean;
};

type Endpoint = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** Every deployed function among a module's exports. A group `{ escrow: { release } }` is `escrow-release`. */
export function catalog(exports: object): Deployed[] {
  return Object.entries(exports).flatMap(([name, value]) => listed(name, value));
}

function listed(name: string, value: unknown): Deployed[] {
  if (typeof value === 'function') {
    const endpoint = (value as { __endpoint?: Endpoint }).__endpoint;
    return endpoint === undefined ? [] : [deployed(name, value, endpoint)];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => listed(`${name}-${key}`, inner));
}

function deployed(name: string, value: unknown, endpoint: Endpoint): Deployed {
  const handle = value as HttpHandler;
  if (endpoint.callableTrigger) return { name, kind: 'callable', handle };
  if (endpoint.taskQueueTrigger)
    return { name, kind: 'task', handle, retries: retriesOf(endpoint.taskQueueTrigger) };
  if (endpoint.scheduleTrigger) {
    const { schedule, timeZone } = endpoint.scheduleTrigger;
    return { name, kind: 'schedule', handle, cron: text(schedule), timeZone: text(timeZone) || 'UTC' };
  }
  if (endpoint.eventTrigger) {
    return { name, kind: 'event', handle: value as EventHandler, ...filterOf(name, endpoint.eventTrigger) };
  }
  if (endpoint.httpsTrigger) return { name, kind: 'https', handle };
  throw new Error(`The local stack cannot serve ${name}: its kind of trigger is not known here.`);
}

function filterOf(name: string, trigger: Readonly<Record<string, unknown>>): EventFilter {
  const filters = trigger.eventFilters as Readonly<Record<string, unknown>>;
  const patterns = trigger.eventFilterPathPatterns as Readonly<Record<string, unknown>>;
  const eventType = text(trigger.eventType);
  if (!eventType.startsWith('google.cloud.firestore.')) {
    throw new Error(`The local stack cannot serve ${name}: it delivers no ${eventType} events.`);
  }
  return {
    eventType,
    database: text(filters.database),
    namespace: text(filters.namespace),
    document: text(patterns.document ?? filters.document),
    pattern: patterns.document !== undefined,
    retry: plain(trigger.retry) === true,
  };
}

function retriesOf(trigger: Readonly<Record<string, unknown>>): TaskRetries {
  const given = { ...(trigger.retryConfig as object), ...(trigger.rateLimits as object) };
  const numbers = Object.entries(given).filter(([, value]) => typeof plain(value) === 'number');
  return Object.fromEntries(numbers.map(([key, value]) => [key, plain(value)]));
}

/** A parameter is resolved; the SDK's "reset" mark, an object without a value, means nothing was said. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { value: read } = value as { value?: unknown };
  return typeof read === 'function' ? (read.call(value) as unknown) : undefined;
}

function text(value: unknown): string {
  const found = plain(value);
  return typeof found === 'string' ? found : '';
}
