import { logger } from 'firebase-functions';
import { raise } from '../alerts/alerts.operations.ts';
import { engageBrake } from '../brake/brake.operations.ts';
import { collections } from '../collections.ts';
import { atomically, load } from '../platform/firestore.ts';
import { instantNow } from '../platform/instant.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { dayOf } from '../shared/day.ts';
import { Account } from './account.ts';
import { differencesIn, PAGE, resultOf } from './audit.operations.ts';
import { begun, checkpointOf, finding, isHistory, OLDEST, type Audit, type Place } from './audit.ts';
import { dueAudits } from './audit.store.ts';
import { usable, type Checkpoint } from './checkpoint.ts';
import { foldPage, pagesFrom } from './reading.operations.ts';
import { differs } from './tally.ts';
import { none, type Found } from './violation.ts';

/** The audit by itself: a function dies after nine minutes, so it notes where it is and goes on from there. */

/** So many pages between two notes. */
const BETWEEN = 20;

const last = collections.auditCheckpoints.doc('last');

/** The audit of a day; what a run of it left behind, the sweep goes on with. */
export const auditDaily = (at: number): Promise<void> => runAudit(dayOf(at), at, 500);

export const sweepAudits = (at: number): Promise<Swept> =>
  sweep(dueAudits(at), (id) => runAudit(id, at, 500));

/**
 * @param pages how many at most before it leaves the rest to the sweep
 * @param size of a page, in documents
 */
export async function runAudit(id: string, at: number, pages: number, size = PAGE): Promise<void> {
  let audit = await open(id, at);
  for (let left = pages; audit !== null; left -= BETWEEN) {
    if (audit.phase === 'done') audit = await conclude(id, audit, at);
    if (audit === null || left <= 0) return;
    // Null when somebody else is at it too.
    audit = await keep(id, audit, await somePages(audit, { pages: Math.min(left, BETWEEN), size }, at));
  }
}

/** What a run left behind, or a new one; null when it is done. */
async function open(id: string, at: number): Promise<Audit | null> {
  const found = await load(collections.audits.doc(id));
  if (found && found.doneAt !== null) return null;
  const now = await instantNow();
  // Firestore forgets old versions after an hour: a look that lasted longer begins anew.
  if (found && now <= found.asOfAt + OLDEST) return found;
  const anew = begun(now, at, usable(await load(last), at));
  return keep(id, found, { ...anew, suspects: found?.suspects ?? false, version: (found?.version ?? 0) + 1 });
}

async function somePages(
  audit: Audit,
  { pages, size }: { readonly pages: number; readonly size: number },
  at: number,
): Promise<Audit> {
  const account = new Account(audit);
  let { history, documents } = audit.counts;
  let place: Place = audit;
  for await (const page of pagesFrom(audit, audit.asOfAt, { size, most: pages })) {
    await foldPage(page, audit.asOfAt, account);
    documents += page.items.length;
    if (isHistory(page.phase)) history += page.items.length;
    place = page.next;
  }
  return {
    ...{ ...audit, ...place, ...account.stored() },
    ...{ counts: { entries: account.whole().entries, history, documents } },
    ...{ version: audit.version + 1, dueAt: at + 10 * 60 * 1000 },
  };
}

/**
 * Null when somebody else has gone on with it meanwhile.
 * @param checkpoint what the next audit goes on from; null for nothing; undefined leaves it as it is
 */
async function keep(
  id: string,
  before: Audit | null,
  after: Audit,
  checkpoint?: Checkpoint | null,
): Promise<Audit | null> {
  const ref = collections.audits.doc(id);
  const { mine } = await atomically({
    read: (reader) => reader.get({ now: ref, known: last }),
    decide: ({ now, known }) => {
      const isMine = (now?.version ?? 0) === (before?.version ?? 0);
      return {
        isNew: now === null,
        mine: isMine,
        isKnown: known !== null,
        left: leftBy(after, checkpoint, known),
      };
    },
    write: (writer, { isNew, mine: isMine, isKnown, left }) => {
      if (!isMine) return;
      if (isNew) writer.create(ref, after);
      else writer.set(ref, after);
      if (left === null && isKnown) writer.delete(last);
      else if (left && isKnown) writer.set(last, left);
      else if (left) writer.create(last, left);
    },
  });
  return mine ? after : null;
}

/** One that ended late does not put back what a later one knows, nor goes on from what was taken away meanwhile. */
function leftBy(audit: Audit, checkpoint: Checkpoint | null | undefined, known: Checkpoint | null) {
  if (!checkpoint) return checkpoint;
  if (known === null) return audit.sinceAt === null ? checkpoint : undefined;
  return checkpoint.untilAt >= known.untilAt ? checkpoint : undefined;
}

/** @returns the look at everything that one from a checkpoint becomes when anything differs; else null */
async function conclude(id: string, audit: Audit, at: number): Promise<Audit | null> {
  const account = new Account(audit);
  if (audit.sinceAt !== null) {
    const { found, differing } = differencesIn(account);
    if (found.count > 0 || differs(differing)) return lookAtAll(id, audit, at);
    await end(id, audit, none, at);
    return null;
  }
  const found = await resultOf(account, audit.asOfAt);
  if (found.count > 0) {
    // One unexplained unit stops what leaves, before anything else is said of it.
    const alert = `audit.${audit.asOfAt}`;
    await engageBrake(alert, at);
    await raise(alert, finding(id, found), at);
  } else if (audit.suspects)
    logger.error('a checkpoint of the audit was wrong; it is not used again', { audit: id });
  await end(id, audit, found, at);
  return null;
}

/** The difference may be the checkpoint's own: only everything says what it is. Nobody goes on from it meanwhile. */
async function lookAtAll(id: string, audit: Audit, at: number): Promise<Audit | null> {
  const all = { ...begun(await instantNow(), at), suspects: true, version: audit.version + 1 };
  return keep(id, audit, all, null);
}

async function end(id: string, audit: Audit, found: Found, at: number): Promise<void> {
  const done = { ...audit, found, version: audit.version + 1, dueAt: null, doneAt: at };
  await keep(id, audit, done, found.count === 0 ? checkpointOf(id, audit) : null);
}
