import { collections } from '../collections.ts';
import { escrowId } from '../escrow/escrow.ts';
import type { Posting } from '../ledger/ledger.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { AdminAction } from '../oversight/action.ts';
import { escrowFor } from '../payments/funding.ts';
import type { Query, Reader, Writer } from '../platform/store.ts';
import { splitId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Plan } from './plan.ts';
import type { Refund } from './refund.ts';
import type { Settled } from './settle.ts';
import type { After, Target, TargetName } from './target.ts';

/**
 * What a refund is about, and everybody's wallet that it may come from. Of a card payment the payee is known
 * only once it was read, so that is a second round trip.
 */
export async function readTarget(reader: Reader, { kind, id }: TargetName): Promise<Target> {
  const owner = splitId(id, 2)?.[1];
  if (owner === undefined) throw new Refusal('not_found', { what: kind, id });
  if (kind === 'purchase') {
    const found = await reader.get({
      purchase: collections.purchases.doc(id),
      wallet: collections.wallets.doc(owner),
    });
    return { kind, id, ...found };
  }
  const { payment, payer } = await reader.get({
    payment: collections.payments.doc(id),
    payer: collections.wallets.doc(owner),
  });
  if (payment === null) return { kind, id, payment };
  const escrow = escrowFor(payment);
  const rest = await reader.get({
    escrow: collections.escrows.doc(escrow),
    payee: collections.wallets.doc(payment.payee),
    clearance: collections.clearances.doc(escrow),
  });
  return { kind, id, payment, payer, ...rest };
}

/** What changes beside the wallets, which the posting writes. */
export function writeAfter(writer: Writer, target: TargetName, after: After): void {
  const { purchase, payment, escrow, clearance } = after;
  if (purchase) writer.set(collections.purchases.doc(target.id), purchase);
  if (payment) writer.set(collections.payments.doc(target.id), payment);
  if (escrow) writer.set(collections.escrows.doc(escrowId(escrow)), escrow);
  if (clearance) writer.set(collections.clearances.doc(idIn(clearance.reference)), clearance);
}

export function createRefund(
  writer: Writer,
  id: string,
  made: { refund: Refund; posting: Posting; target: Target; plan: Plan; action: AdminAction | null },
): void {
  writer.create(collections.refunds.doc(id), made.refund);
  writePosting(writer, made.posting);
  writeAfter(writer, made.target, made.plan.after);
  if (made.action) writeAction(writer, made.action);
}

/** A refund; with `target` also what it was about, which a refund that fails changes. */
export async function readRefund(
  reader: Reader,
  id: string,
  { target: wanted }: { readonly target: boolean },
): Promise<{ refund: Refund | null; target: Target | null }> {
  const { refund } = await reader.get({ refund: collections.refunds.doc(id) });
  const name = refund?.booked && wanted ? targetNamed(refund.target) : null;
  return { refund, target: name && (await readTarget(reader, name)) };
}

/** `purchases/<id>` or `payments/<id>`. */
const targetNamed = (reference: string): TargetName => ({
  kind: reference.startsWith('purchases/') ? 'purchase' : 'payment',
  id: idIn(reference),
});

const idIn = (reference: string): string => reference.slice(reference.indexOf('/') + 1);

export function writeRefund(
  writer: Writer,
  id: string,
  { refund, posting, after }: Settled,
  target: Target | null,
): void {
  writer.set(collections.refunds.doc(id), refund);
  if (posting) writePosting(writer, posting);
  if (target) writeAfter(writer, target, after);
}

export const dueRefunds = (at: number): Query<Refund> => ({
  collection: collections.refunds,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});
