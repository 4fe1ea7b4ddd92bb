import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { find, load, loadAll } from '../platform/firestore.ts';
import { payrunMinimum } from '../platform/params.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import { usernamesOf } from '../profiles/profiles.store.ts';
import type { Caller, Handlers } from '../shared/call.ts';
import { splitId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import { approveMany } from './approving.operations.ts';
import { weeklyCurrencies, type Payrun, type PayrunJoin, type PayrunLine } from './payrun.ts';
import { payrunsContract } from './payruns.contract.ts';
import { joinWeekly, leaveWeekly, runWeek, startRun, sweepRuns } from './payruns.operations.ts';
import { linesIn, runsUpTo } from './payruns.store.ts';
import { viewJoin, viewLine, viewRun } from './payruns.views.ts';
import { minimumOf } from './running.ts';

/** In pages of a hundred people: what a call has time for, and what a schedule has. */
const PAGES = { call: 3, schedule: 30 } as const;

const [currency] = weeklyCurrencies;
const minimum = () => minimumOf(currency, payrunMinimum.value());
const view = (join: PayrunJoin | null) => viewJoin(join, { amount: minimum(), currency });
const actorOf = ({ uid, role, ip }: Caller, reason: string) => ({ uid, role: role ?? '', ip, reason });

async function viewLines(found: readonly { readonly id: string; readonly doc: PayrunLine }[]) {
  const ids = found.map(({ doc }) => (doc.outcome === 'requested' ? doc.withdrawal : null));
  const asked = [...new Set(ids.flatMap((id) => id ?? []))];
  const [names, stands] = await Promise.all([
    usernamesOf(found.map(({ doc }) => doc.uid)),
    loadAll(asked.map((id) => collections.withdrawals.doc(id))),
  ]);
  const now = new Map(asked.map((id, i) => [id, stands[i] ?? null]));
  return found.map(({ id, doc }, i) =>
    viewLine(id, doc, names.get(doc.uid) ?? null, now.get(ids[i] ?? '') ?? null),
  );
}

async function runBy(id: string): Promise<Payrun> {
  const run = await load(collections.payruns.doc(id));
  if (run === null) throw new Refusal('not_found', { what: 'run', id });
  return run;
}

const nextOf = (page: readonly { readonly id: string }[], limit: number): string | null =>
  page.length === limit ? (page.at(-1)?.id ?? null) : null;

const handlers: Handlers<typeof payrunsContract> = {
  join: async ({ destination }, { uid }, at) =>
    view(await joinWeekly({ uid, destination, minimum: minimum(), at })),
  leave: async (_, { uid }, at) => view(await leaveWeekly(uid, at)),
  mine: async (_, { uid }) => view(await load(collections.payrunJoins.doc(uid))),
  list: async (page) => {
    const found = await find(runsUpTo(page));
    return { runs: found.map(({ id, doc }) => viewRun(id, doc)), next: nextOf(found, page.limit) };
  },
  show: async ({ run: id, ...page }) => {
    // A cursor into another run would begin in the middle of nowhere.
    if (page.after !== undefined && splitId(page.after, 2)?.[0] !== id)
      throw new Refusal('not_found', { what: 'cursor' });
    const run = await runBy(id);
    const found = await find(linesIn(id, page));
    return { run: viewRun(id, run), lines: await viewLines(found), next: nextOf(found, page.limit) };
  },
  start: async ({ currency: of, reason }, caller, at) => {
    const admin = actorOf(caller, reason);
    const turn = { at, pages: PAGES.call, minimum: payrunMinimum.value(), admin };
    const { id, run } = await startRun(of, turn);
    return viewRun(id, run);
  },
  approve: async ({ run, withdrawals, reason }, caller, at) => {
    await runBy(run);
    return { answers: await approveMany(run, withdrawals, { actor: actorOf(caller, reason), at }) };
  },
};

const turn = (at: number) => ({ at, pages: PAGES.schedule, minimum: payrunMinimum.value() });

export const payruns = {
  ...serveCalls('payruns', payrunsContract, handlers),
  changed: serveWritten('payrunJoins', (uid) => deliverNews(collections.payrunJoins.doc(uid))),
  weekly: serveSchedule('0 5 * * 1', (at) => runWeek(turn(at))),
  sweep: serveSchedule('*/10 * * * *', async (at) => {
    await sweepRuns(turn(at));
    await sweepNews(collections.payrunJoins);
  }),
};
