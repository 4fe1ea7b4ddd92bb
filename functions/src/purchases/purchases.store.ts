import { collections } from '../collections.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { AdminAction } from '../oversight/action.ts';
import type { Query, Reader, Writer } from '../platform/store.ts';
import { splitId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import { forgetOrder } from './limits.ts';
import type { PspEvent } from '../psp/event.ts';
import type { Buyer, Purchase } from './purchase.ts';
import type { Verdict } from './payment.ts';

/** The owner of an order: its id says it. */
export function ownerOf(id: string): string {
  const parts = splitId(id, 2);
  if (!parts) throw new Refusal('not_found', { what: 'purchase', id });
  return parts[1]!;
}

export const readForOrder = (reader: Reader, id: string) =>
  reader.get({ before: collections.purchases.doc(id), buyer: collections.buyers.doc(ownerOf(id)) });

export const readPurchase = (reader: Reader, id: string) =>
  reader.get({ purchase: collections.purchases.doc(id) });

/**
 * For what a provider says: the order, and the wallet that a payment fills or the buyer whose order came to
 * nothing; with the event when it was an event that said it. One batch.
 */
export async function readForReport(
  reader: Reader,
  id: string,
  event: string | null,
  paid: boolean,
): Promise<Told> {
  const uid = ownerOf(id);
  const found = await reader.get({
    purchase: collections.purchases.doc(id),
    ...(paid ? { wallet: collections.wallets.doc(uid) } : { buyer: collections.buyers.doc(uid) }),
    ...(event !== null && { event: collections.pspEvents.doc(event) }),
  });
  return { wallet: null, buyer: null, event: null, ...(found as Partial<Told> & Pick<Told, 'purchase'>) };
}

export type Told = {
  readonly purchase: Purchase | null;
  readonly wallet: Wallet | null;
  readonly buyer: Buyer | null;
  readonly event: PspEvent | null;
};

export type Settlement = {
  readonly id: string;
  readonly verdict: Verdict;
  readonly before: Purchase | null;
  readonly buyer: Buyer | null;
  readonly event: { readonly id: string; readonly doc: PspEvent } | null;
  readonly action: AdminAction | null;
};

/** The order, what it issued, and that the event behind it was dealt with: one commit. */
export function writeSettlement(
  writer: Writer,
  { id, verdict, before, buyer, event, action }: Settlement,
): void {
  if (verdict.purchase && verdict.purchase !== before)
    writer.set(collections.purchases.doc(id), verdict.purchase);
  if (verdict.posting) writePosting(writer, verdict.posting);
  if (buyer && verdict.result === 'closed')
    writer.set(collections.buyers.doc(ownerOf(id)), forgetOrder(buyer, id));
  if (event) writer.set(collections.pspEvents.doc(event.id), event.doc);
  if (action) writeAction(writer, action);
}

export const duePurchases = (at: number): Query<Purchase> => ({
  collection: collections.purchases,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});
