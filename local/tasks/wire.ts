import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import type { NewTask } from './book.ts';
import { usualConfig, type QueueConfig, type Task } from './model.ts';

type Timestamp = { readonly seconds: number; readonly nanos: number };
type Span = Timestamp;

/** The messages of google.cloud.tasks.v2 that are read or written, as proto-loader hands them over. */
export type WireTask = {
  readonly name?: string;
  readonly scheduleTime?: Timestamp | null;
  readonly httpRequest?: {
    readonly url?: string;
    readonly httpMethod?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Buffer;
    readonly oidcToken?: { readonly serviceAccountEmail?: string; readonly audience?: string } | null;
  } | null;
};
export type WireQueue = {
  readonly name?: string;
  readonly rateLimits?: { readonly maxConcurrentDispatches?: number } | null;
  readonly retryConfig?: {
    readonly maxAttempts?: number;
    readonly minBackoff?: Span | null;
    readonly maxBackoff?: Span | null;
    readonly maxDoublings?: number;
  } | null;
};

/** The service, from the very description that Google's client is made from. */
export function tasksService(): ServiceDefinition {
  const functions = createRequire(join(import.meta.dirname, '..', '..', 'functions', 'x.js'));
  const build = dirname(dirname(dirname(functions.resolve('@google-cloud/tasks'))));
  const description = functions(join(build, 'protos', 'protos.json')) as Parameters<typeof fromJSON>[0];
  const loaded = fromJSON(description, { longs: Number, enums: String, defaults: true, oneofs: true });
  return loaded['google.cloud.tasks.v2.CloudTasks'] as ServiceDefinition;
}

const toMs = ({ seconds, nanos }: Timestamp): number => seconds * 1000 + Math.ceil(nanos / 1e6);
const fromMs = (ms: number): Timestamp => ({
  seconds: Math.floor(ms / 1000),
  nanos: Math.round((ms % 1000) * 1e6),
});

/** A task that names no account gets `account`: on a developer's machine there is none that it could name. */
export function readTask(task: WireTask, account: string): NewTask {
  const { url = '', httpMethod, headers = {}, body = Buffer.alloc(0), oidcToken } = task.httpRequest ?? {};
  const method = httpMethod === undefined || httpMethod === 'HTTP_METHOD_UNSPECIFIED' ? 'POST' : httpMethod;
  const token = { account: oidcToken?.serviceAccountEmail ?? account, audience: oidcToken?.audience ?? url };
  return {
    name: task.name ?? '',
    dueAt: task.scheduleTime ? toMs(task.scheduleTime) : null,
    request: { url, method, headers, body: Buffer.from(body), token },
  };
}

/** The basic view of a task: without its body. */
export const writeTask = (task: Task) => ({
  name: task.name,
  messageType: 'httpRequest',
  httpRequest: { url: task.request.url, httpMethod: task.request.method, headers: task.request.headers },
  scheduleTime: fromMs(task.dueAt),
  createTime: fromMs(task.createdAt),
  dispatchCount: task.attempts,
  responseCount: task.answers,
  view: 'BASIC',
});

export function readConfig({ rateLimits, retryConfig }: WireQueue): QueueConfig {
  // The wire knows no absence: a number that was not given is zero.
  const or = (value: number | undefined, usual: number) => (value === 0 ? usual : (value ?? usual));
  return {
    maxAttempts: or(retryConfig?.maxAttempts, usualConfig.maxAttempts),
    minBackoff: retryConfig?.minBackoff ? toMs(retryConfig.minBackoff) : usualConfig.minBackoff,
    maxBackoff: retryConfig?.maxBackoff ? toMs(retryConfig.maxBackoff) : usualConfig.maxBackoff,
    maxDoublings: or(retryConfig?.maxDoublings, usualConfig.maxDoublings),
    maxConcurrentDispatches: or(rateLimits?.maxConcurrentDispatches, usualConfig.maxConcurrentDispatches),
  };
}

export const writeQueue = (name: string, config: QueueConfig) => ({
  name,
  state: 'RUNNING',
  rateLimits: { maxDispatchesPerSecond: 500, maxConcurrentDispatches: config.maxConcurrentDispatches },
  retryConfig: {
    maxAttempts: config.maxAttempts,
    minBackoff: fromMs(config.minBackoff),
    maxBackoff: fromMs(config.maxBackoff),
    maxDoublings: config.maxDoublings,
  },
});
