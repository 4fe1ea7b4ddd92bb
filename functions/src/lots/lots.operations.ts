import { collections } from '../collections.ts';
import { isBought } from '../ledger/lots.ts';
import { lotsOf } from '../ledger/wallet.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { Actor } from '../oversight/action.ts';
import { atomically, load } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { joinId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import { giveBonus, type Bonus } from './bonus.ts';
import { countGift } from './gifts.ts';
import { giveUp, lookAt, lotId, type GivenLot, type Looked } from './lifetime.ts';
import { dueLots, readForLook, writeLook } from './lots.store.ts';

/**
 * Gives a bonus, once for each cause; where an admin does it, within limits and with a record of who and why.
 * @throws Refusal `own_request`; `request_id_reused` when the cause gave something else before; `limit_reached`.
 */
export async function grantBonus(bonus: Bonus, actor: Actor | null): Promise<GivenLot> {
  const { uid, lot: name, amount, at } = bonus;
  if (actor?.uid === uid) throw new Refusal('own_request');
  const id = lotId(name, uid);
  const recent = actor && { to: giftsOf('to', uid), by: giftsOf('by', actor.uid) };
  const { lot } = await atomically({
    read: async (reader) => ({
      ...(await readForLook(reader, id)),
      gifts: recent && (await reader.get(recent)),
    }),
    decide: ({ lot: before, wallet, gifts }) => {
      if (before && before.given !== amount) throw new Refusal('request_id_reused');
      if (before) return { lot: before, posting: null, gifts: null };
      const counted = gifts && countGift(gifts, { lot: name, amount, currency: 'CREDIT', at });
      return { ...giveBonus(id, wallet, bonus), gifts: counted };
    },
    write: (writer, { lot, posting, gifts }) => {
      if (!posting) return;
      writer.create(collections.lots.doc(id), lot);
      writePosting(writer, posting);
      if (!actor || !gifts) return;
      writer.set(giftsOf('to', uid), gifts.to);
      writer.set(giftsOf('by', actor.uid), gifts.by);
      writeAction(writer, {
        ...{ id: `lot.${id}.grant`, action: 'lots-grant', target: `lots/${id}`, at },
        ...{ by: actor.uid, role: actor.role, ip: actor.ip, reason: actor.reason },
        ...{ before: {}, after: { amount } },
      });
    },
  });
  return lot;
}

const giftsOf = (way: 'to' | 'by', uid: string) => collections.givenBy.doc(joinId(way, uid));

/** Warns of a lot's end, or ends it. @throws Refusal `not_found`, `not_due`. */
export const lookAtLot = (id: string, at: number): Promise<Looked> =>
  atomically({
    read: (reader) => readForLook(reader, id),
    decide: ({ lot, wallet }) => {
      if (!lot) throw new Refusal('not_found', { what: 'lot', id });
      return lookAt(id, lot, wallet, at);
    },
    write: (writer, looked) => {
      writeLook(writer, id, looked);
    },
  });

/** Ends all that was given to somebody who is gone. Safe to repeat. */
export async function endLots(uid: string, at: number): Promise<void> {
  const lots = lotsOf(await load(collections.wallets.doc(uid)), 'CREDIT');
  for (const { id: name } of lots.filter((lot) => !isBought(lot))) {
    await endLot(lotId(name, uid), at);
  }
}

/** Ends what is left of a lot, before its time. Safe to repeat. @throws Refusal `not_found`. */
export const endLot = (id: string, at: number): Promise<Looked> =>
  atomically({
    read: (reader) => readForLook(reader, id),
    decide: ({ lot, wallet }) => {
      if (!lot) throw new Refusal('not_found', { what: 'lot', id });
      return giveUp(id, lot, wallet, at);
    },
    write: (writer, looked) => {
      if (looked.posting) writeLook(writer, id, looked);
    },
  });

export const sweepLots = (at: number): Promise<Swept> => sweep(dueLots(at), (id) => lookAtLot(id, at));
