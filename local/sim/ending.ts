import { fromStored } from '../../functions/src/shared/stored.ts';
import { unreal } from './reality.ts';
import type { Stage } from './stage.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Nothing goes wrong any more, time passes every deadline, and then nothing may be left waiting. */
export async function finish({ world, checks }: Stage, complain: (what: string) => void): Promise<void> {
  const { scheduler, faults, platform } = world;
  faults.pause(true);
  await scheduler.runUntil(scheduler.now() + 2 * HOUR);
  for (const days of [1, 4, 9, 31, 100]) {
    const until = scheduler.now() + days * DAY;
    platform.quietUntil = until - 100 * MINUTE;
    await scheduler.runUntil(until);
  }
  for (const what of checks.whole()) complain(what);
  for (const what of waiting(world)) complain(what);
  for (const what of unreal(world)) complain(what);
  if (scheduler.running > 0) complain(`${scheduler.running} functions never ended`);
}

/** I12: every deadline lies ahead, and everything was told. */
function* waiting({ memory, scheduler }: World): Generator<string> {
  const now = scheduler.now() - 30 * MINUTE;
  for (const path of memory.collections())
    for (const [id, data] of memory.all(path)) {
      const doc = fromStored(data) as Record<string, unknown>;
      for (const name of ['dueAt', 'askAt'])
        if (typeof doc[name] === 'number' && doc[name] < now)
          yield `I12 ${path}/${id} has waited since ${new Date(doc[name]).toISOString()} (${name})`;
      if (Array.isArray(doc.news) && doc.news.length > 0) yield `I11 ${path}/${id} was never told`;
    }
}
