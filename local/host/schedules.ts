import { Cron } from 'croner';

/** A function that Cloud Scheduler would call. */
export type Schedule = { readonly name: string; readonly cron: string; readonly timeZone: string };

/** App Engine's words for the simplest schedules; anything else must be crontab form. */
function crontab(text: string): string {
  const [, count = '', unit] = /^every (\d+) (minutes?|mins?|hours?)$/.exec(text.trim()) ?? [];
  if (unit === undefined) return text;
  return unit.startsWith('h') ? `0 */${count} * * *` : `*/${count} * * * *`;
}

const read = new Map<string, Cron>();

function timesOf(schedule: Schedule): Cron {
  const name = `${schedule.cron} ${schedule.timeZone}`;
  const known = read.get(name) ?? readTimes(schedule);
  read.set(name, known);
  return known;
}

const readTimes = ({ name, cron, timeZone }: Schedule): Cron => {
  try {
    return new Cron(crontab(cron), { timezone: timeZone, paused: true });
  } catch (error) {
    throw new Error(`The schedule of ${name}, "${cron}" in ${timeZone}, cannot be read`, { cause: error });
  }
};

/** When it runs next after `after`, in milliseconds since 1970; null when never. */
export const nextRun = (schedule: Schedule, after: number): number | null =>
  timesOf(schedule).nextRun(new Date(after))?.getTime() ?? null;

/** Its latest run after `from` and not after `until`; null when there was none. */
export function latestRun(schedule: Schedule, from: number, until: number): number | null {
  // Whole seconds are looked at, so the next second's run may be among them.
  const runs = timesOf(schedule).previousRuns(2, new Date(until + 1000));
  const latest = runs.map((run) => run.getTime()).find((at) => at <= until);
  return latest !== undefined && latest > from ? latest : null;
}
