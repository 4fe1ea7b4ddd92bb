import { collections } from '../collections.ts';
import { packageAt } from '../orders/access.ts';
import { load, loadAll } from '../platform/firestore.ts';
import { serveCalls, serveSchedule } from '../platform/serve.ts';
import type { Handlers } from '../shared/call.ts';
import { boardOf, pageId, type Row } from './board.ts';
import { leadersContract } from './leaders.contract.ts';
import { foldLeaders, hide, ownRank } from './leaders.operations.ts';

const handlers: Handlers<typeof leadersContract> = {
  show: async ({ period, currency, page: n }, _, at) => {
    const page = await load(collections.boards.doc(pageId(period, currency, n)));
    // A week that has just begun has no page yet.
    if (page?.board !== boardOf(period, currency, at)) return { rows: [], asOf: null, next: null };
    return {
      rows: await shown(page.rows, at),
      asOf: page.asOfAt,
      next: n + 1 < page.pages ? n + 1 : null,
    };
  },
  mine: async ({ period, currency }, { uid }, at) => {
    const [own, unlisted] = await Promise.all([
      ownRank(uid, period, currency, at),
      load(collections.unlisted.doc(uid)),
    ]);
    return { ...own, hidden: unlisted !== null };
  },
  hide: async ({ hidden }, { uid }, at) => {
    await hide(uid, hidden, at);
    return { hidden };
  },
};

/** Names and packages as they are now; without those who do not want to be shown since. */
async function shown(rows: readonly Row[], at: number) {
  const [profiles, members, unlisted] = await Promise.all([
    loadAll(rows.map(({ uid }) => collections.profiles.doc(uid))),
    loadAll(rows.map(({ uid }) => collections.members.doc(uid))),
    loadAll(rows.map(({ uid }) => collections.unlisted.doc(uid))),
  ]);
  return rows.flatMap(({ rank, net, count }, i) =>
    unlisted[i]
      ? []
      : [
          {
            ...{ rank, net, count, username: profiles[i]?.username ?? null },
            package: packageAt(members[i] ?? null, at)?.title ?? null,
          },
        ],
  );
}

export const leaders = {
  ...serveCalls('leaders', leadersContract, handlers),
  fold: serveSchedule('*/15 * * * *', foldLeaders),
};
