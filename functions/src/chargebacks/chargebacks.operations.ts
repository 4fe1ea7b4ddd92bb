import { logger } from 'firebase-functions/logger';
import { raise } from '../alerts/alerts.operations.ts';
import { collections } from '../collections.ts';
import { atomically, find, load } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import type { EventResult } from '../psp/event.ts';
import type { DisputeGateway, DisputeReport } from '../psp/ports.ts';
import type { TargetName } from '../refunds/target.ts';
import type { Currency } from '../shared/money.ts';
import { ASK_EVERY } from './chargeback.ts';
import { disputeUnknown, toAnswer } from './chargeback.texts.ts';
import {
  dueChargebacks,
  paymentsWith,
  purchasesBy,
  readContested,
  writeContested,
} from './chargebacks.store.ts';
import { openChargeback } from './contest.ts';
import { settleMonth, type ClaimGateways } from './months.operations.ts';
import { closeChargeback } from './verdict.ts';

/** A claim is about a month of credits, or about one of all other payments. */
export const settleClaim = async (gateways: ClaimGateways, id: string, at: number): Promise<EventResult> =>
  (await settleMonth(gateways, id, at)) ?? (await settleDispute(gateways.disputes, id, at));

/**
 * A webhook or the sweep names a dispute: the provider is asked how it stands, and that is done. It does not matter
 * in which order, how often or how late it was told.
 */
async function settleDispute(gateway: DisputeGateway, id: string, at: number): Promise<EventResult> {
  const report = await gateway.askDispute(id);
  if (!report) return 'unknown';
  if (report.status === 'inquiry') return 'nothing';
  const name = await targetOf(report);
  if (name === null || report.currency === null) {
    await raise(`dispute.${id}`, disputeUnknown(id, report), at);
    return name === null ? 'early' : 'review';
  }
  const opened = await open(id, name, report, report.currency, at);
  if (report.status === 'open') {
    await raise(`chargeback.${id}`, toAnswer(id, name, report), at);
    return opened ? 'settled' : 'nothing';
  }
  return (await close(id, name, report.status, at)) ? 'settled' : 'nothing';
}

async function targetOf({ payment }: DisputeReport): Promise<TargetName | null> {
  if (payment === '') return null;
  const [card] = await find(paymentsWith(payment));
  if (card) return { kind: 'payment', id: card.id };
  const [order] = await find(purchasesBy(payment));
  return order ? { kind: 'purchase', id: order.id } : null;
}

async function open(
  id: string,
  name: TargetName,
  report: DisputeReport,
  currency: Currency,
  at: number,
): Promise<boolean> {
  const { contested } = await atomically({
    read: (reader) => readContested(reader, id, name),
    decide: ({ chargeback, target }) => ({
      target,
      contested: chargeback ? null : openChargeback(target, report, currency, at),
    }),
    write: (writer, { target, contested }) => {
      if (contested) writeContested(writer, id, target, contested);
    },
  });
  if (contested) logger.warn('a chargeback was opened', { dispute: id, amount: report.amount, currency });
  return contested !== null;
}

async function close(id: string, name: TargetName, status: 'won' | 'lost', at: number): Promise<boolean> {
  const { changed } = await atomically({
    read: (reader) => readContested(reader, id, name),
    decide: ({ chargeback, target }) => {
      const contested = chargeback && closeChargeback(id, chargeback, target, status, at);
      return { target, contested, changed: contested !== null && contested.chargeback !== chargeback };
    },
    write: (writer, { target, contested, changed }) => {
      if (contested && changed) writeContested(writer, id, target, contested);
    },
  });
  return changed;
}

/** Banks take weeks: the provider is asked every day, should its word get lost. */
export const sweepChargebacks = (gateways: ClaimGateways, at: number): Promise<Swept> =>
  sweep(dueChargebacks(at), async (id) => {
    await settleClaim(gateways, id, at);
    const chargeback = await load(collections.chargebacks.doc(id));
    if (chargeback?.status !== 'open') return;
    await atomically({
      read: (reader) => reader.get({ now: collections.chargebacks.doc(id) }),
      decide: ({ now }) => now,
      write: (writer, now) => {
        if (now?.status === 'open')
          writer.set(collections.chargebacks.doc(id), { ...now, dueAt: at + ASK_EVERY });
      },
    });
  });
