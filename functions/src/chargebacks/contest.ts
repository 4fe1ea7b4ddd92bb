import { escrowId, isClosed, type Escrow } from '../escrow/escrow.ts';
import { chargebackOf } from '../ledger/chart.ts';
import { leg } from '../ledger/journal.ts';
import { quiet } from '../notifications/notice.ts';
import type { DisputeReport } from '../psp/ports.ts';
import type { Target } from '../refunds/plan.ts';
import {
  takeFromBuyer,
  takeFromJob,
  type FromFunded,
  type FundedBooks,
  type TakenBack,
} from '../refunds/takeback.ts';
import { minor, negate, zero, type Currency, type Minor } from '../shared/money.ts';
import { ASK_EVERY, type Chargeback } from './chargeback.ts';
import { toldOpen } from './chargeback.texts.ts';
import {
  afterTaking,
  escrowIn,
  entryOf,
  lossLegs,
  nothing,
  postAbout,
  remainingOf,
  withoutNothing,
  type Contested,
} from './effects.ts';

/** What a bank's claim does when it comes. */

type Taken = TakenBack & Partial<Pick<FromFunded, 'escrow' | 'clearance'>>;

const noShares: Taken = { shares: [], platform: { fees: zero, tax: zero }, legs: [], owed: [] };

/**
 * The bank took it: what the provider lost is booked with its fee, and what can be is taken from those who have it.
 * An escrow that is open keeps the money and is frozen.
 */
export function openChargeback(
  target: Target,
  report: DisputeReport,
  currency: Currency,
  at: number,
): Contested {
  const { dispute: id, amount, fee } = report;
  const escrow = escrowIn(target);
  const frozen = escrow && !isClosed(escrow) ? escrow : null;
  const asked = minor(Math.min(amount, remainingOf(target)));
  const taken = frozen || asked === 0 ? noShares : take(target, asked, at);
  const loss = frozen ? zero : minor(amount - asked);
  const legs = withoutNothing([
    leg(`psp:${report.provider}:clearing`, currency, minor(amount + fee)),
    leg(`psp:${report.provider}:costs`, currency, negate(fee)),
    leg(chargebackOf(id), currency, negate(amount)),
    ...taken.legs,
    leg(chargebackOf(id), currency, minor(amount - loss - (frozen ? amount : 0))),
    ...lossLegs(id, currency, loss),
  ]);
  const chargeback: Chargeback = {
    ...{ target: `${target.kind}s/${target.id}`, payer: payerOf(target), payment: report.payment },
    ...{ reason: report.reason, amount, currency, fee, loss },
    ...{ shares: taken.shares, platform: taken.platform },
    frozen: frozen && escrowId(frozen),
    openedAt: at,
    version: 1,
    dueAt: at + ASK_EVERY,
    ...quiet,
    status: 'open',
  };
  // What is frozen is not taken yet, and so counts against nothing yet.
  const after = frozen ? { ...nothing, escrow: freeze(frozen, id) } : afterTaking(target, asked, taken);
  return {
    chargeback: { ...chargeback, ...toldOpen(id, chargeback, taken.owed, at) },
    posting: postAbout(target, entryOf(id, 'chargeback', legs, report.provider, at)),
    after,
  };
}

const payerOf = (target: Target): string =>
  (target.kind === 'purchase' ? target.purchase?.uid : target.payment?.payer) ?? '';

const take = (target: Target, amount: Minor, at: number): Taken =>
  target.kind === 'purchase'
    ? takeFromBuyer(target.purchase!, target.wallet, amount)
    : takeFromJob(target as FundedBooks, amount, { at });

/** Nothing leaves it, and no timer looks at it, until the banks have decided. */
const freeze = (escrow: Escrow, chargeback: string): Escrow => ({
  ...escrow,
  chargeback,
  dueAt: null,
  version: escrow.version + 1,
});
