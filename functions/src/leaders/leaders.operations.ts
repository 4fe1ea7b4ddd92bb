import { logger } from 'firebase-functions/logger';
import { collections } from '../collections.ts';
import { bookedOf, type Commission } from '../commissions/commission.ts';
import { follow } from '../ledger/follow.operations.ts';
import { atomically, copyAll, count, find, load, loadAll } from '../platform/firestore.ts';
import type { Ref } from '../platform/store.ts';
import { sweep } from '../platform/sweep.ts';
import { cash, type Currency } from '../shared/money.ts';
import { boardOf, pageId, pagesOf, periods, type Period } from './board.ts';
import { changedSince, lastChanged, overStandings, ranked } from './leaders.store.ts';
import { fold, standingId, type Standing } from './standing.ts';

const standingRef = (board: string, uid: string) => collections.standings.doc(standingId(board, uid));

/** Brings the standings of one person to what a commission is worth now. */
async function foldOne(id: string, { uid, currency, at: earnedAt }: Commission, at: number): Promise<void> {
  const tallyRef = collections.tallies.doc(id);
  const refs = periods.map((period) => standingRef(boardOf(period, currency, earnedAt), uid));
  await atomically({
    read: async (reader) => {
      const { commission, tally, unlisted, ...own } = await reader.get({
        commission: collections.commissions.doc(id),
        tally: tallyRef,
        unlisted: collections.unlisted.doc(uid),
        ...(Object.fromEntries(refs.map((ref, i) => [`standing ${i}`, ref])) as Record<
          string,
          Ref<Standing>
        >),
      });
      const standings = refs.map((_, i) => (own as Record<string, Standing | null>)[`standing ${i}`] ?? null);
      return { commission, tally, hidden: unlisted !== null, standings };
    },
    decide: ({ commission, ...found }) => ({ folded: commission && fold(commission, found, at) }),
    write: (writer, { folded }) => {
      if (!folded) return;
      writer.set(tallyRef, folded.tally);
      for (const [i, standing] of folded.standings.entries()) if (standing) writer.set(refs[i]!, standing);
    },
  });
}

/** Folds what changed since the last time; of what is seen again nothing but its tally is read. */
const foldChanged = (at: number): Promise<void> =>
  follow(
    'commissions-leaders',
    { since: changedSince, timeOf: ({ changedAt }: Commission) => changedAt },
    async (page) => {
      const tallies = await loadAll(page.map(({ id }) => collections.tallies.doc(id)));
      let clean = true;
      for (const [i, { id, doc }] of page.entries()) {
        if (tallies[i]?.net === bookedOf(doc)) continue;
        await foldOne(id, doc, at).catch((error: unknown) => {
          clean = false;
          logger.error('a commission was not counted', error, { id });
        });
      }
      return clean;
    },
  );

/** A change may be committed so long after its time. */
const OVERLAP = 20 * 60 * 1000;

/** Writes the pages of a board anew, all in one commit, where anything of it changed. */
async function writeBoard(period: Period, currency: Currency, at: number): Promise<void> {
  const board = boardOf(period, currency, at);
  const pageRef = (n: number) => collections.boards.doc(pageId(period, currency, n));
  const [before, [last]] = await Promise.all([load(pageRef(0)), find(lastChanged(board))]);
  const isOld = before !== null && before.board !== board;
  const changed = (last?.doc.changedAt ?? -Infinity) > (before?.asOfAt ?? 0) - OVERLAP;
  if (!isOld && !changed) return;
  const best = (await find(ranked(board))).map(({ doc }) => doc);
  const pages = pagesOf(board, best, { before: before?.pages ?? 0, at });
  await copyAll(pages.map((doc, n) => ({ ref: pageRef(n), doc })));
}

/** What people earned since the last time, then the boards that it changes, then what is over. */
export async function foldLeaders(at: number): Promise<void> {
  await foldChanged(at);
  for (const currency of cash) for (const period of periods) await writeBoard(period, currency, at);
  await sweep(overStandings(at), (id) =>
    atomically({
      read: (reader) => reader.get({ now: collections.standings.doc(id) }),
      decide: ({ now }) => now?.dueAt != null && now.dueAt <= at,
      write: (writer, gone) => {
        if (gone) writer.delete(collections.standings.doc(id));
      },
    }),
  );
}

/** Takes somebody off all boards, or lets them back on; at once where boards are shown, since that asks for it too. */
export async function hide(uid: string, hidden: boolean, at: number): Promise<void> {
  const ref = collections.unlisted.doc(uid);
  const refs = cash.flatMap((currency) =>
    periods.map((period) => standingRef(boardOf(period, currency, at), uid)),
  );
  const wanted = Object.fromEntries(refs.map((one, i) => [`standing ${i}`, one])) as Record<
    string,
    Ref<Standing>
  >;
  await atomically({
    read: async (reader) => ({
      ...(await reader.get({ before: ref })),
      own: await reader.get(wanted),
    }),
    decide: ({ before, own }) => ({
      isNew: (before !== null) !== hidden,
      standings: refs.flatMap((one, i) => {
        const standing = own[`standing ${i}`] ?? null;
        return standing && standing.hidden !== hidden
          ? [{ ref: one, doc: { ...standing, hidden, changedAt: at } }]
          : [];
      }),
    }),
    write: (writer, { isNew, standings }) => {
      if (isNew && hidden) writer.create(ref, { at });
      else if (isNew) writer.delete(ref);
      for (const { ref: one, doc } of standings) writer.set(one, doc);
    },
  });
}

export type Own = { readonly rank: number | null; readonly net: number; readonly count: number };

/** Somebody's own rank among all who are shown, however many: counted in the store, not read. */
export async function ownRank(uid: string, period: Period, currency: Currency, at: number): Promise<Own> {
  const board = boardOf(period, currency, at);
  const doc = await load(standingRef(board, uid));
  if (doc === null) return { rank: null, net: 0, count: 0 };
  const { net, count: own, hidden } = doc;
  if (hidden || net <= 0) return { rank: null, net, count: own };
  const [all, behind] = await Promise.all([
    count(ranked(board, null, null)),
    count(ranked(board, { id: standingId(board, uid), doc }, null)),
  ]);
  return { rank: all - behind, net, count: own };
}
