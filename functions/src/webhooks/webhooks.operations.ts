import { logger } from 'firebase-functions/logger';
import type { Finding } from '../alerts/alert.ts';
import { raise } from '../alerts/alerts.operations.ts';
import { settleSubscription } from '../allowance/allowance.operations.ts';
import { settleClaim } from '../chargebacks/chargebacks.operations.ts';
import { collections } from '../collections.ts';
import { load } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import type { EventResult } from '../psp/event.ts';
import type { About } from '../psp/gateway.ts';
import { closeEvent, dropEvent } from '../psp/psp.operations.ts';
import { dueEvents } from '../psp/psp.store.ts';
import { settleAccount } from '../payees/connect.operations.ts';
import { settleIntent } from '../payments/charging.operations.ts';
import {
  cardGateway,
  connectGateway,
  disputeGateway,
  payoutGateway,
  refundGateways,
  subscriptionGateway,
} from '../psp/providers.gateway.ts';
import { readAttempt as readCardAttempt } from '../payments/funding.ts';
import { partsOf } from '../payments/payments.store.ts';
import { deriveId } from '../platform/derive.ts';
import { readAttempt } from '../purchases/purchase.ts';
import { ownerOf } from '../purchases/purchases.store.ts';
import { returnUnbooked, settleRefundEvent } from '../refunds/returning.operations.ts';
import type { Unbooked } from '../refunds/settle.ts';
import { settleReport } from '../purchases/purchases.operations.ts';
import { settlePayoutEvent } from '../withdrawals/payouts.operations.ts';

/** Does what a recorded event demands, once, however often it is asked to; what was paid twice goes back. */
export async function settleEvent(event: string, about: About, at: number): Promise<EventResult> {
  const result = await dealWith(event, about, at);
  if (result === 'double_payment') await giveBack(event, about, at);
  return result;
}

const paidTwice = (event: string): Finding => ({
  kind: 'paid_twice',
  severity: 'critical',
  title: 'An order was paid twice, and the second payment cannot be returned by itself',
  explanation: `The event ${event} tells of a second payment of an order that is paid, and not exactly how much it was. Return it in the provider’s dashboard. Nothing was changed.`,
  facts: { event },
  about: `pspEvents/${event}`,
  people: [],
});

/** A second payment of one order. Of what nobody can say how much it is, a person is told. */
async function giveBack(event: string, about: About, at: number): Promise<void> {
  logger.error('an order was paid twice', { event });
  const unbooked = await unbookedOf(event, about);
  if (!unbooked) {
    await raise(`double.${event}`, paidTwice(event), at);
    return;
  }
  const { uid, provider, payment } = unbooked;
  // One refund of one payment, however many events tell of it.
  await returnUnbooked(refundGateways(), deriveId('double', uid, `${provider}:${payment}`), unbooked, at);
  await dropEvent(event);
}

async function unbookedOf(event: string, about: About): Promise<Unbooked | null> {
  const target = `pspEvents/${event}`;
  if (about.kind === 'checkout') {
    const { provider, attempt, payment, amount, currency } = about.report;
    const id = readAttempt(attempt)?.id;
    if (id === undefined || amount === null || currency === null) return null;
    return { target, uid: ownerOf(id), provider, attempt, payment, amount, currency };
  }
  if (about.kind !== 'card') return null;
  const report = await cardGateway().askCard(about.attempt, about.intent, '');
  const id = readCardAttempt(about.attempt)?.id;
  if (id === undefined || report?.amount == null || report.currency === null) return null;
  const { provider, attempt, intent: payment, amount, currency } = report;
  return { target, uid: partsOf(id).payer, provider, attempt, payment, amount, currency };
}

const claims = () => ({ disputes: disputeGateway(), subscriptions: subscriptionGateway() });

async function dealWith(event: string, about: About, at: number): Promise<EventResult> {
  switch (about.kind) {
    case 'checkout':
      return settleReport(about.report, at, event);
    case 'card':
      return closeEvent(event, await settleIntent(cardGateway(), about, at), at);
    case 'account':
      return closeEvent(event, await settleAccount(connectGateway(), about.account, at), at);
    case 'refund':
      return closeEvent(event, await settleRefundEvent(refundGateways(), about, at), at);
    case 'dispute':
      return closeEvent(event, await settleClaim(claims(), about.dispute, at), at);
    case 'subscription':
      return closeEvent(event, await settleSubscription(subscriptionGateway(), about.subscription, at), at);
    case 'payout':
      return closeEvent(event, await settlePayoutEvent(payoutGateway(), about.withdrawal, at), at);
  }
}

/** Events that were recorded and, after a crash or a failure, never dealt with; and those that are not over. */
export const sweepEvents = (at: number): Promise<Swept> =>
  sweep(dueEvents(at), async (id) => {
    const event = await load(collections.pspEvents.doc(id));
    if (event === null) return;
    const open = event.result === null || event.result === 'early';
    const result = open ? await settleEvent(id, event.about, at) : await closeEvent(id, event.result, at);
    if (event.result === 'double_payment') await giveBack(id, event.about, at);
    // The webhook that brought it has said how late it was only where it settled it itself.
    if (open && result !== 'early')
      logger.info('settled late', { operation: 'psp-sweep', lagMs: at - event.receivedAt });
    return result;
  });
