import { logger } from 'firebase-functions/logger';
import { raise } from '../alerts/alerts.operations.ts';
import { settleContested } from '../allowance/contested.operations.ts';
import { collections } from '../collections.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import { lotsBy } from '../lots/lots.store.ts';
import { atomically, find } from '../platform/firestore.ts';
import type { EventResult } from '../psp/event.ts';
import type { DisputeGateway, DisputeReport } from '../psp/ports.ts';
import type { SubscriptionGateway } from '../psp/subscribing.ts';
import type { Currency } from '../shared/money.ts';
import { disputeUnknown } from './chargeback.texts.ts';
import { closeMonth, openMonth, type Month } from './month.ts';

export type ClaimGateways = {
  readonly disputes: DisputeGateway;
  readonly subscriptions: SubscriptionGateway;
};

/**
 * A bank's claim on what a month of credits cost: the credits that are left go, and what the bank took, with the
 * provider's fee, is in the books; or it is there again. However often it is told of, each is done once.
 * @returns null when it is about another payment
 */
export async function settleMonth(
  gateways: ClaimGateways,
  id: string,
  at: number,
): Promise<EventResult | null> {
  const report = await gateways.disputes.askDispute(id);
  if (!report || report.payment === '') return null;
  const [found] = await find(lotsBy(report.payment));
  if (!found) return null;
  const result = await settleContested(gateways, id, at);
  if (report.status === 'inquiry') return result;
  if (report.currency === null) {
    await raise(`dispute.${id}`, disputeUnknown(id, report), at);
    return 'review';
  }
  await keep(id, { lot: found.id, uid: found.doc.uid }, report, report.currency, at);
  return result;
}

/** What was decided before we heard of it was opened all the same: one entry for each. */
async function keep(
  id: string,
  month: Month,
  report: DisputeReport,
  currency: Currency,
  at: number,
): Promise<void> {
  const ref = collections.chargebacks.doc(id);
  const isNew = await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => (before ? null : openMonth(month, report, currency, at)),
    write: (writer, opened) => {
      if (!opened) return;
      writer.create(ref, opened.chargeback);
      if (opened.posting) writePosting(writer, opened.posting);
    },
  });
  if (isNew) logger.warn('a chargeback was opened', { dispute: id, amount: report.amount, currency });
  const { status } = report;
  if (status !== 'won' && status !== 'lost') return;
  await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => ({ before, closed: before && closeMonth(id, before, status, at) }),
    write: (writer, { before, closed }) => {
      if (!closed || closed.chargeback === before) return;
      writer.set(ref, closed.chargeback);
      if (closed.posting) writePosting(writer, closed.posting);
    },
  });
}
