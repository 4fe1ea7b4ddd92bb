import { fromStored } from '../../src/shared/stored.ts';
import type { Purchase } from '../../src/purchases/purchase.ts';
import type { Escrow } from '../../src/escrow/escrow.ts';
import { requestId, type Actor, type FlowStage } from './stage.ts';

/** What people do in more than one flow. Amounts in minor units of QAR. */

export const qar = (amount: number) => ({ amount, currency: 'QAR' }) as const;
export const complaint = {
  reason: 'not_as_agreed',
  statement: 'We agreed on three drafts and got one.',
} as const;

/** A job that is assigned and not funded. */
export async function assignedJob(payer: Actor, payee: Actor, amount = 10_000): Promise<string> {
  const { id: job } = await payer.api.jobs.post({
    requestId: requestId(),
    title: 'A logo',
    price: qar(amount),
  });
  await payer.api.jobs.assign({ job, payee: payee.uid });
  return job;
}

export async function lockedEscrow(payer: Actor, payee: Actor, amount = 10_000): Promise<string> {
  return (await payer.api.escrow.lock({ job: await assignedJob(payer, payee, amount) })).id;
}

export async function submittedEscrow(payer: Actor, payee: Actor, amount = 10_000): Promise<string> {
  const escrow = await lockedEscrow(payer, payee, amount);
  await payee.api.escrow.submit({ escrow, note: 'Here it is.' });
  return escrow;
}

export async function disputedEscrow(payer: Actor, payee: Actor, amount = 10_000): Promise<string> {
  const escrow = await lockedEscrow(payer, payee, amount);
  await payer.api.escrow.dispute({ escrow, ...complaint });
  return escrow;
}

/** An order that nobody has paid. */
export const orderOf = (buyer: Actor, amount = 10_000, provider: 'stripe' | 'fatora' = 'stripe') =>
  buyer.api.purchases.create({ requestId: requestId(), provider, item: { kind: 'amount', amount } });

export async function availableOf(person: Actor): Promise<number> {
  return (await person.api.wallet.get({})).balances[0]?.available ?? 0;
}

async function stored<T>({ db }: FlowStage, path: string): Promise<T> {
  return fromStored((await db.doc(path).get()).data() ?? {}) as T;
}
export const purchaseOn = (stage: FlowStage, id: string) => stored<Purchase>(stage, `purchases/${id}`);
export const escrowOn = (stage: FlowStage, id: string) => stored<Escrow>(stage, `escrows/${id}`);

const kinds = ['journal', 'wallets', 'entries', 'purchases', 'buyers', 'pspEvents', 'jobs', 'escrows'];
const tidings = ['adminActions', 'notices', 'bookings', 'deposits', 'sales', 'orders', 'members'];

/** Every document as it is, by path: to see that something changed nothing. */
export async function everything(stage: FlowStage): Promise<Record<string, unknown>> {
  await stage.idle();
  const found = await Promise.all(
    [...kinds, ...tidings].map(async (name) => (await stage.db.collectionGroup(name).get()).docs),
  );
  return Object.fromEntries(found.flat().map((one) => [one.ref.path, fromStored(one.data())]));
}

/** The kinds of what somebody was told, in the order of time. */
export async function noticesOf({ db }: FlowStage, { uid }: Actor, about?: string): Promise<string[]> {
  const { docs } = await db.collection(`inboxes/${uid}/notices`).orderBy('at').get();
  return docs
    .filter((one) => about === undefined || one.get('about') === about)
    .map((one) => String(one.get('kind')));
}
