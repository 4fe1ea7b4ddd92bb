import { logger } from 'firebase-functions/logger';
import { raise } from '../alerts/alerts.operations.ts';
import { collections } from '../collections.ts';
import { atomically, createOnce, load } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import type { EventResult } from '../psp/event.ts';
import { ProviderRefused, ProviderUnavailable, type Provider } from '../psp/gateway.ts';
import type { RefundGateway, RefundOrder, RefundReport } from '../psp/ports.ts';
import { Refusal } from '../shared/refusal.ts';
import { isOpen, times, type Refund } from './refund.ts';
import { afterFailure, late } from './refund.texts.ts';
import { dueRefunds, readRefund, writeRefund } from './refunds.store.ts';
import {
  asking,
  failRefund,
  newUnbooked,
  settleRefund,
  toReview,
  unmoved,
  type Settled,
  type Unbooked,
} from './settle.ts';
import type { Target } from './target.ts';

/** The talk with the provider about one refund: never inside a transaction, every step recorded first. */

export type RefundGateways = Readonly<Record<Provider, RefundGateway>>;

/**
 * Asks the provider to return it: recorded before, and after a lost answer asked about first where a repeat
 * would not be the same refund.
 */
export async function askProvider(gateways: RefundGateways, id: string, at: number): Promise<Refund> {
  const before = await mustLoad(id);
  const gateway = gateways[before.provider];
  const { refund: found, mine } = await claim(id, gateway.idempotent, at);
  if (found.status !== 'created' || !mine) return found;
  const { payment, attempt, amount, currency, whole } = found;
  const order = { refund: id, payment, attempt, amount, currency, whole };
  try {
    const known = found.asked > 1 ? await lookUp(gateway, order) : null;
    return (await settleKnown(id, known ?? (await gateway.refund(order)), at)).refund;
  } catch (error) {
    if (error instanceof ProviderUnavailable) return mustLoad(id);
    if (!(error instanceof ProviderRefused)) throw error;
    return afterNo(id, error.reason, at);
  }
}

/** A look-up that is refused says nothing about what was asked for before. */
async function lookUp(gateway: RefundGateway, order: RefundOrder): Promise<RefundReport | null> {
  try {
    return await gateway.findRefund(order);
  } catch (error) {
    if (error instanceof ProviderRefused) throw new ProviderUnavailable(error.message, { cause: error });
    throw error;
  }
}

/** Whether this one may ask now. */
async function claim(id: string, idempotent: boolean, at: number) {
  const { refund, mine } = await atomically({
    read: (reader) => reader.get({ refund: collections.refunds.doc(id) }),
    decide: ({ refund }) => {
      if (!refund) throw new Refusal('not_found', { what: 'refund', id });
      const claimed = asking(refund, idempotent, at);
      return { refund: claimed, mine: claimed !== refund };
    },
    write: (writer, { refund, mine }) => {
      if (mine) writer.set(collections.refunds.doc(id), refund);
    },
  });
  return { refund, mine };
}

/**
 * The rule for money that came twice: it goes back by itself, once for each event that told of it. It never came
 * into the books, so nothing there moves.
 */
export async function returnUnbooked(
  gateways: RefundGateways,
  id: string,
  unbooked: Unbooked,
  at: number,
): Promise<Refund> {
  await createOnce(collections.refunds.doc(id), newUnbooked(unbooked, id, at));
  return askProvider(gateways, id, at);
}

/** Stripe's words for money that is back already, or claimed by a bank: nobody gets it a second time. */
const elsewhere: readonly string[] = ['charge_already_refunded', 'charge_disputed', 'idempotency_error'];

/**
 * A no to the first question means that nothing went back. To a later one it does not: the answer that was lost may
 * have been a yes, so a person looks.
 */
async function afterNo(id: string, why: string, at: number): Promise<Refund> {
  logger.error('a refund was refused by the provider', { refund: id, why });
  const { refund } = await step(id, { target: true }, (refund, target) => {
    if (refund.status !== 'created') return unmoved(refund);
    return refund.asked > 1 || elsewhere.includes(why)
      ? toReview(refund, why, at)
      : failRefund(id, refund, why, target, at);
  });
  return refund;
}

async function settleKnown(id: string, report: RefundReport, at: number): Promise<Settled> {
  const settled = await step(id, { target: report.status === 'failed' }, (refund, target) =>
    settleRefund(id, refund, report, target, at),
  );
  const { refund, result } = settled;
  if (refund.status === 'failed' && result === 'review')
    await raise(`refund.${id}.after-failure`, afterFailure(id, refund), at);
  return settled;
}

/** @param needs whether what it is about is read too: only a refund that fails changes it */
async function step(
  id: string,
  needs: { readonly target: boolean },
  decide: (refund: Refund, target: Target | null) => Settled,
): Promise<Settled> {
  const { settled } = await atomically({
    read: (reader) => readRefund(reader, id, needs),
    decide: ({ refund, target }) => {
      if (!refund) throw new Refusal('not_found', { what: 'refund', id });
      return { before: refund, target, settled: decide(refund, target) };
    },
    write: (writer, { before, target, settled }) => {
      if (settled.refund !== before) writeRefund(writer, id, settled, target);
    },
  });
  return settled;
}

async function mustLoad(id: string): Promise<Refund> {
  const refund = await load(collections.refunds.doc(id));
  if (!refund) throw new Refusal('not_found', { what: 'refund', id });
  return refund;
}

/** A webhook spoke of a refund: the provider is asked how it is. One that was made by hand is for a person. */
export async function settleRefundEvent(
  gateways: RefundGateways,
  { refund: id }: { readonly refund: string | null },
  at: number,
): Promise<EventResult> {
  if (id === null) return 'review';
  const refund = await load(collections.refunds.doc(id));
  if (!refund) return 'unknown';
  const { provider, payment, attempt, amount, currency, whole } = refund;
  const report = await gateways[provider].findRefund({
    refund: id,
    payment,
    attempt,
    amount,
    currency,
    whole,
  });
  return report ? (await settleKnown(id, report, at)).result : 'unknown';
}

/** What no webhook told: refunds that were never asked for, or whose answer is not known. */
export const sweepRefunds = (gateways: RefundGateways, at: number): Promise<Swept> =>
  sweep(dueRefunds(at), async (id) => {
    const refund = await mustLoad(id);
    try {
      if (refund.status === 'created') await askProvider(gateways, id, at);
      else if (isOpen(refund)) await settleRefundEvent(gateways, { refund: id }, at);
    } catch (error) {
      if (!(error instanceof ProviderUnavailable) && !(error instanceof ProviderRefused)) throw error;
      logger.warn('a refund could not be asked about', { refund: id, problem: error.message });
    }
    const { refund: now } = await step(id, { target: false }, (found) => unmoved(later(found, at)));
    if (isLate(now, at)) await raise(`refund.${id}.waits`, late(id, now), at);
  });

/** It comes up again. */
const later = (refund: Refund, at: number): Refund =>
  refund.dueAt !== null && refund.dueAt <= at
    ? { ...refund, dueAt: at + (refund.status === 'created' ? times.ask : times.slow) }
    : refund;

const isLate = ({ status, requestedAt }: Refund, at: number): boolean =>
  status === 'review' ||
  (status === 'created' && at > requestedAt + times.unheard) ||
  (status === 'processing' && at > requestedAt + times.unpaid);
