import { collections } from '../collections.ts';
import { createEscrow } from '../escrow/escrow.store.ts';
import { isClosed } from '../escrow/escrow.ts';
import type { Actor } from '../oversight/action.ts';
import { writeAction } from '../oversight/action.store.ts';
import { atomically } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { Refusal } from '../shared/refusal.ts';
import { lapse } from './membership.ts';
import type { Offer } from './offer.ts';
import { dueMemberships, dueSales, partsOf, readSale, writeFollowed, writeSold } from './plans.store.ts';
import {
  finish,
  followMoney,
  lapseSale,
  openSale,
  payFromWallet,
  type Sale,
  type SaleOrder,
} from './sale.ts';

/**
 * Opens a sale, once for each request id; from the wallet it is paid in the same commit.
 * @throws Refusal `request_id_reused`, `kyc_required`, `insufficient_funds`, `wallet_frozen`.
 */
export async function buy(order: SaleOrder, byCard: boolean): Promise<Sale> {
  const { id, at } = order;
  const { made } = await atomically({
    read: (reader) => readSale(reader, id),
    decide: ({ sale: before, wallet, membership, profile, payee }) => {
      if (before && before.requestHash !== order.requestHash) throw new Refusal('request_id_reused');
      if (before) return { made: before, opened: null, sold: null, profile };
      const status = payee?.kyc.status ?? 'none';
      if (order.offer.name === 'verification' && status !== 'verified')
        throw new Refusal('kyc_required', { status });
      const opened = openSale(order);
      if (byCard) return { made: opened.sale, opened, sold: null, profile };
      const sold = payFromWallet(opened, wallet, membership, { id, at });
      return { made: sold.sale, opened, sold, profile };
    },
    write: (writer, { made: sale, opened, sold, profile }) => {
      if (opened) writer.create(collections.jobs.doc(order.job), opened.job);
      if (sold) createEscrow(writer, sold.locked.escrow, sold.locked.posting);
      if (sold) writeSold(writer, id, sold, profile);
      else if (opened) writer.create(collections.sales.doc(id), sale);
    },
  });
  return made;
}

/** Its money may have come: then it is done. Once it is, what goes back of its money it gives no longer. */
export async function settleSale(id: string, at: number): Promise<Sale | null> {
  const { sale } = await atomically({
    read: (reader) => readSale(reader, id),
    decide: ({ sale, escrow, membership, profile }) => {
      const none = { sale, sold: null, followed: null, profile };
      if (sale === null || escrow === null) return none;
      if (sale.status === 'done') {
        const followed = followMoney(sale, escrow, membership, { id, at });
        return { ...none, sale: followed?.sale ?? sale, followed };
      }
      if (sale.status !== 'open' || isClosed(escrow)) return none;
      const sold = finish(sale, escrow, membership, { id, at });
      return { ...none, sale: sold.sale, sold };
    },
    write: (writer, { sold, followed, profile }) => {
      if (sold) writeSold(writer, id, sold, profile);
      if (followed) writeFollowed(writer, id, followed, profile);
    },
  });
  return sale;
}

/** Finishes what was paid, and ends what never was. */
export const sweepSales = (at: number): Promise<Swept> =>
  sweep(dueSales(at), async (id) => {
    const sale = await settleSale(id, at);
    if (sale?.status !== 'open') return;
    await atomically({
      read: (reader) => readSale(reader, id),
      decide: ({ sale: found, job, escrow }) => ({
        // Its money may have come since it was looked at.
        after:
          found?.status === 'open' && (escrow === null || isClosed(escrow))
            ? lapseSale(found, job, at)
            : null,
      }),
      write: (writer, { after }) => {
        if (after) writer.set(collections.sales.doc(id), after.sale);
        if (after?.job) writer.set(collections.jobs.doc(partsOf(id).job), after.job);
      },
    });
  });

/** What is over stops being shown, and its owner hears of it. */
export const sweepMemberships = (at: number): Promise<Swept> =>
  sweep(dueMemberships(at), async (uid) => {
    await atomically({
      read: (reader) =>
        reader.get({ membership: collections.memberships.doc(uid), profile: collections.profiles.doc(uid) }),
      decide: ({ membership, profile }) => ({ after: lapse(uid, membership, at), profile }),
      write: (writer, { after, profile }) => {
        if (!after) return;
        writer.set(collections.memberships.doc(uid), after);
        const badges = after.badges.map(({ badge, untilAt }) => ({ badge, untilAt }));
        if (profile) writer.set(collections.profiles.doc(uid), { ...profile, badges });
      },
    });
  });

/** From now on this is what it costs; who has bought it keeps what they bought. */
export async function defineOffer(wanted: Omit<Offer, 'version'>, actor: Actor, at: number): Promise<Offer> {
  const ref = collections.offers.doc(wanted.name);
  const { offer } = await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => ({ before, offer: { ...wanted, version: (before?.version ?? 0) + 1 } }),
    write: (writer, { before, offer: after }) => {
      writer.set(ref, after);
      const shown = (one: Offer | null) =>
        one ? { ...one.fees, amount: one.price.amount, currency: one.price.currency, days: one.days } : {};
      writeAction(writer, {
        ...{
          id: `offer.${after.name}.${after.version}`,
          action: 'plans-define',
          target: `offers/${after.name}`,
        },
        ...{ by: actor.uid, role: actor.role, ip: actor.ip, reason: actor.reason, at },
        before: shown(before),
        after: shown(after),
      });
    },
  });
  return offer;
}
