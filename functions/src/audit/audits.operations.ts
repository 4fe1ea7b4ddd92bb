import { raise } from '../alerts/alerts.operations.ts';
import { engageBrake } from '../brake/brake.operations.ts';
import { collections } from '../collections.ts';
import { atomically, load } from '../platform/firestore.ts';
import { instantNow } from '../platform/instant.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { dayOf } from '../shared/day.ts';
import { currencies } from '../shared/money.ts';
import { PAGE, nameAll } from './audit.operations.ts';
import { begun, finding, OLDEST, type Audit } from './audit.ts';
import { dueAudits } from './audit.store.ts';
import { conservation } from './fold.ts';
import { readPage } from './reading.operations.ts';
import { Tally } from './tally.ts';
import { and } from './violation.ts';

/** The audit by itself: a function dies after nine minutes, so it notes where it is and goes on from there. */

/** So many pages between two notes. */
const BETWEEN = 20;

/** The audit of a day; what a run of it left behind, the sweep goes on with. */
export const auditDaily = (at: number): Promise<void> => runAudit(dayOf(at), at, 500);

export const sweepAudits = (at: number): Promise<Swept> =>
  sweep(dueAudits(at), (id) => runAudit(id, at, 500));

/** @param pages how many at most before it leaves the rest to the sweep */
export async function runAudit(id: string, at: number, pages: number): Promise<void> {
  const ref = collections.audits.doc(id);
  const found = await load(ref);
  if (found?.doneAt != null) return;
  // Firestore forgets old versions after an hour: a look that lasted longer begins anew.
  const stale = found === null || (await instantNow()) > found.asOfAt + OLDEST;
  let audit = stale ? begun(await instantNow(), at) : found;
  if (stale) audit = (await keep(id, found, audit)) ?? audit;
  for (let left = pages; left > 0 && audit.phase !== 'done'; left -= BETWEEN) {
    const next = await somePages(audit, Math.min(left, BETWEEN), at);
    const kept = await keep(id, audit, next);
    // Somebody else is at it too.
    if (kept === null) return;
    audit = kept;
  }
  if (audit.phase === 'done') await conclude(id, audit, at);
}

async function somePages(audit: Audit, pages: number, at: number): Promise<Audit> {
  const tally = new Tally(audit);
  const sums = { ...audit.classes };
  let { phase, after, reading } = audit;
  let { entries, documents } = audit.counts;
  for (let i = 0; i < pages && phase !== 'done'; i += 1) {
    const page = await readPage({ phase, after, reading }, audit.asOfAt, PAGE, { sink: tally, sums });
    documents += page.read;
    if (phase === 'journal') entries += page.read;
    ({ phase, after, reading } = page.place);
  }
  return {
    ...audit,
    ...{ phase, after, reading, ...tally.stored(), classes: sums, counts: { entries, documents } },
    ...{ version: audit.version + 1, dueAt: at + 10 * 60 * 1000 },
  };
}

/** Null when somebody else has gone on with it meanwhile. */
async function keep(id: string, before: Audit | null, after: Audit): Promise<Audit | null> {
  const ref = collections.audits.doc(id);
  const { mine } = await atomically({
    read: (reader) => reader.get({ now: ref }),
    decide: ({ now }) => ({ isNew: now === null, mine: (now?.version ?? 0) === (before?.version ?? 0) }),
    write: (writer, { isNew, mine }) => {
      if (mine && isNew) writer.create(ref, after);
      else if (mine) writer.set(ref, after);
    },
  });
  return mine ? after : null;
}

/** One unexplained unit stops what leaves, before anything else is said of it. */
async function conclude(id: string, audit: Audit, at: number): Promise<void> {
  const tally = new Tally(audit);
  conservation(audit.classes, currencies, tally);
  const found = and(tally.found, await nameAll(tally.differing(), audit.asOfAt));
  if (found.count > 0) {
    const alert = `audit.${audit.asOfAt}`;
    await engageBrake(alert, at);
    await raise(alert, finding(id, found), at);
  }
  await keep(id, audit, { ...audit, found, version: audit.version + 1, dueAt: null, doneAt: at });
}
