import type { Firestore } from '@google-cloud/firestore';
import { bare, type Shape } from './floor.ts';
import { round, sideBySide, Track, type Measured } from './measure.ts';
import { prepare, prepareLocks } from './people.ts';

/** What happens where many come at once: between people who have nothing in common, and on one wallet. */
export type Hot = {
  /** Median latency of releases at once over that of bare transactions at once. */
  readonly ratio: number;
  readonly releases: Measured;
  readonly unrelated: Measured;
};

export async function hot(
  db: Firestore,
  shape: Shape,
  { together, rounds }: { readonly together: number; readonly rounds: number },
): Promise<Hot> {
  const [ours, theirs] = [new Track(), new Track()];
  await sideBySide(
    [
      { track: ours, prepare: () => prepare(db, 'escrow-release', together) },
      { track: theirs, prepare: () => bare(db, shape, together) },
    ],
    { callers: together, rounds },
  );
  ours.mustBeDone('releases at once');
  theirs.mustBeDone('bare transactions at once');
  const ratio = round(ours.over(theirs));
  return { ratio, releases: ours.measured, unrelated: theirs.measured };
}

/** One seller who is paid by many at once, and one buyer who pays many at once. */
export async function hotWallets(db: Firestore, together: number, mark: string) {
  const [seller, buyer] = [new Track(), new Track()];
  await seller.run(await prepare(db, 'escrow-release', together, { payee: `seller${mark}` }), together);
  await buyer.run(await prepareLocks(db, `buyer${mark}`, together), together);
  return { seller: seller.measured, buyer: buyer.measured };
}
