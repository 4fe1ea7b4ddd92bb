import { collections } from '../collections.ts';
import { atomically, find, load } from '../platform/firestore.ts';
import type { After, Reader, Ref } from '../platform/store.ts';
import type { Referral } from '../rewards/referral.ts';
import { bare, join, part, type Branch, type Line } from './branch.ts';
import { broughtSince, MOST_AT_ONCE } from './tree.store.ts';

/** Longer than a function may run: a referral's time is taken when its call begins, and it may commit later. */
const OVERLAP = 20 * 60 * 1000;

type Placed = {
  readonly line: Line;
  readonly refs: { readonly [K in keyof Line]: Ref<Branch> | null };
};

const refOf = (uid: string) => collections.branches.doc(uid);

/** Somebody and those above, as they are counted. */
async function placeOf(reader: Reader, uid: string, parent: string): Promise<Placed> {
  const found = await reader.get({ child: refOf(uid), parent: refOf(parent) });
  const above = found.parent?.under ?? null;
  const { grandparent } =
    above === null ? { grandparent: null } : await reader.get({ grandparent: refOf(above) });
  return {
    line: {
      child: found.child ?? bare,
      parent: found.parent ?? bare,
      grandparent: above === null ? null : (grandparent ?? bare),
    },
    refs: { child: refOf(uid), parent: refOf(parent), grandparent: above === null ? null : refOf(above) },
  };
}

/** Changes the counts of three people in one commit. */
async function move(
  read: (reader: Reader) => Promise<Placed | null>,
  change: (line: Line) => Line | null,
): Promise<void> {
  await atomically({
    read,
    decide: (placed) => ({ refs: placed?.refs, after: placed && change(placed.line) }),
    write: (writer, { refs, after }) => {
      if (!refs || !after) return;
      for (const name of ['child', 'parent', 'grandparent'] as const) {
        const [ref, branch] = [refs[name], after[name]];
        if (ref && branch) writer.set(ref, branch);
      }
    },
  });
}

/** Counts somebody under who brought them, once. */
export async function countUnder(uid: string): Promise<void> {
  const { referral, branch } = await known(uid);
  if (referral === null || branch?.under === referral.referrer) return;
  const { referrer } = referral;
  await move(
    async (reader) => {
      const { now } = await reader.get({ now: collections.referrals.doc(uid) });
      return now && (await placeOf(reader, uid, referrer));
    },
    (line) => join(line, referrer),
  );
}

/** Who is counted already costs two reads and no transaction: every referral is seen at least twice. */
async function known(uid: string) {
  const [referral, branch] = await Promise.all([load(collections.referrals.doc(uid)), load(refOf(uid))]);
  return { referral, branch };
}

/** For an erasure, before the referral goes: nobody is counted any more as having brought them. May be repeated. */
export const leaveTree = (uid: string): Promise<void> =>
  move(async (reader) => {
    const { child } = await reader.get({ child: refOf(uid) });
    return child?.under == null ? null : await placeOf(reader, uid, child.under);
  }, part);

/**
 * Shows a reader everybody who was brought, at least once, from where it last ended. What it does with them must be safe
 * to repeat; where it fails the next run begins there again.
 * @param reader names its place
 */
export async function followReferrals(
  reader: string,
  at: number,
  work: (uid: string) => Promise<unknown>,
): Promise<void> {
  const ref = collections.journalCursors.doc(`referrals-${reader}`);
  const from = (await load(ref))?.at ?? 0;
  for (let after: After<Referral> | null = null; ;) {
    const page: { id: string; doc: Referral }[] = await find(broughtSince(from, after));
    for (const { id } of page) await work(id);
    const last = page.at(-1);
    const isAll = page.length < MOST_AT_ONCE;
    await advance(ref, isAll || !last ? at - OVERLAP : Math.min(last.doc.createdAt, at - OVERLAP));
    if (isAll || !last) return;
    after = last;
  }
}

/** Only ever forwards, though two runs are at it at once. */
async function advance(ref: Ref<{ readonly at: number }>, to: number): Promise<void> {
  await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => ({ move: to > (before?.at ?? 0) }),
    write: (writer, { move }) => {
      if (move) writer.set(ref, { at: to });
    },
  });
}
