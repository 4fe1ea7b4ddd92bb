import { waiting, type Finding } from '../alerts/alert.ts';
import { raise } from '../alerts/alerts.operations.ts';
import { collections } from '../collections.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { Actor, AdminAction } from '../oversight/action.ts';
import { atomically, find, load } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { Refusal } from '../shared/refusal.ts';
import { join, leave } from './joining.ts';
import { makeLine, type Run } from './lines.operations.ts';
import {
  lineIdOf,
  runIdOf,
  weeklyCurrencies,
  type Payrun,
  type PayrunJoin,
  type WeeklyCurrency,
} from './payrun.ts';
import { dueRuns, joinsIn, linesIn, linesToRetry, PAGE, readJoin } from './payruns.store.ts';
import { advance, begin, minimumOf, PATIENCE, type Step } from './running.ts';

/** From now on, or no more; see joining.ts. */
export const joinWeekly = (order: Parameters<typeof join>[1]): Promise<PayrunJoin | null> =>
  changeJoin(order.uid, (books) => join(books, order));
export const leaveWeekly = (uid: string, at: number): Promise<PayrunJoin | null> =>
  changeJoin(uid, (books) => leave(books.join, at));

type JoinBooks = Parameters<typeof join>[0];

async function changeJoin(
  uid: string,
  decide: (books: JoinBooks) => PayrunJoin | null,
): Promise<PayrunJoin | null> {
  const { after } = await atomically({
    read: (reader) => readJoin(reader, uid),
    decide: (books) => ({ before: books.join, after: decide(books) }),
    write: (writer, { before, after }) => {
      if (after && after !== before) writer.set(collections.payrunJoins.doc(uid), after);
    },
  });
  return after;
}

/** How much one turn does, the least that anybody is paid as the operator wishes it, and who starts it. */
export type Turn = {
  readonly at: number;
  /** Pages of a hundred people, at most; the sweep goes on with the rest. */
  readonly pages: number;
  /** Minor units. */
  readonly minimum: number;
  readonly admin?: Actor;
};

/** This week’s run of each currency: begun where it is not there, gone on with where it is. */
export async function runWeek(turn: Turn): Promise<void> {
  for (const currency of weeklyCurrencies) await startRun(currency, turn);
}

/** The same of one currency, now: the week’s run is one, whoever starts it. */
export async function startRun(currency: WeeklyCurrency, turn: Turn): Promise<Run> {
  const { at, pages, admin } = turn;
  const id = runIdOf(at, currency);
  const by = admin?.uid ?? 'system';
  const begun = { currency, minimum: minimumOf(currency, turn.minimum), by, at };
  const run = await change(id, (found) => begin(found, begun), admin && { actor: admin, at });
  return goOn({ id, run }, at, pages);
}

/** Weeks that nobody began, once their schedule has had its time; and runs that died or wait for what failed. */
export async function sweepRuns(turn: Turn): Promise<Swept> {
  for (const currency of weeklyCurrencies) {
    const begun = await load(collections.payruns.doc(runIdOf(turn.at - PATIENCE, currency)));
    if (begun === null) await startRun(currency, turn);
  }
  return sweep(dueRuns(turn.at), async (id) => {
    const run = await load(collections.payruns.doc(id));
    if (!run) throw new Refusal('not_found', { what: 'run', id });
    await goOn({ id, run }, turn.at, turn.pages);
  });
}

/** Page by page. What a page does can be done twice, and is counted once: it may die anywhere, and two may run at once. */
async function goOn({ id, run: found }: Run, at: number, pages: number): Promise<Run> {
  let run = found;
  for (let page = 0; page < pages && run.phase !== 'done'; page += 1) {
    const seen = run;
    const step = await work({ id, run: seen }, at);
    run = await change(id, (now) => advance(now ?? seen, seen, step, at));
    if ((step.waitsUntil ?? 0) > at) break;
  }
  return { id, run };
}

function work(one: Run, at: number): Promise<Step> {
  switch (one.run.phase) {
    case 'people':
      return payPeople(one, at);
    case 'retry':
      return retryFailed(one, at);
    case 'fold':
      return addUp(one, at);
    case 'done':
      throw new Error(`${one.id} is done`);
  }
}

const cursorOf = (page: readonly { readonly id: string }[]): string | null =>
  page.length < PAGE ? null : page.at(-1)!.id;

async function payPeople(one: Run, at: number): Promise<Step> {
  const page = await find(joinsIn(one.run.currency, one.run.cursor));
  for (const { id: uid } of page) await makeLine(one, uid, at);
  return { cursor: cursorOf(page) };
}

async function retryFailed(one: Run, at: number): Promise<Step> {
  const page = await find(linesToRetry(one.id, PAGE));
  if (page.length === 0) return { cursor: null };
  for (const { doc } of page) if ((doc.retryAt ?? 0) <= at) await makeLine(one, doc.uid, at);
  const [next] = await find(linesToRetry(one.id, 1));
  return { cursor: null, waitsUntil: next?.doc.retryAt ?? null };
}

async function addUp({ id, run }: Run, at: number): Promise<Step> {
  const page = await find(linesIn(id, { limit: PAGE, after: run.cursor }));
  for (const { doc } of page)
    if (doc.outcome === 'failed') await raise(`payrun.${lineIdOf(id, doc.uid)}`, failedFor(id, doc.uid), at);
  return { cursor: cursorOf(page), lines: page.map(({ doc }) => doc) };
}

const failedFor = (run: string, uid: string): Finding =>
  waiting('payrun_failed', `payrunLines/${lineIdOf(run, uid)}`, {
    title: 'A weekly payout failed, again and again',
    explanation: `${uid} was not paid by the run ${run}: something did not answer five times, which the log shows. Nothing was reserved. They can withdraw by themselves, and the next run tries again.`,
    facts: { run },
    people: [uid],
  });

/** One change of one run, recorded where an admin began it. */
async function change(
  id: string,
  decide: (found: Payrun | null) => Payrun,
  admin?: { readonly actor: Actor; readonly at: number },
): Promise<Payrun> {
  const ref = collections.payruns.doc(id);
  const { after } = await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => ({ before, after: decide(before) }),
    write: (writer, { before, after }) => {
      if (before === after) return;
      if (before === null) writer.create(ref, after);
      else writer.set(ref, after);
      if (before === null && admin) writeAction(writer, startedBy(id, admin));
    },
  });
  return after;
}

const startedBy = (
  id: string,
  { actor, at }: { readonly actor: Actor; readonly at: number },
): AdminAction => ({
  ...{ id: `payrun.${id}.start`, action: 'payruns-start', target: `payruns/${id}`, at },
  ...{ by: actor.uid, role: actor.role, ip: actor.ip, reason: actor.reason },
  before: {},
  after: { phase: 'people' },
});
