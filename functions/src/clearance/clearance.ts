import { incoming } from '../ledger/debt.ts';
import { walletOf } from '../ledger/chart.ts';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { minor, negate, sum, zero, type Currency, type Minor } from '../shared/money.ts';

/**
 * `clearances/{escrow}`: money that somebody has earned and cannot spend yet (F22). It lies in `pending` of
 * their wallet; this says which part of that clears when.
 */
export type Clearance = {
  readonly uid: string;
  readonly currency: Currency;
  /** What is left to clear: a refund meanwhile takes from it. Minor units; 0 once it has cleared. */
  readonly amount: Minor;
  /** What earned it, e.g. `escrows/<id>`. */
  readonly reference: string;
  readonly availableAt: number;
  /** `availableAt` until it has cleared, then null. */
  readonly dueAt: number | null;
};

const HOUR = 3600 * 1000;

export const newClearance = (
  earned: Pick<Clearance, 'uid' | 'currency' | 'amount' | 'reference'>,
  at: number,
  hours: number,
): Clearance => {
  const availableAt = at + hours * HOUR;
  return { ...earned, availableAt, dueAt: availableAt };
};

/** A part of it is taken back before it has cleared; what is left of nothing clears no more. */
export function lessen(clearance: Clearance, by: Minor): Clearance {
  const amount = minor(clearance.amount - by);
  return { ...clearance, amount, dueAt: amount === 0 ? null : clearance.dueAt };
}

/** What was taken from it is there again, and clears when it would have. */
export const restore = (clearance: Clearance, by: Minor): Clearance => ({
  ...clearance,
  amount: minor(clearance.amount + by),
  dueAt: clearance.availableAt,
});

export type Cleared = {
  readonly clearances: Readonly<Record<string, Clearance>>;
  /** Null when nothing was due any more. */
  readonly posting: Posting | null;
};

/**
 * Makes one person's due clearances available, all in one entry: pending → available, and before that to what
 * they owe. Those that were cleared already, or are not due, are left as they are.
 */
export function clear(
  uid: string,
  found: Readonly<Record<string, Clearance | null>>,
  wallet: Wallet | null,
  at: number,
): Cleared {
  const due = Object.entries(found).filter(
    (one): one is [string, Clearance] => one[1]?.uid === uid && one[1].dueAt !== null && one[1].dueAt <= at,
  );
  if (due.length === 0 || wallet === null) return { clearances: {}, posting: null };
  const sums = Map.groupBy(
    due.map(([, clearance]) => clearance),
    ({ currency }) => currency,
  );
  const legs = [...sums].flatMap(([currency, clearances]) => {
    const amount = sum(clearances.map((clearance) => clearance.amount));
    return [
      leg(walletOf(uid, 'pending'), currency, negate(amount)),
      ...incoming({ uid, wallet }, currency, amount),
    ];
  });
  const entry: JournalEntry = {
    // The wallet's next number: whoever clears at the same moment reads the same wallet, and one of them waits.
    id: `clearance:${uid}:${wallet.version + 1}`,
    kind: 'clearance',
    legs,
    at,
    by: 'system',
    reference: due.length === 1 ? due[0]![1].reference : `wallets/${uid}`,
  };
  const clearances = Object.fromEntries(
    due.map(([id, clearance]) => [id, { ...clearance, amount: zero, dueAt: null }]),
  );
  return { clearances, posting: post(entry, { wallets: { [uid]: wallet } }) };
}
