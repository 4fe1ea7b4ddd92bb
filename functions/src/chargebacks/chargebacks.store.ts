import { collections } from '../collections.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import type { CardPayment } from '../payments/funding.ts';
import type { Query, Reader, Writer } from '../platform/store.ts';
import type { Purchase } from '../purchases/purchase.ts';
import { readTarget, writeAfter } from '../refunds/refunds.store.ts';
import type { Target, TargetName } from '../refunds/target.ts';
import type { Chargeback } from './chargeback.ts';
import type { Contested } from './effects.ts';

/** Which card payment the provider's id of it names, whether or not its money fitted; at most one. */
export const paymentsWith = (intent: string): Query<CardPayment> => ({
  collection: collections.payments,
  where: [['intents', 'array-contains', intent]],
  limit: 1,
});

/** The same of one whose money has not come yet. */
export const paymentsBy = (intent: string): Query<CardPayment> => ({
  collection: collections.payments,
  where: [['intent', '==', intent]],
  limit: 1,
});

export const purchasesBy = (payment: string): Query<Purchase> => ({
  collection: collections.purchases,
  where: [['payment.payment', '==', payment]],
  limit: 1,
});

export async function readContested(
  reader: Reader,
  id: string,
  name: TargetName,
): Promise<{ chargeback: Chargeback | null; target: Target }> {
  const { chargeback } = await reader.get({ chargeback: collections.chargebacks.doc(id) });
  return { chargeback, target: await readTarget(reader, name) };
}

export function writeContested(
  writer: Writer,
  id: string,
  target: Target,
  { chargeback, posting, after }: Contested,
): void {
  writer.set(collections.chargebacks.doc(id), chargeback);
  if (posting) writePosting(writer, posting);
  writeAfter(writer, target, after);
}

export const dueChargebacks = (at: number): Query<Chargeback> => ({
  collection: collections.chargebacks,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});
