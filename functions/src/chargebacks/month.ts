import { leg, type JournalEntry, type Leg } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import { quiet } from '../notifications/notice.ts';
import type { DisputeReport } from '../psp/ports.ts';
import { nothingTaken } from '../refunds/portions.ts';
import { takenIn } from '../refunds/settle.ts';
import { minor, negate, zero, type Currency } from '../shared/money.ts';
import { ASK_EVERY, type Chargeback } from './chargeback.ts';
import { toldEnd, toldOpen } from './chargeback.texts.ts';

/**
 * A bank's claim on what a month of credits cost. Nobody here has that money but the platform: what was left of the
 * credits is gone already, and what was spent of them is ours to bear, so all of it is a loss until it is won again.
 */

export type MonthContested = { readonly chargeback: Chargeback; readonly posting: Posting | null };

export type Month = { readonly lot: string; readonly uid: string };

/** The bank took it, and the provider keeps its fee. */
export function openMonth(
  { lot, uid }: Month,
  report: DisputeReport,
  currency: Currency,
  at: number,
): MonthContested {
  const { dispute: id, payment, reason, amount, fee } = report;
  const chargeback: Chargeback = {
    ...{ target: `lots/${lot}`, payer: uid, parties: [uid], payment, reason, amount, currency, fee },
    ...{ taken: takenIn(nothingTaken), booked: true, loss: amount, frozen: null, openedAt: at },
    ...{ version: 1, dueAt: at + ASK_EVERY, ...quiet, status: 'open' },
  };
  const legs = [
    leg('psp:stripe:clearing', currency, minor(amount + fee)),
    leg('psp:stripe:costs', currency, negate(fee)),
    leg('platform:losses', currency, negate(amount)),
  ];
  return {
    chargeback: { ...chargeback, ...toldOpen(id, chargeback, [], at) },
    posting: postOf(`chargeback:${id}`, 'chargeback', { id, legs, at }),
  };
}

/** The banks have decided; what was lost may still be won on appeal. What was decided is decided once. */
export function closeMonth(
  id: string,
  chargeback: Chargeback,
  status: 'won' | 'lost',
  at: number,
): MonthContested {
  const appealed = chargeback.status === 'lost' && status === 'won';
  if (chargeback.status !== 'open' && !appealed) return { chargeback, posting: null };
  const { amount, currency, version } = chargeback;
  const closed: Chargeback = { ...chargeback, status, closedAt: at, dueAt: null, version: version + 1 };
  const back = status === 'won' ? amount : zero;
  const legs = [leg('psp:stripe:clearing', currency, negate(back)), leg('platform:losses', currency, back)];
  return {
    chargeback: { ...closed, ...toldEnd(id, closed, at) },
    posting: postOf(`${appealed ? 'chargeback-appeal' : 'chargeback-end'}:${id}`, 'chargeback-won', {
      ...{ id, legs, at },
    }),
  };
}

/** Null when nothing moves. */
function postOf(
  cause: string,
  kind: 'chargeback' | 'chargeback-won',
  { id, legs, at }: { readonly id: string; readonly legs: readonly Leg[]; readonly at: number },
): Posting | null {
  const moved = legs.filter(({ amount }) => amount !== 0);
  if (moved.length === 0) return null;
  const entry: JournalEntry = {
    ...{ id: cause, kind, legs: moved, at, by: 'psp:stripe', reference: `chargebacks/${id}` },
    psp: { provider: 'stripe', source: id },
  };
  return post(entry, { wallets: {} });
}
