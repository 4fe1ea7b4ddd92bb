import type { Task } from '../../functions/src/platform/tasks.ts';
import { catalog, type Deployed } from '../host/catalog.ts';
import { nextRun } from '../host/schedules.ts';
import { serviceToken } from '../host/tokens.ts';
import { backoff, usualConfig } from '../tasks/model.ts';
import type { Luck } from './dice.ts';
import { knock, type Answered, type Asked } from './doors.ts';
import type { Faults } from './faults.ts';
import type { Change } from './memory.ts';
import { WireError, type Scheduler } from './scheduler.ts';
import { compare } from './values.ts';

type Options = {
  readonly exports: object;
  readonly scheduler: Scheduler;
  readonly luck: Luck;
  readonly faults: Faults;
};

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** All that Google does around the functions: calls them, and brings tasks, schedules and events, as the seed has it. */
export class Platform {
  readonly #options: Options;
  readonly #byName: ReadonlyMap<string, Deployed>;
  readonly #tasks = new Map<string, number>();
  readonly #triggers: ReadonlyMap<string, readonly Extract<Deployed, { kind: 'event' }>[]>;
  /** Until then schedules do not run: a long time passes at once. Those of the night may. */
  #quiet = { until: 0, nights: false };
  /** Events and tasks that are on their way. */
  underWay = 0;

  constructor(options: Options) {
    this.#options = options;
    const all = catalog(options.exports);
    this.#byName = new Map(all.map((one) => [one.name, one]));
    const events = all.filter((one) => one.kind === 'event');
    this.#triggers = Map.groupBy(events, ({ document }) => document.replace('/{id}', ''));
    for (const one of all) if (one.kind === 'schedule') this.#plan(one);
  }

  get schedules(): string[] {
    return [...this.#byName.values()].filter(({ kind }) => kind === 'schedule').map(({ name }) => name);
  }

  /** Calls a function that listens to the web; null when it died. */
  async reach(name: string, about: string, asked: Asked): Promise<Answered | null> {
    const found = this.#byName.get(name);
    if (!found || found.kind === 'event') throw new Error(`There is no function ${name}.`);
    return this.#options.scheduler.run(name, about, () => knock(found.handle, asked));
  }

  // Tasks

  readonly enqueue = (task: Task): Promise<void> => {
    const { scheduler, faults, luck } = this.#options;
    const { queue, name, at } = task;
    const fiber = scheduler.current();
    return scheduler.cross({ kind: 'task', detail: `${queue} ${at}` }, () => {
      const dice = luck('task', name, scheduler.now());
      if (faults.strikes(dice, 'task-refused', queue)) {
        if (fiber) fiber.struck = true;
        throw new WireError(14, 'the queue does not answer');
      }
      if ((this.#tasks.get(name) ?? 0) > scheduler.now()) return;
      this.#tasks.set(name, Infinity);
      if (faults.strikes(dice, 'task-lost', queue)) return;
      this.#deliverTask(task, at, 1);
      if (faults.strikes(dice, 'task-doubled', queue)) this.#deliverTask(task, at, 1, 1);
    });
  };

  #deliverTask(task: Task, at: number, attempt: number, again = 0): void {
    const { scheduler, faults, luck } = this.#options;
    const dice = luck('delivery', task.name, attempt, scheduler.now(), again);
    let time = at;
    // Half of those that come early are so by less than anybody would notice.
    if (faults.strikes(dice, 'task-early', task.queue))
      time -= dice.chance(0.5)
        ? (9 + dice.below(112)) * SECOND
        : dice.below(Math.max(1, at - scheduler.now()));
    else if (faults.strikes(dice, 'task-late', task.queue)) time += dice.below(3 * HOUR);
    this.underWay += 1;
    scheduler.at(time + dice.below(200), () => {
      void this.reach(task.queue, task.name, {
        path: `/${task.queue}`,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${serviceToken('tasks@demo', 'functions', scheduler.now())}`,
          'x-cloudtasks-queuename': task.queue,
          'x-cloudtasks-taskname': task.name,
        },
        text: JSON.stringify({ data: task.data }),
      }).then((answer) => {
        this.underWay -= 1;
        const config = this.#retriesOf(task.queue);
        if (answer !== null && answer.status < 300) this.#tasks.set(task.name, scheduler.now() + HOUR);
        else if (attempt < config.maxAttempts)
          this.#deliverTask(task, scheduler.now() + backoff(attempt, config), attempt + 1);
      });
    });
  }

  #retriesOf(queue: string) {
    const found = this.#byName.get(queue);
    const { minBackoffSeconds = 0.1, ...given } = found?.kind === 'task' ? found.retries : {};
    return { ...usualConfig, ...given, minBackoff: minBackoffSeconds * SECOND };
  }

  // Schedules

  #plan(one: Extract<Deployed, { kind: 'schedule' }>): void {
    const { scheduler, faults, luck } = this.#options;
    const { until, nights } = this.#quiet;
    const runs = nights && isNightly(one);
    const at = nextRun(one, Math.max(scheduler.now(), runs ? 0 : until));
    if (at === null) return;
    scheduler.at(at, () => {
      this.#plan(one);
      const dice = luck('schedule', one.name, at);
      if (this.#isQuiet(one) || faults.strikes(dice, 'schedule-missed', one.name)) return;
      scheduler.in(dice.below(4000), () => void this.runSchedule(one.name));
      if (faults.strikes(dice, 'schedule-doubled', one.name))
        scheduler.in(dice.below(4000), () => void this.runSchedule(one.name));
    });
  }

  #isQuiet(one: Extract<Deployed, { kind: 'schedule' }>): boolean {
    const { until, nights } = this.#quiet;
    return this.#options.scheduler.now() < until && !(nights && isNightly(one));
  }

  quiet(until: number, nights: boolean): void {
    this.#quiet = { until, nights };
  }

  /** Runs a schedule now, and once more when it fails. */
  async runSchedule(name: string, attempts = 2): Promise<void> {
    const { scheduler } = this.#options;
    const answer = await this.reach(name, '', {
      path: `/${name}`,
      headers: {
        'content-type': 'application/json',
        'x-cloudscheduler-jobname': name,
        'x-cloudscheduler-scheduletime': new Date(scheduler.now()).toISOString(),
      },
      text: '{}',
    });
    if (attempts > 1 && (answer === null || answer.status >= 300))
      scheduler.in(5 * SECOND, () => void this.runSchedule(name, attempts - 1));
  }

  // Events

  /** Tells the functions that asked for it of every document that was written. */
  written({ path, before, after }: Change): void {
    // A write that changes nothing is no event. https://firebase.google.com/docs/functions/firestore-events
    if (before !== null && after !== null && compare(before, after) === 0) return;
    const { scheduler, faults, luck } = this.#options;
    const [collection = '', id = '', ...deeper] = path.split('/');
    if (deeper.length > 0) return;
    for (const one of this.#triggers.get(collection) ?? []) {
      const dice = luck('event', one.name, path, scheduler.now());
      if (faults.strikes(dice, 'trigger-lost', one.name)) continue;
      const late = faults.strikes(dice, 'trigger-late', one.name) ? dice.below(20 * MINUTE) : 0;
      this.#tell(one, id, after, 20 + dice.below(300) + late, 1);
      if (faults.strikes(dice, 'trigger-doubled', one.name)) this.#tell(one, id, after, dice.below(3000), 1);
    }
  }

  #tell(
    one: Extract<Deployed, { kind: 'event' }>,
    id: string,
    after: Change['after'],
    ms: number,
    attempt: number,
  ): void {
    const { scheduler } = this.#options;
    const get = (field: string) => after?.[field];
    const event = { params: { id }, data: { after: { exists: after !== null, get } } };
    // Past the SDK's decoding of a protocol buffer: the handlers look at nothing else in it.
    const { run } = one.handle as unknown as { run: (given: typeof event) => Promise<unknown> };
    this.underWay += 1;
    scheduler.in(ms, () => {
      const done = (fine: boolean) => {
        this.underWay -= 1;
        // For a day, ever more seldom.
        if (!fine && attempt < 16)
          this.#tell(one, id, after, Math.min(600, 10 * 2 ** (attempt - 1)) * SECOND, attempt + 1);
      };
      scheduler
        .run(one.name, id, async () => {
          await run(event);
          return true;
        })
        .then(
          (answer) => done(answer === true),
          () => done(false),
        );
    });
  }
}

/** Once a day, or a few times. */
const isNightly = ({ cron }: { readonly cron: string }): boolean => /^\d+ \S*\d/.test(cron);
