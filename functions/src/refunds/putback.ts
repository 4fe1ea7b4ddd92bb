import { restore } from '../clearance/clearance.ts';
import { isClosed, type Escrow } from '../escrow/escrow.ts';
import { walletOf } from '../ledger/chart.ts';
import { incoming } from '../ledger/debt.ts';
import { leg, type Leg } from '../ledger/journal.ts';
import { minor, negate, sum, zero, type Currency, type Minor } from '../shared/money.ts';
import { added, negated, type Share, type Taken } from './portions.ts';
import {
  booksOf,
  cardRefundedBy,
  filledBy,
  refundedBy,
  unchanged,
  type After,
  type FundedBooks,
  type Target,
} from './target.ts';

/**
 * The opposite of taking back: the refund failed, or the chargeback was won. Everybody has their share again, what
 * they owe is repaid first, what was clearing clears on, and as much may be refunded or charged back as before.
 */

export type PutBack = {
  /** Everything but the leg that says where it comes from. They sum to what was taken. */
  readonly legs: readonly Leg[];
  readonly after: After;
};

/** @param source the provider's id of what was paid */
export function putBack(target: Target, source: string, taken: Taken, currency: Currency): PutBack {
  const { shares, platform, sources } = taken;
  const amount = minor(sum(shares.map((share) => share.amount)) + platform.fees + platform.tax);
  const { wallets } = booksOf(target);
  const clears = target.kind === 'payment' && target.payment && (target as FundedBooks).clearance !== null;
  const legs = [
    ...shares.flatMap((share) => {
      const pending = clears ? share.pending : zero;
      const { uid, counts } = share;
      const wallet = wallets[uid as keyof typeof wallets] ?? null;
      return [
        leg(walletOf(uid, 'pending'), currency, pending, counts),
        ...incoming({ uid, wallet }, currency, minor(share.amount - pending), counts),
      ];
    }),
    leg('platform:fees', currency, platform.fees),
    leg('tax:fees', currency, platform.tax),
    ...creditsTo(target, sources.credits),
  ].filter((one) => one.amount !== 0);
  return { legs, after: afterwards(target, source, amount, { shares, sources }) };
}

/** The credits of a purchase are its buyer's again. */
function creditsTo(target: Target, credits: Minor): Leg[] {
  if (target.kind !== 'purchase' || !target.purchase || credits === 0) return [];
  const person = { uid: target.purchase.uid, wallet: target.wallet };
  return [
    leg('platform:credits', 'CREDIT', negate(credits)),
    ...incoming(person, 'CREDIT', credits, 'purchased'),
  ];
}

function afterwards(
  target: Target,
  source: string,
  amount: Minor,
  { shares, sources }: Pick<Taken, 'shares' | 'sources'>,
): After {
  if (target.kind === 'purchase') {
    const { purchase } = target;
    return {
      ...unchanged,
      purchase:
        purchase && refundedBy(purchase, negate(amount), negate(sources.value), negate(sources.credits)),
    };
  }
  if (!target.payment) return unchanged;
  const { payment, escrow, clearance } = target as FundedBooks;
  if (!filledBy(payment, source)) {
    const misfits = { ...payment.misfits, [source]: minor((payment.misfits[source] ?? zero) + amount) };
    return { ...unchanged, payment: { ...payment, misfits, version: payment.version + 1 } };
  }
  const pending = sum(shares.map((share: Share) => share.pending));
  return {
    ...unchanged,
    // What an escrow gave while it was open does not go back there: the payer has it.
    payment: cardRefundedBy(payment, negate(amount), sources.escrow + sources.returned),
    escrow: untaken(escrow, sources.outcome),
    clearance: clearance && pending > 0 ? restore(clearance, pending) : null,
  };
}

function untaken(escrow: Escrow | null, outcome: Taken['sources']['outcome']): Escrow | null {
  if (!escrow || !isClosed(escrow)) return null;
  const takenBack = added(escrow.takenBack, negated(outcome));
  const changed = sum([outcome.toPayee, outcome.toPlatform, outcome.toPayer]) !== 0;
  return changed ? { ...escrow, takenBack, version: escrow.version + 1 } : null;
}
