import type { JournalEntry } from '../ledger/journal.ts';
import { leg } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import { quiet } from '../notifications/notice.ts';
import type { EventResult } from '../psp/event.ts';
import type { RefundReport } from '../psp/ports.ts';
import { negate } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Plan } from './plan.ts';
import { isOpen, moveTo, times, type Refund } from './refund.ts';
import { told } from './refund.texts.ts';
import { putBack } from './putback.ts';
import { nothingTaken, partiesOf, type Taken } from './portions.ts';
import { booksOf, chargebacksOf, unchanged, type After, type Target } from './target.ts';

/** The life of a refund once it is planned: how it begins, and what the provider's word does to it. */

export type RefundOrder = {
  readonly id: string;
  readonly by: string;
  readonly reason: string;
  readonly requestHash: string;
  readonly at: number;
};

export function newRefund(plan: Plan, { id, by, reason, requestHash, at }: RefundOrder): Refund {
  const { target, uid, provider, payment, attempt, amount, currency, whole, owed } = plan;
  const made = {
    ...{ target, uid, provider, payment, attempt, amount, currency, whole, taken: takenIn(plan) },
    parties: partiesOf(uid, plan),
    ...{ reason, by, requestHash, requestedAt: at, booked: true, version: 1, dueAt: at + times.ask },
    ...quiet,
    status: 'created',
    asked: 0,
  } as const;
  return { ...made, ...told(id, made, 'started', at, owed) };
}

/** What is kept of it: enough to put it back. */
export const takenIn = ({ shares, platform, sources }: Taken): Taken => ({ shares, platform, sources });

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
  readonly after: After;
};

export const unmoved = (refund: Refund, result: EventResult = 'nothing'): Settled => ({
  refund,
  result,
  posting: null,
  after: unchanged,
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
    parties: [unbooked.uid],
    ...{ taken: takenIn(nothingTaken), booked: false, version: 1, dueAt: at + times.ask },
    ...quiet,
    status: 'created',
    asked: 0,
  } as const;
  return { ...made, ...told(id, made, 'started', at) };
};

/**
 * Does what the provider says of it. Once it was refunded, or given back, nothing that comes later changes that,
 * but for one thing: a bank may send a refund back days after (https://docs.stripe.com/refunds#failed-refunds).
 */
export function settleRefund(
  id: string,
  refund: Refund,
  report: RefundReport,
  target: Target | null,
  at: number,
): Settled {
  const { status } = refund;
  const fits = report.amount === refund.amount && report.currency === refund.currency;
  if (!fits && status !== 'failed' && status !== 'review') return toReview(refund, 'amount', at);
  switch (report.status) {
    case 'pending': {
      if (status !== 'created') return unmoved(refund);
      const state = { status: 'processing', reference: report.id } as const;
      return unmoved(moveTo(refund, state, { news: refund.news, dueAt: at + times.slow }), 'settled');
    }
    case 'succeeded': {
      // It was given back here, and went back there as well.
      if (status === 'failed' && refund.booked) return unmoved(refund, 'review');
      if (!isOpen(refund)) return unmoved(refund);
      const state = { status: 'refunded', reference: report.id, closedAt: at } as const;
      return unmoved(moveTo(refund, state, { ...told(id, refund, 'refunded', at), dueAt: null }), 'settled');
    }
    case 'failed':
      if (!isOpen(refund) && status !== 'refunded') return unmoved(refund);
      return failRefund(id, refund, report.failure ?? 'failed', target, at);
  }
}

/**
 * It did not go back: whoever gave for it has it again. Where a bank claims the same payment, or nobody gave for it, a
 * person has to look.
 */
export function failRefund(
  id: string,
  refund: Refund,
  why: string,
  target: Target | null,
  at: number,
): Settled {
  if (!refund.booked || target === null) return toReview(refund, why, at);
  const contested = Object.values(chargebacksOf(target)).some((status) => status !== 'won');
  return contested ? toReview(refund, why, at) : giveBack(id, refund, why, target, at);
}

function giveBack(id: string, refund: Refund, why: string, target: Target, at: number): Settled {
  const { provider, currency, amount, payment, taken } = refund;
  const { legs, after } = putBack(target, payment, taken, currency);
  const entry: JournalEntry = {
    id: `refund:${id}:return`,
    kind: 'refund-return',
    legs: [leg(`psp:${provider}:clearing`, currency, negate(amount)), ...legs],
    at,
    by: `psp:${provider}`,
    reference: `refunds/${id}`,
    psp: { provider, source: `refund:${id}` },
  };
  const state = { status: 'failed', why, closedAt: at } as const;
  return {
    refund: moveTo(refund, state, { ...told(id, refund, 'failed', at), dueAt: null }),
    result: 'settled',
    posting: post(entry, booksOf(target)),
    after,
  };
}

/**
 * A person has looked at the provider: it went back after all, or it did not, and whoever gave for it has it again.
 * The same decision once more changes nothing.
 * @throws Refusal `wrong_status`; `own_request` when it is about their own money.
 */
export function resolveRefund(
  id: string,
  refund: Refund,
  order: { readonly decision: 'refunded' | 'failed'; readonly by: string; readonly at: number },
  target: Target | null,
): Settled {
  const { decision, by, at } = order;
  if ([refund.uid, ...refund.taken.shares.map(({ uid }) => uid)].includes(by))
    throw new Refusal('own_request');
  if (refund.status === decision) return unmoved(refund);
  if (refund.status !== 'review') throw new Refusal('wrong_status', { status: refund.status });
  if (decision === 'failed' && refund.booked && target) return giveBack(id, refund, refund.why, target, at);
  if (decision === 'failed') {
    const state = { status: 'failed', why: refund.why, closedAt: at } as const;
    return unmoved(moveTo(refund, state, { news: refund.news, dueAt: null }), 'settled');
  }
  const state = { status: 'refunded', reference: refund.why, closedAt: at } as const;
  return unmoved(moveTo(refund, state, { ...told(id, refund, 'refunded', at), dueAt: null }), 'settled');
}

/** Something is not as it should be at the provider: nothing moves, and a person has to look. */
export const toReview = (refund: Refund, why: string, at: number): Settled =>
  unmoved(
    moveTo(refund, { status: 'review', why, reviewAt: at }, { news: refund.news, dueAt: at + times.review }),
    'review',
  );
