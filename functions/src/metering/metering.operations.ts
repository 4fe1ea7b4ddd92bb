import { raise } from '../alerts/alerts.operations.ts';
import { collections } from '../collections.ts';
import { copyAll, find } from '../platform/firestore.ts';
import type { Query } from '../platform/store.ts';
import { dayOf } from '../shared/day.ts';
import { findingOfLosses, findingsOfDay, findingsOfWeek, foldDay, WEEK, type Raised } from './meter.ts';
import { daysIn, lostIn, overIn } from './metering.store.ts';

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;

/** All that a query finds, page by page. */
async function all<T>(query: Query<T>): Promise<T[]> {
  const docs: T[] = [];
  for (let after: { id: string; doc: T } | undefined; ;) {
    const page: { id: string; doc: T }[] = await find({ ...query, ...(after && { after }) });
    docs.push(...page.map(({ doc }) => doc));
    after = page.at(-1);
    if (!after || page.length < (query.limit ?? 0)) return docs;
  }
}

const startOf = (at: number): number => at - (at % DAY);

/** Folds a day anew and tells of what is unusual in it. */
async function meterDay(from: number, at: number): Promise<Raised[]> {
  const over = await all(overIn({ from, to: from + DAY }));
  const day = foldDay(dayOf(from), over, at);
  await copyAll([{ ref: collections.meterDays.doc(day.day), doc: day }]);
  return findingsOfDay(day, over);
}

/** Today and yesterday, which may have ended after its last run; then what the hour and the week come to. */
export async function meter(at: number): Promise<void> {
  const today = startOf(at);
  const hour = at - (at % HOUR);
  const found = [...(await meterDay(today - DAY, at)), ...(await meterDay(today, at))];
  for (const from of [hour - HOUR, hour])
    found.push(...findingOfLosses(await all(lostIn({ from, to: from + HOUR })), from));
  const days = await all(daysIn(dayOf(at - WEEK + DAY), dayOf(at)));
  found.push(...findingsOfWeek(days, at));
  for (const { id, finding } of found) await raise(id, finding, at);
}
