import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { TaskBook } from './book.ts';
import { deliver } from './deliver.ts';
import { backoff, type Task } from './model.ts';

/** For tests: what is to go wrong with every task from now on. */
export type TaskFaults = {
  /** They vanish when they are due. */
  lose?: boolean;
  /** Each arrives twice. */
  double?: boolean;
  /** They arrive this many milliseconds before they are due. */
  early?: number;
};

/** A task that used up its attempts. */
export type TaskFailure = {
  readonly name: string;
  readonly status: number | null;
  readonly attempts: number;
};

type RunnerOptions = {
  readonly book: TaskBook;
  readonly clock: Clock;
  readonly faults: TaskFaults;
  /** Waits for what a delivery set off, which may make further tasks. */
  readonly settle: () => Promise<void>;
};

/** Delivers tasks when they are due, and repeats those that fail. */
export class Runner {
  readonly failures: TaskFailure[] = [];
  readonly #options: RunnerOptions;
  readonly #running = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #live = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  #dueAt(task: Task): number {
    return task.dueAt - (this.#options.faults.early ?? 0);
  }

  /** Those that are due by then and for which their queue has room. */
  #ready(until: number): Task[] {
    const room = new Map<string, number>();
    return this.#options.book.waiting().filter((task) => {
      if (this.#dueAt(task) > until) return false;
      const most = this.#options.book.configOf(task.queue).maxConcurrentDispatches;
      const left = room.get(task.queue) ?? most - (this.#running.get(task.queue) ?? 0);
      room.set(task.queue, left - 1);
      return left > 0;
    });
  }

  /**
   * Runs all that is due by `target` in the order of time, the clock standing at each task's time when it
   * arrives, with what they set off; ends with the clock at the target.
   */
  async advanceTo(target: number): Promise<void> {
    const { clock, settle, book } = this.#options;
    const moveTo = (time: number) => {
      if (time > clock.now()) clock.move(time - clock.now());
    };
    const live = this.#live;
    this.pause();
    await settle();
    for (;;) {
      const next = book.waiting()[0];
      if (next === undefined || this.#dueAt(next) > target) break;
      moveTo(this.#dueAt(next));
      const ready = this.#ready(this.#dueAt(next));
      // Its queue may be full of tasks that live mode had begun.
      if (ready.length === 0) await wait(5);
      await Promise.all(ready.map((task) => this.#attempt(task)));
      await settle();
    }
    moveTo(target);
    if (live) this.resume();
  }

  /** Delivers in real time from now on, by the movable clock. */
  resume(): void {
    this.#live = true;
    this.pump();
  }

  pause(): void {
    this.#live = false;
    clearTimeout(this.#timer);
  }

  /** In live mode: starts what is due, and sleeps until the next is. To be called when a task was made. */
  pump(): void {
    if (!this.#live) return;
    clearTimeout(this.#timer);
    const { clock, book } = this.#options;
    for (const task of this.#ready(clock.now())) void this.#attempt(task).then(() => this.pump());
    const next = book.waiting()[0];
    if (next === undefined) return;
    // The clock may be moved meanwhile, so it is looked at again every second.
    const sleep = Math.min(Math.max(this.#dueAt(next) - clock.now(), 5), 1000);
    this.#timer = setTimeout(() => this.pump(), sleep).unref();
  }

  async #attempt(task: Task): Promise<void> {
    const { book, faults } = this.#options;
    if (faults.lose) {
      book.remove(task.name);
      return;
    }
    const count = (by: number) => this.#running.set(task.queue, (this.#running.get(task.queue) ?? 0) + by);
    task.running = true;
    task.attempts += 1;
    count(1);
    const [status] = await Promise.all([
      deliver(task, task.dueAt),
      ...(faults.double ? [deliver(task, task.dueAt)] : []),
    ]);
    count(-1);
    task.running = false;
    this.#conclude(task, status);
  }

  #conclude(task: Task, status: number | null): void {
    const { book, clock } = this.#options;
    // It was deleted, or all were forgotten, while it ran.
    if (book.tasks.get(task.name) !== task) return;
    if (status !== null) task.answers += 1;
    task.lastStatus = status;
    if (status !== null && status >= 200 && status < 300) {
      book.remove(task.name);
      return;
    }
    const config = book.configOf(task.queue);
    if (config.maxAttempts > 0 && task.attempts >= config.maxAttempts) {
      this.failures.push({ name: task.name, status, attempts: task.attempts });
      book.remove(task.name);
      return;
    }
    task.dueAt = clock.now() + backoff(task.attempts, config);
  }
}
