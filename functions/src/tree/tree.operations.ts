import { logger } from 'firebase-functions/logger';
import { collections } from '../collections.ts';
import { follow } from '../ledger/follow.operations.ts';
import { atomically, load } from '../platform/firestore.ts';
import type { Reader, Ref } from '../platform/store.ts';
import type { Referral } from '../rewards/referral.ts';
import { bare, join, part, type Branch, type Line } from './branch.ts';
import { broughtSince } from './tree.store.ts';

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

/** For an erasure, once the referral is gone: nobody is counted any more as having brought them. May be repeated. */
export const leaveTree = (uid: string): Promise<void> =>
  move(async (reader) => {
    const { child } = await reader.get({ child: refOf(uid) });
    return child?.under == null ? null : await placeOf(reader, uid, child.under);
  }, part);

/**
 * Shows a reader everybody who was brought, at least once, from where it last ended. What it does with them must be safe
 * to repeat; where it fails the next run begins there again, and nobody else waits for it.
 * @param reader names its place
 */
export const followReferrals = (reader: string, work: (uid: string) => Promise<unknown>): Promise<void> =>
  follow(
    `referrals-${reader}`,
    { since: broughtSince, timeOf: ({ createdAt }: Referral) => createdAt },
    async (page) => {
      let clean = true;
      for (const { id } of page)
        await work(id).catch((error: unknown) => {
          clean = false;
          logger.error('somebody who was brought was not counted', error, { reader });
        });
      return clean;
    },
  );
