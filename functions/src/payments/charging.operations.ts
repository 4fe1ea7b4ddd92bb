import { logger } from 'firebase-functions/logger';
import { raise } from '../alerts/alerts.operations.ts';
import { collections } from '../collections.ts';
import { load } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import type { EventResult } from '../psp/event.ts';
import { AttemptTaken, ProviderRefused, ProviderUnavailable } from '../psp/gateway.ts';
import type { CardGateway, CardReport } from '../psp/ports.ts';
import { Refusal } from '../shared/refusal.ts';
import type { FundOrder } from './begin.ts';
import { attemptOf, isOpen, type CardPayment } from './funding.ts';
import { inReview, unknownFor } from './funding.texts.ts';
import {
  askAgain,
  begin,
  endUnheard,
  failPayment,
  keepCustomer,
  resultOf,
  settleCard,
} from './payments.operations.ts';
import { duePayments, partsOf } from './payments.store.ts';

/** The talk with the provider about one card payment: never inside a transaction, every step recorded first. */

/** A payment, and what its payer's app needs to go on with it. The secret is passed on and never stored. */
export type Funded = {
  readonly payment: CardPayment;
  readonly clientSecret: string | null;
  readonly needs: CardReport['needs'];
};

/**
 * Begins or goes on with the payment of a job. Safe to repeat after any answer or none: the same try is asked
 * for under the same name, and Stripe answers it the same.
 * @throws Refusal what `beginPayment` does; `provider_unavailable` (unknown: repeat), `provider_refused` (this
 *   try has failed, and the wallet's part is back).
 */
export async function fund(gateway: CardGateway, order: FundOrder): Promise<Funded> {
  const payment = await begin(order);
  if (!isOpen(payment)) return { payment, clientSecret: null, needs: null };
  return talk(async () => {
    const known = payment.status === 'created' ? null : payment.intent;
    const report =
      known === null
        ? await openTry(gateway, order.id, payment, order.at)
        : await gateway.askCard(attemptOf(order.id, payment.attempt), known, payment.customer);
    if (report === null) throw new ProviderUnavailable('the provider does not know its own intent');
    return settled(gateway, order.id, report, order.at);
  });
}

async function openTry(
  gateway: CardGateway,
  id: string,
  begun: CardPayment,
  at: number,
): Promise<CardReport> {
  const payment =
    begun.customer === '' ? await keepCustomer(id, await gateway.openCustomer(begun.payer)) : begun;
  const { attempt, customer, fromCard, currency, title, method, save } = payment;
  const name = attemptOf(id, attempt);
  try {
    return await gateway.openCard({
      attempt: name,
      customer,
      amount: fromCard,
      currency,
      description: title,
      method: method === '' ? null : method,
      save,
    });
  } catch (error) {
    if (error instanceof ProviderRefused) {
      await failPayment(id, attempt, error.reason, at);
      throw error;
    }
    const known = error instanceof AttemptTaken ? await gateway.askCard(name, '', customer) : null;
    if (known === null) throw error;
    return known;
  }
}

/** What the report does; where the try was ended meanwhile, nobody may pay it any more. */
async function settled(gateway: CardGateway, id: string, report: CardReport, at: number): Promise<Funded> {
  const collected = await settleCard(report, at);
  const payment = collected?.payment ?? (await mustLoad(id));
  const isThis = isOpen(payment) && attemptOf(id, payment.attempt) === report.attempt;
  if (!isThis && report.state === 'awaiting_payer')
    await settleCard(await gateway.cancelCard(report.intent), at);
  const open = isThis && report.state === 'awaiting_payer';
  return { payment, clientSecret: open ? report.clientSecret : null, needs: open ? report.needs : null };
}

async function mustLoad(id: string): Promise<CardPayment> {
  const payment = await load(collections.payments.doc(id));
  if (!payment) throw new Refusal('not_found', { what: 'payment', id });
  return payment;
}

/** The provider's two ways of saying no, as refusals. */
export async function talk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProviderRefused)
      throw new Refusal('provider_refused', { provider: 'stripe', code: error.reason });
    if (error instanceof ProviderUnavailable || error instanceof AttemptTaken)
      throw new Refusal('provider_unavailable', { provider: 'stripe' });
    throw error;
  }
}

/**
 * The payer changes their mind: the provider is told first, so that nobody can pay what was given back.
 * @throws Refusal `not_found` for a stranger too, `wrong_status` when it is paid or on its way, `provider_unavailable`.
 */
export async function cancelPayment(
  gateway: CardGateway,
  id: string,
  order: { readonly by: string; readonly at: number },
): Promise<CardPayment> {
  const payment = partsOf(id).payer === order.by ? await load(collections.payments.doc(id)) : null;
  if (!payment) throw new Refusal('not_found', { what: 'payment', id });
  if (payment.status === 'cancelled') return payment;
  if (!isOpen(payment) || payment.status === 'processing')
    throw new Refusal('wrong_status', { status: payment.status });
  const after = await talk(() => endAtProvider(gateway, id, payment, order.at));
  if (isOpen(after) || after.status === 'paid') throw new Refusal('wrong_status', { status: after.status });
  return after;
}

/** Sees to it that the try cannot be paid any more, or learns that it was. */
async function endAtProvider(gateway: CardGateway, id: string, payment: CardPayment, at: number) {
  const { attempt } = payment;
  const known = await ask(gateway, id, payment);
  if (known === null) return endUnheard(id, attempt, at);
  const report = known.state === 'awaiting_payer' ? await gateway.cancelCard(known.intent) : known;
  const collected = await settleCard({ ...report, attempt: attemptOf(id, attempt) }, at);
  return collected?.payment ?? (await mustLoad(id));
}

function ask(gateway: CardGateway, id: string, payment: CardPayment): Promise<CardReport | null> {
  const { attempt, customer } = payment;
  const intent = payment.status === 'awaiting_payer' || payment.status === 'processing' ? payment.intent : '';
  // Without a customer no provider was ever asked.
  return customer === '' ? Promise.resolve(null) : gateway.askCard(attemptOf(id, attempt), intent, customer);
}

/** A webhook said that something happened to an intent: what, the provider is asked. */
export async function settleIntent(
  gateway: CardGateway,
  { attempt, intent }: { readonly attempt: string; readonly intent: string },
  at: number,
): Promise<EventResult> {
  const report = await gateway.askCard(attempt, intent, '');
  if (report?.attempt !== attempt) return 'unknown';
  return resultOf(await settleCard(report, at));
}

/** What no webhook told: every payment that is not over is asked about, and ended when its time is. */
export const sweepPayments = (gateway: CardGateway, at: number): Promise<Swept> =>
  sweep(duePayments(at), async (id) => {
    const payment = await load(collections.payments.doc(id));
    if (payment?.status === 'review') {
      await raise(`payment.${id}.review.${payment.intent}`, inReview(id, payment, payment), at);
      await askAgain(id, at);
      return;
    }
    if (!payment || !isOpen(payment)) return;
    try {
      if (at >= payment.expiresAt) await endAtProvider(gateway, id, payment, at);
      else {
        const report = await ask(gateway, id, payment);
        if (report) await settleCard(report, at);
      }
    } catch (error) {
      if (!(error instanceof ProviderUnavailable) && !(error instanceof ProviderRefused)) throw error;
      logger.warn('a card payment could not be asked about', { payment: id, problem: error.message });
    }
    if ((await askAgain(id, at)).overdue)
      await raise(`payment.${id}.unknown.${payment.attempt}`, unknownFor(id, payment), at);
  });
