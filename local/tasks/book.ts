import { randomInt } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type { Clock } from '../clock.ts';
import { usualConfig, type HttpRequest, type QueueConfig, type Task } from './model.ts';

/** A refusal as gRPC knows it. */
export class TasksError extends Error {
  readonly code: status;
  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

const HOUR = 3_600_000;
const FURTHEST = 30 * 24 * HOUR;
const LARGEST = 100 * 1024;
const QUEUE = /^projects\/[^/]+\/locations\/[^/]+\/queues\/[A-Za-z0-9-]{1,100}$/;
const TASK_ID = /^[A-Za-z0-9_-]{1,500}$/;

export type NewTask = { readonly name: string; readonly dueAt: number | null; readonly request: HttpRequest };

/** All queues and their tasks, and the names that may not be used again yet. */
export class TaskBook {
  readonly tasks = new Map<string, Task>();
  readonly #queues = new Map<string, QueueConfig>();
  readonly #configs = new Map<string, QueueConfig>();
  readonly #remembered = new Map<string, number>();
  readonly #clock: Clock;
  readonly #autoCreate: boolean;

  constructor(clock: Clock, autoCreate: boolean) {
    this.#clock = clock;
    this.#autoCreate = autoCreate;
  }

  /** Says how the queues of this id are to be made: what deploying the task function would do. */
  configure(queueId: string, config: QueueConfig): void {
    this.#configs.set(queueId, config);
  }

  queues(parent: string): readonly string[] {
    return [...this.#queues.keys()].filter((name) => name.startsWith(`${parent}/queues/`));
  }

  /** @throws TasksError NOT_FOUND */
  configOf(queue: string): QueueConfig {
    const found = this.#queues.get(queue);
    if (!found) throw new TasksError(status.NOT_FOUND, 'Queue does not exist.');
    return found;
  }

  /** @throws TasksError INVALID_ARGUMENT, ALREADY_EXISTS */
  createQueue(name: string, config?: QueueConfig): void {
    if (!QUEUE.test(name))
      throw new TasksError(status.INVALID_ARGUMENT, `Queue name "${name}" is malformed.`);
    if (this.#queues.has(name)) throw new TasksError(status.ALREADY_EXISTS, 'Queue already exists');
    const id = name.slice(name.lastIndexOf('/') + 1);
    this.#queues.set(name, config ?? this.#configs.get(id) ?? usualConfig);
  }

  /** @throws TasksError NOT_FOUND, ALREADY_EXISTS, INVALID_ARGUMENT */
  create(queue: string, { name, dueAt, request }: NewTask): Task {
    if (!this.#queues.has(queue) && this.#autoCreate) this.createQueue(queue);
    this.configOf(queue);
    const now = this.#clock.now();
    const full = name === '' ? `${queue}/tasks/${randomInt(2 ** 47)}` : name;
    this.#check(queue, full, dueAt, request);
    if (this.tasks.has(full) || (this.#remembered.get(full) ?? 0) > now) {
      throw new TasksError(status.ALREADY_EXISTS, 'Requested entity already exists');
    }
    const counts = { attempts: 0, answers: 0, lastStatus: null, running: false };
    const task: Task = {
      name: full,
      queue,
      request,
      createdAt: now,
      dueAt: Math.max(dueAt ?? now, now),
      ...counts,
    };
    this.tasks.set(full, task);
    return task;
  }

  #check(queue: string, name: string, dueAt: number | null, request: HttpRequest): void {
    const refuse = (message: string) => new TasksError(status.INVALID_ARGUMENT, message);
    if (!name.startsWith(`${queue}/tasks/`) || !TASK_ID.test(name.slice(`${queue}/tasks/`.length))) {
      throw refuse(`Task name "${name}" is malformed or does not belong to the queue.`);
    }
    if (!/^https?:\/\//.test(request.url))
      throw refuse('HttpRequest.url must start with http:// or https://.');
    if (request.body.length > LARGEST) throw refuse('Task size too large');
    if (dueAt !== null && dueAt > this.#clock.now() + FURTHEST) {
      const time = new Date(dueAt).toISOString();
      throw refuse(
        `The Task.scheduleTime, ${time}, is too far in the future. ` +
          'Schedule time must be no more than 720h in the future.',
      );
    }
  }

  /** @throws TasksError NOT_FOUND */
  get(name: string): Task {
    const found = this.tasks.get(name);
    if (!found) throw new TasksError(status.NOT_FOUND, 'The task cannot be found or has been deleted.');
    return found;
  }

  /** Ends a task, done or deleted. Its name is remembered for an hour; Google's memory is up to a day. */
  remove(name: string): void {
    this.tasks.delete(name);
    this.#remembered.set(name, this.#clock.now() + HOUR);
  }

  /** Waiting tasks, first due first. */
  waiting(): Task[] {
    return [...this.tasks.values()].filter(({ running }) => !running).sort((a, b) => a.dueAt - b.dueAt);
  }

  /** Forgets all tasks and names; queues stay. */
  clear(): void {
    this.tasks.clear();
    this.#remembered.clear();
  }
}
