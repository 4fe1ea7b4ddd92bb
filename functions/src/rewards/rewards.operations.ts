import { collections } from '../collections.ts';
import { grantBonus } from '../lots/lots.operations.ts';
import { deriveId } from '../platform/derive.ts';
import { atomically, count, load } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { hasBought, looked, refer, rewards, type Referral } from './referral.ts';
import { dueReferrals, rewardedOf } from './rewards.store.ts';

/** A present for a newcomer: the same lot each time, so it is given once. */
export const welcome = (uid: string, at: number) =>
  grantBonus(
    {
      ...{ lot: 'welcome', uid, amount: rewards.welcome, by: 'system', at },
      text: `Welcome: ${rewards.welcome} credits are yours.`,
    },
    null,
  );

/** @throws what `refer` does. */
export async function noteReferral(uid: string, referrer: string, at: number): Promise<Referral> {
  const ref = collections.referrals.doc(uid);
  const { after } = await atomically({
    read: (reader) => reader.get({ before: ref, theirs: collections.referrals.doc(referrer) }),
    decide: (found) => ({ before: found.before, after: refer(found, { uid, referrer, at }) }),
    write: (writer, { before, after }) => {
      if (before === null) writer.create(ref, after);
    },
  });
  return after;
}

/** Rewards who brought somebody that bought something since. The lot is named by both, so it is given once (W1-24). */
async function look(uid: string, at: number): Promise<void> {
  const referral = await load(collections.referrals.doc(uid));
  if (referral?.status !== 'waiting') return;
  const { referrer } = referral;
  const [wallet, before] = await Promise.all([
    load(collections.wallets.doc(uid)),
    count(rewardedOf(referrer)),
  ]);
  const earned = hasBought(wallet);
  if (earned && before < rewards.most)
    await grantBonus(
      {
        ...{
          lot: `referral-${deriveId('referral', referrer, uid)}`,
          uid: referrer,
          amount: rewards.referral,
        },
        ...{
          by: 'system',
          at,
          text: `Somebody you brought has bought something: ${rewards.referral} credits are yours.`,
        },
      },
      null,
    );
  const ref = collections.referrals.doc(uid);
  await atomically({
    read: (reader) => reader.get({ now: ref }),
    decide: ({ now }) => now && looked(now, { earned, before, at }),
    write: (writer, after) => {
      if (after) writer.set(ref, after);
    },
  });
}

export const sweepReferrals = (at: number): Promise<Swept> => sweep(dueReferrals(at), (uid) => look(uid, at));
