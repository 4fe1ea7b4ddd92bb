import type { JournalEntry } from '../ledger/journal.ts';
import { leg } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { quiet } from '../notifications/notice.ts';
import type { EventResult } from '../psp/event.ts';
import type { RefundReport } from '../psp/ports.ts';
import { negate, zero } from '../shared/money.ts';
import type { Plan } from './plan.ts';
import { isOpen, moveTo, times, type Refund } from './refund.ts';
import { told } from './refund.texts.ts';
import { giveBackLegs } from './takeback.ts';

/** The life of a refund once it is planned: how it begins, and what the provider's word does to it. */

export type RefundOrder = {
  readonly id: string;
  readonly by: string;
  readonly reason: string;
  readonly requestHash: string;
  readonly at: number;
};

export function newRefund(plan: Plan, { id, by, reason, requestHash, at }: RefundOrder): Refund {
  const { target, uid, provider, payment, attempt, amount, currency, whole, shares, platform, owed } = plan;
  const made = {
    ...{ target, uid, provider, payment, attempt, amount, currency, whole, shares, platform },
    ...{ reason, by, requestHash, requestedAt: at, booked: true, version: 1, dueAt: at + times.ask },
    ...quiet,
    status: 'created',
    asked: 0,
  } as const;
  return { ...made, ...told(id, made, 'started', at, owed) };
}

/**
 * The provider is about to be asked: recorded before, so that a lost answer is known to be one. Where a repeat would
 * be another refund, whoever asked last has the time until it is due to himself.
 */
export function asking(refund: Refund, idempotent: boolean, at: number): Refund {
  if (refund.status !== 'created') return refund;
  const taken = !idempotent && refund.asked > 0 && refund.dueAt !== null && at < refund.dueAt;
  if (taken) return refund;
  return { ...refund, asked: refund.asked + 1, version: refund.version + 1, dueAt: at + times.ask };
}

export type Settled = {
  readonly refund: Refund;
  readonly result: EventResult;
  readonly posting: Posting | null;
};

const nothing = (refund: Refund, result: EventResult = 'nothing'): Settled => ({
  refund,
  result,
  posting: null,
});

/** A second payment of one order, on its way back as it came. */
export type Unbooked = Pick<
  Refund,
  'target' | 'uid' | 'provider' | 'payment' | 'attempt' | 'amount' | 'currency'
>;

export const newUnbooked = (unbooked: Unbooked, id: string, at: number): Refund => {
  const made = {
    ...unbooked,
    ...{ whole: true, reason: 'It was paid twice.', by: 'system', requestHash: '', requestedAt: at },
    ...{ shares: [], platform: { fees: zero, tax: zero }, booked: false, version: 1, dueAt: at + times.ask },
    ...quiet,
    status: 'created',
    asked: 0,
  } as const;
  return { ...made, ...told(id, made, 'started', at) };
};

type Wallets = Readonly<Record<string, Wallet | null>>;

/**
 * Does what the provider says of it. Once it was refunded, or given back, nothing that comes later changes that,
 * but for one thing: a bank may send a refund back days after (https://docs.stripe.com/refunds#failed-refunds).
 */
export function settleRefund(
  id: string,
  refund: Refund,
  report: RefundReport,
  wallets: Wallets,
  at: number,
): Settled {
  const { status } = refund;
  const fits = report.amount === refund.amount && report.currency === refund.currency;
  if (!fits && status !== 'failed' && status !== 'review') return toReview(refund, 'amount', at);
  switch (report.status) {
    case 'pending': {
      if (status !== 'created') return nothing(refund);
      const state = { status: 'processing', reference: report.id } as const;
      return nothing(moveTo(refund, state, { news: refund.news, dueAt: at + times.slow }), 'settled');
    }
    case 'succeeded': {
      if (!isOpen(refund)) return nothing(refund);
      const state = { status: 'refunded', reference: report.id, closedAt: at } as const;
      return nothing(moveTo(refund, state, { ...told(id, refund, 'refunded', at), dueAt: null }), 'settled');
    }
    case 'failed':
      if (!isOpen(refund) && status !== 'refunded') return nothing(refund);
      return failRefund(id, refund, report.failure ?? 'failed', wallets, at);
  }
}

/** It did not go back: whoever gave for it has it again. */
export function failRefund(id: string, refund: Refund, why: string, wallets: Wallets, at: number): Settled {
  const { provider, currency, amount, booked } = refund;
  // Nobody gave for it: it is still at the provider, and nobody's.
  if (!booked) return toReview(refund, why, at);
  const entry: JournalEntry = {
    id: `refund:${id}:return`,
    kind: 'refund-return',
    legs: [
      leg(`psp:${provider}:clearing`, currency, negate(amount)),
      ...giveBackLegs(refund, wallets, currency),
    ],
    at,
    by: `psp:${provider}`,
    reference: `refunds/${id}`,
    psp: { provider, source: `refund:${id}` },
  };
  const state = { status: 'failed', why, closedAt: at } as const;
  return {
    refund: moveTo(refund, state, { ...told(id, refund, 'failed', at), dueAt: null }),
    result: 'settled',
    posting: post(entry, { wallets }),
  };
}

/** Something is not as it should be at the provider: nothing moves, and a person has to look. */
export const toReview = (refund: Refund, why: string, at: number): Settled =>
  nothing(
    moveTo(refund, { status: 'review', why, reviewAt: at }, { news: refund.news, dueAt: at + times.review }),
    'review',
  );
