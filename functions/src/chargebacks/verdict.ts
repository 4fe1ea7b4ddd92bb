import { isClosed } from '../escrow/escrow.ts';
import { thaw } from '../escrow/freezing.ts';
import { chargebackOf } from '../ledger/chart.ts';
import { leg, type Leg } from '../ledger/journal.ts';
import { moveTo as movePurchase } from '../purchases/purchase.ts';
import { putBack } from '../refunds/putback.ts';
import { takenIn } from '../refunds/settle.ts';
import { takeBack } from '../refunds/takeback.ts';
import { partiesOf, type Taken } from '../refunds/portions.ts';
import {
  escrowIn,
  remainingOf,
  unchanged,
  type After,
  type FundedBooks,
  type Target,
} from '../refunds/target.ts';
import { minor, negate, zero, type Minor } from '../shared/money.ts';
import type { Chargeback } from './chargeback.ts';
import { toldEnd } from './chargeback.texts.ts';
import { lossLegs, marked, postAbout, type Contested } from './effects.ts';

/** What the banks' decision does. */

type Done = {
  readonly legs: readonly Leg[];
  readonly after: After;
  readonly taken?: Taken;
  readonly loss?: Minor;
};

/**
 * The banks have decided. Lost: what an escrow had frozen is taken from it now; what was taken before stays taken.
 * Won, if need be after it was lost: everybody has theirs again, and the escrow goes on. The fee stays paid either
 * way.
 */
export function closeChargeback(
  id: string,
  chargeback: Chargeback,
  target: Target,
  status: 'won' | 'lost',
  at: number,
): Contested {
  const appealed = chargeback.status === 'lost' && status === 'won';
  if (chargeback.status !== 'open' && !appealed) return { chargeback, posting: null, after: unchanged };
  const done = status === 'won' ? giveAllBack(id, chargeback, target, at) : lose(id, chargeback, target, at);
  const closed: Chargeback = {
    ...chargeback,
    ...(done.taken && {
      taken: takenIn(done.taken),
      parties: partiesOf(chargeback.payer, done.taken),
    }),
    loss: minor(chargeback.loss + (done.loss ?? zero)),
    status,
    closedAt: at,
    dueAt: null,
    version: chargeback.version + 1,
  };
  const cause = appealed ? 'chargeback-appeal' : 'chargeback-end';
  const kind = status === 'won' ? 'chargeback-won' : 'chargeback-lost';
  return {
    chargeback: { ...closed, ...toldEnd(id, closed, at) },
    posting: postAbout(target, { id, cause, kind, legs: done.legs }, 'stripe', at),
    after: marked(target, done.after, id, status),
  };
}

function giveAllBack(id: string, chargeback: Chargeback, target: Target, at: number): Done {
  const { amount, currency, loss, taken, payment, booked, frozen, status } = chargeback;
  if (!booked) return { legs: [], after: unchanged };
  const stillFrozen = frozen !== null && status === 'open';
  const back = putBack(target, payment, taken, currency);
  const escrow = escrowIn(target);
  return {
    legs: [
      leg('psp:stripe:clearing', currency, negate(amount)),
      ...back.legs,
      leg('platform:losses', currency, loss),
      leg(chargebackOf(id), currency, stillFrozen ? amount : zero),
    ],
    after: stillFrozen ? { ...unchanged, escrow: escrow && thaw(escrow, id, at) } : back.after,
  };
}

function lose(
  id: string,
  { amount, currency, payment, frozen, booked }: Chargeback,
  target: Target,
  at: number,
): Done {
  if (!booked) return { legs: [], after: dismissed(target, at) };
  if (frozen === null) return { legs: [], after: unchanged };
  const { escrow } = target as FundedBooks;
  // Other chargebacks may stand against it still; this one takes its part all the same.
  const free = escrow && thaw(escrow, id, at);
  const loose = { ...target, escrow: free && { ...free, contested: [] } } as Target;
  const asked = minor(Math.min(amount, remainingOf(target, payment)));
  const taken = takeBack(loose, payment, asked, at);
  const loss = minor(amount - asked);
  const left = taken.after.escrow ?? free;
  const contested = free?.contested ?? [];
  const stays = left && {
    ...left,
    contested,
    ...(contested.length > 0 && !isClosed(left) && { dueAt: null }),
  };
  return {
    legs: [...taken.legs, leg(chargebackOf(id), currency, asked), ...lossLegs(id, currency, loss)],
    after: { ...taken.after, escrow: stays },
    taken,
    loss,
  };
}

/** An order under review whose money is gone for good: nobody can let it in any more. */
function dismissed(target: Target, at: number): After {
  if (target.kind !== 'purchase' || target.purchase?.status !== 'review') return unchanged;
  const { purchase } = target;
  const state = { status: 'failed', why: 'charged_back', closedAt: at, payment: purchase.payment } as const;
  return { ...unchanged, purchase: movePurchase(purchase, state, { news: purchase.news, dueAt: null }) };
}
