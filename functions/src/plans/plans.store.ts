import { collections } from '../collections.ts';
import { writeEscrow } from '../escrow/escrow.store.ts';
import { PLATFORM } from '../jobs/job.ts';
import type { Profile } from '../profiles/profile.ts';
import { newProfile } from '../profiles/profile.ts';
import { shared, type Query, type Reader, type Writer } from '../platform/store.ts';
import { joinId, splitId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Membership } from './membership.ts';
import { FREE, type Offer } from './offer.ts';
import type { Sale, Sold } from './sale.ts';

/** The job by which it is paid, and whose it is: the id says both. */
export function partsOf(id: string): { job: string; uid: string; escrow: string } {
  const parts = splitId(id, 2);
  if (!parts) throw new Refusal('not_found', { what: 'sale', id });
  const [job, uid] = parts as [string, string];
  return { job, uid, escrow: joinId(job, uid, PLATFORM) };
}

/** All that a sale may touch, by its id alone. */
export function readSale(reader: Reader, id: string) {
  const { job, uid, escrow } = partsOf(id);
  return reader.get({
    sale: collections.sales.doc(id),
    job: collections.jobs.doc(job),
    escrow: collections.escrows.doc(escrow),
    wallet: collections.wallets.doc(uid),
    membership: collections.memberships.doc(uid),
    profile: collections.profiles.doc(uid),
    payee: collections.payees.doc(uid),
  });
}

export function writeSold(
  writer: Writer,
  id: string,
  { sale, settled, membership }: Sold,
  profile: Profile | null,
): void {
  const { uid } = partsOf(id);
  writer.set(collections.sales.doc(id), sale);
  writeEscrow(writer, { ...settled, action: null });
  writer.set(collections.memberships.doc(uid), membership);
  const badges = membership.badges.map(({ badge, untilAt }) => ({ badge, untilAt }));
  writer.set(collections.profiles.doc(uid), { ...(profile ?? newProfile(sale.createdAt)), badges });
}

/** What became of a sale when its money went back, or was looked at. */
export function writeFollowed(
  writer: Writer,
  id: string,
  { sale, membership }: { readonly sale: Sale; readonly membership: Membership | null },
  profile: Profile | null,
): void {
  const { uid } = partsOf(id);
  writer.set(collections.sales.doc(id), sale);
  if (!membership) return;
  writer.set(collections.memberships.doc(uid), membership);
  const badges = membership.badges.map(({ badge, untilAt }) => ({ badge, untilAt }));
  if (profile) writer.set(collections.profiles.doc(uid), { ...profile, badges });
}

/** What holds for both sides of a booking. */
export const feeRefs = (payer: string, payee: string) => ({
  payerPlan: collections.memberships.doc(payer),
  payeePlan: collections.memberships.doc(payee),
  free: shared(collections.offers.doc(FREE)),
});

export const dueSales = (at: number): Query<Sale> => ({
  collection: collections.sales,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});

export const dueMemberships = (at: number): Query<Membership> => ({
  collection: collections.memberships,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});

/** All that were ever defined: a handful. */
export const definedOffers = (): Query<Offer> => ({ collection: collections.offers, limit: 100 });
