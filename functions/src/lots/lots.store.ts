import { collections } from '../collections.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import type { Query, Reader, Writer } from '../platform/store.ts';
import { splitId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import type { GivenLot, Looked } from './lifetime.ts';

export function readForLook(reader: Reader, id: string) {
  const [, uid] = splitId(id, 2) ?? [];
  if (uid === undefined) throw new Refusal('not_found', { what: 'lot', id });
  return reader.get({ lot: collections.lots.doc(id), wallet: collections.wallets.doc(uid) });
}

export function writeLook(writer: Writer, id: string, { lot, posting }: Looked): void {
  writer.set(collections.lots.doc(id), lot);
  if (posting) writePosting(writer, posting);
}

/** What a payment at the provider gave; at most one. */
export const lotsBy = (payment: string): Query<GivenLot> => ({
  collection: collections.lots,
  where: [['paid.payment', '==', payment]],
  limit: 1,
});

/** Lots to look at: a warning, or their end. */
export const dueLots = (at: number): Query<GivenLot> => ({
  collection: collections.lots,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});
