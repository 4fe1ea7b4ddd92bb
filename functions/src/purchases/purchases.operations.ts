import { collections } from '../collections.ts';
import type { Quote } from '../catalog/catalog.ts';
import type { Actor } from '../oversight/action.ts';
import { atomically } from '../platform/firestore.ts';
import { Refusal } from '../shared/refusal.ts';
import { dealtWith, type EventResult } from '../psp/event.ts';
import type { PaymentReport, Provider } from '../psp/gateway.ts';
import { closeEvent } from '../psp/psp.operations.ts';
import { countOrder } from './limits.ts';
import { readAttempt, type Purchase } from './purchase.ts';
import { ownerOf, readForOrder, readForReport, readPurchase, writeSettlement } from './purchases.store.ts';
import { close, newPurchase, stillUnpaid, type Answer } from './order.ts';
import { resolveReview, settle } from './payment.ts';

export type Order = {
  readonly uid: string;
  readonly provider: Provider;
  readonly quote: Quote;
  readonly requestHash: string;
  readonly at: number;
};

/**
 * Records an order before any provider hears of it, once for each request id.
 * @throws Refusal `request_id_reused`, `limit_reached`.
 */
export async function orderCoins(id: string, order: Order): Promise<Purchase> {
  const { purchase } = await atomically({
    read: (reader) => readForOrder(reader, id),
    decide: ({ before, buyer }) => {
      if (before && before.requestHash !== order.requestHash) throw new Refusal('request_id_reused');
      if (before) return { purchase: before, buyer: null };
      const { value, price, currency, credits } = order.quote;
      // Credits have no value in money but what they cost.
      const amount = credits > 0 ? price : value;
      const counted = countOrder(buyer, { purchase: id, at: order.at, amount, currency });
      return { purchase: newPurchase(order.quote, order), buyer: counted };
    },
    write: (writer, { purchase, buyer }) => {
      if (buyer === null) return;
      writer.create(collections.purchases.doc(id), purchase);
      writer.set(collections.buyers.doc(order.uid), buyer);
    },
  });
  return purchase;
}

/** A step of the order itself; no money moves. */
export async function changePurchase(
  id: string,
  change: (purchase: Purchase) => Purchase,
): Promise<Purchase> {
  const { after } = await atomically({
    read: (reader) => readPurchase(reader, id),
    decide: ({ purchase }) => {
      if (!purchase) throw new Refusal('not_found', { what: 'purchase', id });
      return { before: purchase, after: change(purchase) };
    },
    write: (writer, { before, after }) => {
      if (after !== before) writer.set(collections.purchases.doc(id), after);
    },
  });
  return after;
}

/**
 * Does what a provider's word demands, once: keyed by the order, so two events about one payment credit
 * once, and an event that was dealt with is not looked at again.
 */
export async function settleReport(
  report: PaymentReport,
  at: number,
  event: string | null = null,
): Promise<EventResult> {
  const id = readAttempt(report.attempt)?.id;
  if (id === undefined) return event === null ? 'unknown' : closeEvent(event, 'unknown', at);
  const { verdict } = await atomically({
    read: (reader) => readForReport(reader, id, event, report.outcome === 'paid'),
    decide: ({ purchase, wallet, buyer, event: doc }) => {
      const done = doc?.result ?? null;
      const verdict = done
        ? { purchase, posting: null, result: done }
        : settle(id, { purchase, wallet }, report, at);
      return {
        id,
        verdict,
        before: purchase,
        buyer,
        event: event !== null && doc && !done ? { id: event, doc: dealtWith(doc, verdict.result, at) } : null,
        action: null,
      };
    },
    write: (writer, settlement) => {
      writeSettlement(writer, settlement);
    },
  });
  return verdict.result;
}

/** The sweep's word when the provider had none: see `stillUnpaid` in order.ts. */
export const waitForPayment = (id: string, answer: Answer, at: number): Promise<void> =>
  changeUnpaid(id, (purchase) => stillUnpaid(id, purchase, answer, at));

/** The provider's definite no: nobody can pay this order. */
export const failOrder = (id: string, why: string, at: number): Promise<void> =>
  changeUnpaid(id, (purchase) =>
    purchase.status === 'created' ? close(id, purchase, 'failed', why, at) : purchase,
  );

/** A step that may end an order unpaid: one that came to nothing counts against no limit any more. */
async function changeUnpaid(id: string, change: (purchase: Purchase) => Purchase): Promise<void> {
  await atomically({
    read: (reader) => readForReport(reader, id, null, false),
    decide: ({ purchase, buyer }) => {
      if (!purchase) throw new Refusal('not_found', { what: 'purchase', id });
      const after = change(purchase);
      const ended = after !== purchase && (after.status === 'expired' || after.status === 'failed');
      return {
        id,
        verdict: { purchase: after, posting: null, result: ended ? 'closed' : 'nothing' },
        before: purchase,
        buyer,
        event: null,
        action: null,
      } as const;
    },
    write: (writer, settlement) => {
      writeSettlement(writer, settlement);
    },
  });
}

/** Finance decides about a payment under review, with a record of who and why. */
export async function decideReview(
  id: string,
  order: { readonly decision: 'credit' | 'dismiss'; readonly actor: Actor; readonly at: number },
): Promise<Purchase> {
  const { actor, at } = order;
  const { verdict } = await atomically({
    read: (reader) =>
      reader.get({ purchase: collections.purchases.doc(id), wallet: collections.wallets.doc(ownerOf(id)) }),
    decide: ({ purchase, wallet }) => {
      const verdict = resolveReview(
        id,
        { purchase, wallet },
        { decision: order.decision, by: actor.uid, at },
      );
      const changed = verdict.purchase !== purchase && verdict.purchase !== null;
      const action = changed
        ? {
            id: `purchase.${id}.${verdict.purchase.version}`,
            action: `purchases-resolve-${order.decision}`,
            target: `purchases/${id}`,
            by: actor.uid,
            role: actor.role,
            ip: actor.ip,
            at,
            reason: actor.reason,
            before: { status: purchase?.status },
            after: { status: verdict.purchase.status, value: verdict.posting ? verdict.purchase.value : 0 },
          }
        : null;
      return { id, verdict, before: purchase, buyer: null, event: null, action };
    },
    write: (writer, settlement) => {
      writeSettlement(writer, settlement);
    },
  });
  return verdict.purchase!;
}
