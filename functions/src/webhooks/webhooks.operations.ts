import { logger } from 'firebase-functions';
import { settleDispute } from '../chargebacks/chargebacks.operations.ts';
import { collections } from '../collections.ts';
import { load } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import type { EventResult } from '../psp/event.ts';
import type { About } from '../psp/gateway.ts';
import { closeEvent } from '../psp/psp.operations.ts';
import { dueEvents } from '../psp/psp.store.ts';
import { settleAccount } from '../payees/connect.operations.ts';
import { settleIntent } from '../payments/charging.operations.ts';
import { cardGateway, connectGateway, disputeGateway, refundGateways } from '../psp/providers.gateway.ts';
import { settleRefundEvent } from '../refunds/refunds.operations.ts';
import { settleReport } from '../purchases/purchases.operations.ts';

/** Does what a recorded event demands, once, however often it is asked to. */
export async function settleEvent(event: string, about: About, at: number): Promise<EventResult> {
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
      return closeEvent(event, await settleDispute(disputeGateway(), about.dispute, at), at);
    case 'payout':
      return closeEvent(event, 'unknown', at);
  }
}

/** Events that were recorded and, after a crash or a failure, never dealt with; and those that are not over. */
export const sweepEvents = (at: number): Promise<Swept> =>
  sweep(dueEvents(at), async (id) => {
    const event = await load(collections.pspEvents.doc(id));
    if (event === null) return;
    const result =
      event.result === null ? await settleEvent(id, event.about, at) : await closeEvent(id, event.result, at);
    if (result === 'double_payment') logger.error('an order was paid twice', { event: id });
  });
