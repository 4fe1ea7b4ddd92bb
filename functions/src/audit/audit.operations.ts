import { instantNow } from '../platform/instant.ts';
import { currencies } from '../shared/money.ts';
import { violationOf, type Verdict } from './audit.ts';
import { conservation, type Sums } from './fold.ts';
import { readPage, readWallet, start, type Place } from './reading.operations.ts';
import { differs, everything, Search, Tally, type Differing } from './tally.ts';
import { and, type Violation } from './violation.ts';

/** As many documents as are read at once. */
export const PAGE = 1000;

export type Progress = (place: Place, documents: number) => void;

/**
 * Looks at the whole store as it is now, in constant memory: first only whether both sides of each comparison agree, and
 * where they do not, a second time at what differs, to name it.
 */
export async function auditAll(progress: Progress = () => undefined): Promise<Verdict> {
  const instant = await instantNow();
  const tally = new Tally();
  const sums: Sums = {};
  let [entries, documents] = [0, 0];
  for (let place = start; place.phase !== 'done';) {
    const { phase } = place;
    const page = await readPage(place, instant, PAGE, { sink: tally, sums });
    documents += page.read;
    if (phase === 'journal') entries += page.read;
    place = page.place;
    progress(place, documents);
  }
  conservation(sums, currencies, tally);
  const named = await nameAll(tally.differing(), instant);
  const { named: violations, count: violationCount } = and(tally.found, named);
  return { ok: violationCount === 0, entries, documents, violations, violationCount };
}

/** What differs, by its names: a second look at those buckets alone. */
export async function nameAll(differing: Differing, instant: number): Promise<Violation[]> {
  if (!differs(differing)) return [];
  const search = new Search(differing);
  for (let place = start; place.phase !== 'done';)
    place = (await readPage(place, instant, PAGE, { sink: search, sums: {} })).place;
  return [...search.differing()].map(violationOf);
}

/** One wallet alone: its history, how it stands, and that each of its entries is what the journal says. */
export async function auditWallet(uid: string): Promise<Verdict> {
  const instant = await instantNow();
  const search = new Search(everything);
  const tally = new Tally();
  const sink = { tell: search.tell, violation: tally.violation };
  const [entries, journal] = await readWallet(uid, instant, PAGE, sink);
  const named = [...search.differing()].map(violationOf);
  const { named: violations, count: violationCount } = and(tally.found, named);
  return { ok: violationCount === 0, entries, documents: entries + journal, violations, violationCount };
}
