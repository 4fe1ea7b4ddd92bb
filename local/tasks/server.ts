import {
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Clock } from '../clock.ts';
import type { TaskRetries } from '../host/catalog.ts';
import { TaskBook, TasksError } from './book.ts';
import { idOf, usualConfig, type Task } from './model.ts';
import { Runner, type TaskFailure, type TaskFaults } from './runner.ts';
import {
  readConfig,
  readTask,
  tasksService,
  writeQueue,
  writeTask,
  type WireQueue,
  type WireTask,
} from './wire.ts';

export type TasksOptions = {
  readonly port: number;
  readonly clock: Clock;
  /** `live` delivers as time goes by; `manual` only when the clock is moved. */
  readonly mode: 'live' | 'manual';
  /** Waits for what a delivery set off. */
  readonly settle?: () => Promise<void>;
  /** Deploying a task function makes its queue; here the first task does. */
  readonly autoCreate?: boolean;
  /** Whose token a task carries that names no service account. */
  readonly account?: string;
};

/** A task as a person wants to see it; times in milliseconds since 1970. */
export type TaskView = Pick<Task, 'name' | 'dueAt' | 'attempts' | 'lastStatus'> & {
  readonly queue: string;
  readonly url: string;
  readonly body: string;
};

/** A queue that speaks google.cloud.tasks.v2 and keeps time by a clock that can be moved. */
export type TasksServer = {
  readonly port: number;
  readonly faults: TaskFaults;
  /** Tasks that used up their attempts. */
  readonly failures: readonly TaskFailure[];
  /** What waits, first due first. */
  readonly list: () => TaskView[];
  /** Says how the queue of a task function repeats, as deploying it would. */
  readonly configure: (queueId: string, retries: TaskRetries) => void;
  readonly advanceTo: (target: number) => Promise<void>;
  /** Forgets all tasks and names. */
  readonly clear: () => void;
  readonly stop: () => Promise<void>;
};

/** Starts the queue. Google's client reaches it with `{ apiEndpoint, port, sslCreds: createInsecure() }`. */
export async function startTasks(options: TasksOptions): Promise<TasksServer> {
  const { clock, mode, settle = () => Promise.resolve(), autoCreate = true } = options;
  const faults: TaskFaults = {};
  const book = new TaskBook(clock, autoCreate);
  const runner = new Runner({ book, clock, faults, settle });
  const server = new Server();
  const account = options.account ?? 'tasks@local.iam.gserviceaccount.com';
  server.addService(
    tasksService(),
    answers(book, account, () => runner.pump()),
  );
  const port = await bind(server, options.port);
  if (mode === 'live') runner.resume();
  return {
    port,
    faults,
    failures: runner.failures,
    list: () => book.waiting().map(view),
    configure: (queueId, retries) => book.configure(queueId, configFrom(retries)),
    advanceTo: (target) => runner.advanceTo(target),
    clear: () => book.clear(),
    stop() {
      runner.pause();
      server.forceShutdown();
      return Promise.resolve();
    },
  };
}

const bind = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });

const view = (task: Task): TaskView => ({
  name: idOf(task.name),
  queue: idOf(task.queue),
  dueAt: task.dueAt,
  attempts: task.attempts,
  lastStatus: task.lastStatus,
  url: task.request.url,
  body: task.request.body.toString(),
});

const configFrom = (retries: TaskRetries) => ({
  maxAttempts: retries.maxAttempts ?? usualConfig.maxAttempts,
  minBackoff: (retries.minBackoffSeconds ?? usualConfig.minBackoff / 1000) * 1000,
  maxBackoff: (retries.maxBackoffSeconds ?? usualConfig.maxBackoff / 1000) * 1000,
  maxDoublings: retries.maxDoublings ?? usualConfig.maxDoublings,
  maxConcurrentDispatches: retries.maxConcurrentDispatches ?? usualConfig.maxConcurrentDispatches,
});

/** One method of the service: a plain function whose TasksError becomes the call's status. */
function method<Request>(answer: (request: Request) => object): handleUnaryCall<Request, object> {
  return ({ request }, callback) => {
    try {
      callback(null, answer(request));
    } catch (error) {
      const code = error instanceof TasksError ? error.code : status.INTERNAL;
      callback({ code, details: error instanceof Error ? error.message : 'Internal error' });
    }
  };
}

function answers(book: TaskBook, account: string, changed: () => void): UntypedServiceImplementation {
  const queueAt = (name: string) => writeQueue(name, book.configOf(name));
  return {
    createTask: method<{ parent: string; task: WireTask }>(({ parent, task }) => {
      const made = book.create(parent, readTask(task, account));
      // After the answer is on its way, as nobody expects a task to run before it was made.
      setImmediate(changed);
      return writeTask(made);
    }),
    getTask: method<{ name: string }>(({ name }) => writeTask(book.get(name))),
    deleteTask: method<{ name: string }>(({ name }) => {
      book.get(name);
      book.remove(name);
      return {};
    }),
    listTasks: method<{ parent: string }>(({ parent }) => {
      book.configOf(parent);
      return { tasks: [...book.tasks.values()].filter(({ queue }) => queue === parent).map(writeTask) };
    }),
    createQueue: method<{ queue: WireQueue }>(({ queue }) => {
      const name = queue.name ?? '';
      book.createQueue(name, readConfig(queue));
      return queueAt(name);
    }),
    getQueue: method<{ name: string }>(({ name }) => queueAt(name)),
    listQueues: method<{ parent: string }>(({ parent }) => ({ queues: book.queues(parent).map(queueAt) })),
  };
}
