import { AsyncLocalStorage } from 'node:async_hooks';
import type { Dice, Luck } from './dice.ts';
import type { Fault, Faults } from './faults.ts';
import { Heap } from './heap.ts';
import type { Trace } from './trace.ts';

/** One run of a function, from its request to its answer or its death. */
export type Fiber = {
  readonly id: number;
  /** The function's name, as it is deployed. */
  readonly name: string;
  /** How far its clock is from everybody's, in milliseconds. */
  readonly skew: number;
  /** Its own: what befalls it does not depend on what befalls others. */
  readonly dice: Dice;
  readonly since: number;
  dead: boolean;
  /** Whether anything has gone wrong with it that the seed wanted. */
  struck: boolean;
  /** What has to be let go of when it is over: of what it left under way, too. */
  readonly onEnd: (() => void)[];
};

/** An operation that cannot go on yet: it calls `again` when something has changed. */
export class Wait {
  readonly until: (again: () => void) => void;
  constructor(until: (again: () => void) => void) {
    // However many it waits for, it goes on once.
    this.until = (again) => {
      let woken = false;
      until(() => {
        if (!woken) again();
        woken = true;
      });
    };
  }
}

export type Crossing = {
  readonly kind: 'read' | 'commit' | 'provider' | 'account' | 'task';
  /** For the trace: the documents, or the address. */
  readonly detail: string;
};

/** An error as gRPC's clients see it. */
export class WireError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(`${code} ${message}`);
    this.code = code;
  }
}

export const ABORTED = 10;
const UNAVAILABLE = 14;
/** No function runs for longer than nine minutes. https://firebase.google.com/docs/functions/quotas */
const LONGEST_MS = 540_000;

type Options = {
  readonly start: number;
  readonly luck: Luck;
  readonly faults: Faults;
  readonly trace: Trace;
};

/**
 * Time and order: everything that happens is an event with a time, and every await of a function that crosses the port
 * ends in one. Between two events all that can go on without crossing does; so the order is the seed's alone.
 */
export class Scheduler {
  readonly #events = new Heap<() => void | Promise<void>>();
  readonly #fibers = new AsyncLocalStorage<Fiber>();
  readonly #options: Options;
  #now: number;
  #fiberCount = 0;
  running = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#now = options.start;
  }

  /** Milliseconds since 1970. */
  readonly now = (): number => this.#now;
  readonly nowHere = (): number => this.#now + (this.#fibers.getStore()?.skew ?? 0);
  readonly current = (): Fiber | undefined => this.#fibers.getStore();

  in(ms: number, what: () => void | Promise<void>): void {
    this.#events.push(this.#now + Math.max(0, Math.ceil(ms)), what);
  }

  at(time: number, what: () => void | Promise<void>): void {
    this.#events.push(Math.max(Math.ceil(time), this.#now), what);
  }

  /** When the next event is; Infinity when there is none. */
  nextAt(): number {
    return this.#events.peek()?.at ?? Infinity;
  }

  /** Lets everything happen that is to happen by then. */
  async runUntil(time: number): Promise<void> {
    // What was begun since has to come to its first message, at the time when it was begun.
    await settled();
    while (this.nextAt() <= time) {
      const { at, what } = this.#events.pop()!;
      this.#now = Math.max(this.#now, at);
      await what();
      await settled();
    }
    this.#now = Math.max(this.#now, time);
  }

  /**
   * Begins a run of a function; resolves with what it answers, or with null when it dies.
   * @param about what it is called with: two that are called so at one time have the same luck
   */
  run<T>(name: string, about: string, work: () => Promise<T>): Promise<T | null> {
    const { faults, luck, trace } = this.#options;
    const dice = luck('run', name, about, this.#now);
    const skew = faults.strikes(dice, 'clock-skew', name) ? Math.round((dice.next() - 0.5) * 8000) : 0;
    const fiber: Fiber = {
      id: ++this.#fiberCount,
      name,
      skew,
      dice,
      since: this.#now,
      dead: false,
      struck: false,
      onEnd: [],
    };
    trace.say(`${this.#now} +${fiber.id} ${name}${skew === 0 ? '' : ` skew ${skew}`}`);
    this.running += 1;
    return new Promise((resolve, reject) => {
      fiber.onEnd.push(() => resolve(null));
      this.#fibers.run(fiber, work).then(
        (answer) => {
          if (!fiber.dead) resolve(answer);
          this.#end(fiber);
        },
        (error: unknown) => {
          if (!fiber.dead) reject(error instanceof Error ? error : new Error(String(error)));
          this.#end(fiber);
        },
      );
    });
  }

  /** It never goes on: what it waits for never comes. */
  kill(fiber: Fiber): void {
    if (fiber.dead) return;
    this.#options.trace.say(`${this.#now} x${fiber.id} dies`);
    this.#end(fiber);
  }

  #end(fiber: Fiber): void {
    if (fiber.dead) return;
    fiber.dead = true;
    this.running -= 1;
    for (const end of fiber.onEnd) end();
  }

  /** How long a message takes: mostly little, sometimes long enough for others to overtake. */
  latency(dice: Dice): number {
    const kind = dice.next();
    if (kind < 0.7) return 1 + dice.below(12);
    return kind < 0.97 ? 10 + dice.below(120) : 200 + dice.below(4000);
  }

  /**
   * One await of a function that leaves it: carried out some time later, under the faults of the seed, and answered
   * some time after that. What does not come from a function happens at once and without faults.
   */
  cross<T>(crossing: Crossing, action: () => T | Wait | Promise<T | Wait>): Promise<T> {
    const fiber = this.#fibers.getStore();
    if (!fiber) return (async () => (await action()) as T)();
    const { dice } = fiber;
    const { kind, detail } = crossing;
    const fate = this.#fateOf(fiber, kind);
    const say = (what: string) =>
      this.#options.trace.say(`${this.#now} ${fiber.id} ${kind} ${detail} ${what}`);
    return new Promise<T>((resolve, reject) => {
      const answer = (what: string, give: () => void) => {
        say(what);
        const goOn = () => {
          if (!fiber.dead) give();
        };
        if (dice.chance(0.6)) goOn();
        else this.in(this.latency(dice), goOn);
      };
      const fail = (error: Error) => {
        // Others were in the way: that is nobody's bug.
        if (error instanceof WireError && error.code === ABORTED) fiber.struck = true;
        answer(`fails: ${error.message}`, () => reject(error));
      };
      const done = (given: T | Wait) => {
        if (given instanceof Wait) {
          say('waits');
          given.until(() => this.in(dice.below(4), carryOut));
        } else if (fate === 'killed-after') {
          say('done, unheard');
          this.kill(fiber);
        } else if (fate === 'commit-answer-lost') fail(new WireError(UNAVAILABLE, fate));
        else answer('', () => resolve(given));
      };
      const carryOut = async () => {
        if (fiber.dead) return;
        if (fate === 'killed-before' || this.#now - fiber.since > LONGEST_MS) this.kill(fiber);
        else if (fate === 'read-failed') fail(new WireError(UNAVAILABLE, fate));
        else if (fate === 'commit-aborted') fail(new WireError(ABORTED, fate));
        else
          try {
            done(await this.#fibers.run(fiber, action));
          } catch (error) {
            fail(error instanceof Error ? error : new Error(String(error)));
          }
      };
      this.in(this.latency(dice), carryOut);
    });
  }

  /** Waits in the time of the seed. */
  readonly sleep = (ms: number): Promise<void> => {
    const fiber = this.#fibers.getStore();
    return new Promise((resolve) =>
      this.in(ms, () => {
        if (!fiber?.dead) resolve();
      }),
    );
  };

  #fateOf(fiber: Fiber, kind: Crossing['kind']) {
    const { faults } = this.#options;
    const strikes = (fault: Fault) => {
      const struck = faults.strikes(fiber.dice, fault, fiber.name);
      fiber.struck ||= struck;
      return struck;
    };
    if (strikes('killed-before')) return 'killed-before';
    if (strikes('killed-after')) return 'killed-after';
    if (kind === 'read' && strikes('read-failed')) return 'read-failed';
    if (kind === 'commit' && strikes('commit-aborted')) return 'commit-aborted';
    if (kind === 'commit' && strikes('commit-answer-lost')) return 'commit-answer-lost';
    return 'fine';
  }
}

/** When everything that can go on without an event has. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
