import { clear, lessen, restore, type Clearance } from '../clearance/clearance.ts';
import { walletOf } from '../ledger/chart.ts';
import { find, incoming, outgoing } from '../ledger/debt.ts';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { minor, negate, zero, type Minor } from '../shared/money.ts';
import { impossible, Refusal } from '../shared/refusal.ts';
import { bookedOf, commissionId, entryName, keptOf, nextLook, taxOn, type Commission } from './commission.ts';
import { toldEarned, toldReversed } from './commission.texts.ts';

/** What one commission may touch, as it was read. */
export type Books = { readonly wallet: Wallet | null; readonly clearance: Clearance | null };

export type Settled = {
  readonly commission: Commission;
  /** Null is left as it is. */
  readonly clearance: Clearance | null;
  readonly posting: Posting | null;
};

type Now = {
  /** How much of the order’s total has gone back. */
  readonly orderBack: Minor;
  readonly at: number;
};

/** One that was just made: booked at once, or held until finance has decided. */
export const begin = (made: Commission, books: Books, now: Now, held: boolean): Settled =>
  held ? { ...unmoved(hold(made, now)) } : bookTo(made, books, now, 'system');

const unmoved = (commission: Commission): Settled => ({ commission, clearance: null, posting: null });

/** No money moves, but what there is to decide about follows the order. */
function hold(one: Commission, { orderBack, at }: Now): Commission {
  const back = minor(one.amount - keptOf(one, orderBack));
  const changedAt = Math.max(one.changedAt, at);
  return { ...one, back, orderBack, changedAt, version: one.version + 1, status: 'held' };
}

/**
 * Follows what its order says went back, or came again. Looked at whenever the order changes, and by the sweep.
 * @param isDue the sweep asks: what has cleared is available, and the next look is set
 * @returns null where nothing changes
 */
export function look(one: Commission, books: Books, now: Now, isDue: boolean): Settled | null {
  const { status, orderBack } = one;
  if (status === 'refused') return null;
  if (now.orderBack !== orderBack)
    return status === 'held'
      ? unmoved({ ...hold(one, now), dueAt: nextLook(one, now.at) })
      : bookTo(one, books, now, 'system');
  if (!isDue) return null;
  if (status === 'held') return unmoved({ ...one, dueAt: nextLook(one, now.at) });
  return cleared(one, books, now.at);
}

/** Its window is over: pending → available, and what is owed is repaid first. The general sweep may have been faster. */
function cleared(one: Commission, { wallet, clearance }: Books, at: number): Settled {
  const id = commissionId(one);
  const { posting, clearances } = clear(one.uid, clearance ? { [id]: clearance } : {}, wallet, at);
  const after = clearances[id] ?? null;
  const status = statusOf(one, after ?? clearance);
  const changed = status !== one.status;
  return {
    commission: {
      ...one,
      ...{ dueAt: dueFor(one, after ?? clearance, at), status },
      ...(changed && { changedAt: Math.max(one.changedAt, at), version: one.version + 1 }),
    },
    clearance: after,
    posting,
  };
}

const statusOf = (one: Commission, clearance: Clearance | null): 'reversed' | 'pending' | 'available' => {
  if (one.back === one.amount) return 'reversed';
  return (clearance?.amount ?? 0) > 0 ? 'pending' : 'available';
};

/** What is still to clear is looked at when it does; all else when its order may have changed. */
const dueFor = (one: Commission, clearance: Clearance | null, at: number): number | null => {
  const waits = (clearance?.amount ?? 0) > 0;
  return waits && at >= one.clearAt ? at : nextLook(one, at);
};

/**
 * Books what is kept now, less what was booked before, as one entry that names its number: whatever else happened, the
 * next one has the next. Within the window it comes to what is pending and goes from there; after it, it comes to what is
 * available, what is owed first, and goes from there, and what is not there is owed.
 */
function bookTo(one: Commission, books: Books, { orderBack, at }: Now, by: string): Settled {
  const kept = keptOf(one, orderBack);
  const before = bookedOf(one);
  const change = minor(kept - before);
  const about = { ...one, orderBack, back: minor(one.amount - kept), changedAt: Math.max(one.changedAt, at) };
  if (change === 0) return settled(about, books.clearance, null, at);
  return change > 0
    ? give(about, books, { change, before, at, by })
    : take(about, books, { change, before, at, by });
}

type Change = { readonly change: Minor; readonly before: Minor; readonly at: number; readonly by: string };

function give(one: Commission, { wallet, clearance }: Books, how: Change): Settled {
  const { uid, currency, clearAt } = one;
  const { change, at } = how;
  const waits = at < clearAt;
  const legs = waits
    ? [leg(walletOf(uid, 'pending'), currency, change, 'earned')]
    : incoming({ uid, wallet }, currency, change, 'earned');
  const first = { uid, currency, amount: zero, reference: `commissions/${commissionId(one)}` };
  const piece = clearance ?? { ...first, availableAt: clearAt, dueAt: clearAt };
  const after = waits ? restore(piece, change) : clearance;
  const { entry, posting } = postOf(one, legs, wallet, how);
  const told = toldEarned(one, change, at);
  return settled({ ...one, ...told, ...entry, clears: one.clears || waits }, after, posting, at);
}

function take(one: Commission, { wallet, clearance }: Books, how: Change): Settled {
  const { uid, currency } = one;
  const amount = negate(how.change);
  const found = find(wallet, currency, amount, clearance?.amount ?? zero);
  const { entry, posting } = postOf(one, outgoing(uid, currency, found, 'earned'), wallet, how);
  const after = clearance && found.pending > 0 ? lessen(clearance, found.pending) : clearance;
  const told = toldReversed(one, amount, found.owed, how.at);
  return settled({ ...one, ...told, ...entry }, after, posting, how.at);
}

/** What is theirs, and the tax on it, is what we chose to give; so our fees are never less than nothing (I3). */
function postOf(one: Commission, theirs: JournalEntry['legs'], wallet: Wallet | null, how: Change) {
  const { currency, uid } = one;
  const { change, before, at, by } = how;
  const tax = minor(taxOn(one, minor(before + change)) - taxOn(one, before));
  const n = one.entries + 1;
  const legs = [
    ...theirs,
    leg('tax:commissions', currency, tax),
    leg('platform:promotions', currency, negate(minor(change + tax))),
  ].filter(({ amount }) => amount !== 0);
  const id = commissionId(one);
  const entry: JournalEntry = {
    ...{ id: entryName(id, n), kind: 'commission', legs, at, by, reference: `commissions/${id}` },
  };
  return { entry: { entries: n }, posting: post(entry, { wallets: { [uid]: wallet } }) };
}

function settled(one: Commission, clearance: Clearance | null, posting: Posting | null, at: number): Settled {
  const status = statusOf(one, clearance);
  const dueAt = dueFor(one, clearance, at);
  return { commission: { ...one, version: one.version + 1, dueAt, status }, clearance, posting };
}

export type Verdict = {
  readonly decision: 'release' | 'refuse';
  readonly by: string;
  readonly reason: string;
};

/**
 * Finance has looked at one that was held. The same again by the same admin answers what became of it.
 * @throws Refusal `own_request` for whoever earns it or bought; `wrong_status` when it was not held, or was decided.
 */
export function review(
  one: Commission,
  books: Books,
  now: Now,
  { decision, by, reason }: Verdict,
): Settled | null {
  if (by === one.uid || by === one.buyer) throw new Refusal('own_request');
  const before = one.status === 'refused' ? 'refuse' : 'release';
  if (one.review?.by === by && before === decision) return null;
  if (one.status !== 'held') throw new Refusal('wrong_status', { status: one.status });
  const decided = { ...one, review: { by, at: now.at, reason } };
  switch (decision) {
    case 'release':
      return bookTo(decided, books, now, by);
    case 'refuse': {
      const changedAt = Math.max(one.changedAt, now.at);
      return unmoved({ ...decided, changedAt, version: one.version + 1, dueAt: null, status: 'refused' });
    }
    default:
      return impossible(decision);
  }
}
