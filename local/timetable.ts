import type { Clock } from './clock.ts';
import { latestRun, type Schedule } from './host/schedules.ts';

type TimetableOptions = {
  readonly schedules: readonly Schedule[];
  readonly clock: Clock;
  readonly run: (name: string, at: number) => Promise<void>;
};

/** Keeps the schedules' time by the movable clock. */
export type Timetable = {
  /** Runs each schedule whose time passed since it was last looked at: once, however often it was missed. */
  readonly catchUp: () => Promise<void>;
  /** From now on looks every second. */
  readonly start: () => void;
  readonly stop: () => void;
};

export function createTimetable({ schedules, clock, run }: TimetableOptions): Timetable {
  let seen = clock.now();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const look = async () => {
    const [from, until] = [seen, clock.now()];
    seen = until;
    const due = schedules.flatMap((schedule) => {
      const at = latestRun(schedule, from, until);
      return at === null ? [] : [{ name: schedule.name, at }];
    });
    for (const { name, at } of due.sort((a, b) => a.at - b.at)) await run(name, at);
  };
  // One look at a time: a schedule must not meet itself.
  const catchUp = () => (running = running.catch(() => undefined).then(look));
  return {
    catchUp,
    start() {
      const tick = () => void catchUp().catch((error: unknown) => console.error(String(error)));
      timer = setInterval(tick, 1000).unref();
    },
    stop: () => clearInterval(timer),
  };
}
