import { collections } from '../collections.ts';
import { packageAt } from '../orders/access.ts';
import { find, load, loadAll } from '../platform/firestore.ts';
import { sealingKey } from '../platform/params.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import { uidBy } from '../profiles/profiles.store.ts';
import type { Referral } from '../rewards/referral.ts';
import type { Handlers } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import { bare } from './branch.ts';
import { openCursor, sealCursor } from './cursor.store.ts';
import { treeContract } from './tree.contract.ts';
import { countUnder, followReferrals } from './tree.operations.ts';
import { childrenOf, PAGE } from './tree.store.ts';

const handlers: Handlers<typeof treeContract> = {
  show: async ({ of = null, after = null }, { uid }, at) => {
    const whose = of === null ? uid : await childNamed(of, uid);
    // The cursor of another page opens nothing here.
    const place = `tree ${uid} ${whose}`;
    const [found, own] = await Promise.all([
      find(
        childrenOf(
          whose,
          after === null ? null : (openCursor(after, place) as { id: string; doc: Referral }),
        ),
      ),
      load(collections.branches.doc(uid)),
    ]);
    const shown = found.slice(0, PAGE);
    const last = found.length > PAGE ? (shown.at(-1) ?? null) : null;
    const { children, grandchildren } = own ?? bare;
    return {
      people: await peopleOf(shown, at),
      totals: { children, grandchildren },
      next: last && sealCursor(last.id, { createdAt: last.doc.createdAt }, place),
    };
  },
};

/** @throws Refusal `not_found`, the same for a name of nobody's and one of somebody whom the caller did not bring. */
async function childNamed(username: string, uid: string): Promise<string> {
  const child = await uidBy(username);
  const referral = await load(collections.referrals.doc(child));
  if (referral?.referrer !== uid) throw new Refusal('not_found', { what: 'user', id: username });
  return child;
}

/** What is shown of a page of people: three reads each, all in one round trip, and none that counts (W4-27). */
async function peopleOf(page: readonly { readonly id: string; readonly doc: Referral }[], at: number) {
  const uids = page.map(({ id }) => id);
  const [profiles, members, branches] = await Promise.all([
    loadAll(uids.map((uid) => collections.profiles.doc(uid))),
    loadAll(uids.map((uid) => collections.members.doc(uid))),
    loadAll(uids.map((uid) => collections.branches.doc(uid))),
  ]);
  return page.map(({ doc }, i) => ({
    username: profiles[i]?.username ?? null,
    joinedAt: doc.createdAt,
    package: packageAt(members[i] ?? null, at)?.title ?? null,
    children: branches[i]?.children ?? 0,
  }));
}

export const tree = {
  ...serveCalls('tree', treeContract, handlers, { secrets: [sealingKey] }),
  joined: serveWritten('referrals', countUnder),
  sweep: serveSchedule('25 * * * *', () => followReferrals('tree', countUnder)),
};
