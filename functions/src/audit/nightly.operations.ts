import { logger } from 'firebase-functions/logger';
import { raise } from '../alerts/alerts.operations.ts';
import { engageBrake } from '../brake/brake.operations.ts';
import { collections } from '../collections.ts';
import { atomically, load } from '../platform/firestore.ts';
import { instantNow } from '../platform/instant.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { dayOf } from '../shared/day.ts';
import { Account } from './account.ts';
import { differencesIn, isWell, resultOf, type Differences } from './audit.operations.ts';
import {
  alertOf,
  begun,
  checkpointOf,
  ended,
  finding,
  isHistory,
  OLDEST,
  wrongCheckpoint,
  type Audit,
  type Place,
} from './audit.ts';
import { dueAudits } from './audit.store.ts';
import { leftBy, usable, type Checkpoint } from './checkpoint.ts';
import { toBeNamed } from './naming.ts';
import { foldPage, pagesFrom } from './reading.operations.ts';
import { and, none, type Found } from './violation.ts';

/** The audit by itself: a function dies after nine minutes, so it notes where it is and goes on from there. */

/** As many documents as are read at once: a function's memory holds two such pages easily. */
const PAGE = 1000;
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
  const checkpoint = await load(last);
  const by = checkpoint && (await load(collections.audits.doc(checkpoint.audit)));
  const anew = begun(now, at, usable(checkpoint, by, at));
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
 * @param left what the next audit goes on from; null leaves it as it is
 */
async function keep(
  id: string,
  before: Audit | null,
  after: Audit,
  left: { readonly checkpoint: Checkpoint; readonly at: number } | null = null,
): Promise<Audit | null> {
  const ref = collections.audits.doc(id);
  const { mine } = await atomically({
    read: (reader) => reader.get({ now: ref, known: last }),
    decide: ({ now, known }) => ({
      isNew: now === null,
      mine: (now?.version ?? 0) === (before?.version ?? 0),
      isKnown: known !== null,
      next: left && leftBy(after, left.checkpoint, known, left.at),
    }),
    write: (writer, { isNew, mine: isMine, isKnown, next }) => {
      if (!isMine) return;
      if (isNew) writer.create(ref, after);
      else writer.set(ref, after);
      if (next && isKnown) writer.set(last, next);
      else if (next) writer.create(last, next);
    },
  });
  return mine ? after : null;
}

/**
 * One unexplained unit stops what leaves as soon as it is known, before anybody knows what it is: to name it, everything
 * is read again, and that may fail.
 * @returns the look at everything that one from a checkpoint becomes when anything differs; else null
 */
async function conclude(id: string, audit: Audit, at: number): Promise<Audit | null> {
  const differences = differencesIn(new Account(audit));
  const alert = alertOf(id);
  if (isWell(differences)) {
    if (audit.suspects) {
      logger.error('a checkpoint of the audit was wrong; it is not used again', { audit: id });
      await raise(alert, wrongCheckpoint(id), at);
    }
    await end(id, audit, none, at);
    return null;
  }
  await engageBrake(alert, at);
  if (audit.sinceAt !== null) return lookAtAll(id, audit, at);
  const naming = audit.naming
    ? audit
    : await keep(id, audit, { ...audit, naming: true, version: audit.version + 1 });
  if (naming === null) return null;
  const found = audit.naming
    ? and(differences.found, [toBeNamed])
    : await named(id, differences, audit.asOfAt);
  await raise(alert, finding(id, found), at);
  await end(id, naming, found, at);
  return null;
}

/** What is known by then is told, whatever becomes of the rest. */
async function named(id: string, differences: Differences, instant: number): Promise<Found> {
  try {
    return await resultOf(differences, instant);
  } catch (error) {
    logger.error('what differs could not be named', { audit: id, error });
    return and(differences.found, [toBeNamed]);
  }
}

/** The difference may be the checkpoint's own: only everything says what it is. Nobody goes on from it meanwhile. */
async function lookAtAll(id: string, audit: Audit, at: number): Promise<Audit | null> {
  const all = { ...begun(await instantNow(), at), suspects: true, version: audit.version + 1 };
  return keep(id, audit, all, { checkpoint: checkpointOf(id, audit, false), at });
}

async function end(id: string, audit: Audit, found: Found, at: number): Promise<void> {
  const checkpoint = checkpointOf(id, audit, found.count === 0);
  await keep(id, audit, ended(audit, found, at), { checkpoint, at });
}
