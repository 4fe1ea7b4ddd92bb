import { balanceOf, type Wallet } from '../ledger/wallet.ts';
import type { PayoutReport, TransferReport } from '../psp/ports.ts';
import { isQuietlyPaid, isUnderWay, type Payout, type UnderWay, type Withdrawal } from './withdrawal.ts';

/** The steps of a payout: when each begins, how long it waits, and what is known of it. */

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How often the provider is asked, and when a person hears of it; a bank takes days, an answer does not. */
export const patience = {
  often: 10 * MINUTE,
  for: 2 * HOUR,
  then: HOUR,
  escalate: DAY,
  bank: 7 * DAY,
} as const;

/**
 * A bank may send back what was paid, and the webhook about it may be lost: asked about so long after it was paid.
 * Without an answer it comes up a day later, until `forget`.
 */
export const rechecks = { after: [3 * DAY, 8 * DAY], again: DAY, forget: 30 * DAY } as const;

/** What the provider says of one withdrawal, now; null for what it does not know. */
export type Truth = { readonly transfer: TransferReport | null; readonly payout: PayoutReport | null };

/** The first step: recorded with the approval that starts it. */
export const newPayout = (at: number): Payout => ({
  ...{ transfer: null, payout: null, why: null },
  ...begun('transfer', at),
});

export const begun = (step: Payout['step'], at: number) => ({
  step,
  asked: 0,
  problem: null,
  sinceAt: at,
  escalateAt: at + (step === 'sent' ? patience.bank : patience.escalate),
});

export const nextAsk = ({ sinceAt }: Payout, at: number): number =>
  at + (at - sinceAt < patience.for ? patience.often : patience.then);

/** When one that was paid is asked about next; null after the last time. */
export const recheckAt = (paidAt: number, at: number): number | null =>
  rechecks.after.map((span) => paidAt + span).find((one) => one > at) ?? null;

const withoutAnswer = (paidAt: number, at: number): number | null =>
  at - paidAt < rechecks.forget ? at + rechecks.again : null;

/** Whether it is time to ask: what was paid waits for its day, whoever else comes by. */
export const isToAsk = (withdrawal: Withdrawal, at: number): boolean =>
  !isQuietlyPaid(withdrawal) || (withdrawal.dueAt !== null && withdrawal.dueAt <= at);

/**
 * The provider is about to be asked: recorded before, so that a lost answer is known to be one. Null when
 * somebody else was faster, who asks now.
 */
export function askingFor(withdrawal: Withdrawal | null, version: number, at: number): UnderWay | null {
  if (withdrawal?.version !== version || !isUnderWay(withdrawal)) return null;
  const payout = { ...withdrawal.payout, asked: withdrawal.payout.asked + 1 };
  const dueAt = isQuietlyPaid(withdrawal) ? withoutAnswer(withdrawal.closedAt, at) : nextAsk(payout, at);
  return { ...withdrawal, payout, version: version + 1, dueAt };
}

/** What is sent is what is reserved for it: a document that says another amount was edited by hand. */
export function isSetAside({ payout, amount, currency }: UnderWay, wallet: Wallet | null): boolean {
  const leaves = payout.step === 'transfer' || payout.step === 'payout';
  return !leaves || balanceOf(wallet, currency).reserved === amount;
}

export const withIds = (known: Payout, { transfer, payout }: Truth): Payout => ({
  ...known,
  problem: null,
  transfer: known.transfer ?? transfer?.transfer ?? null,
  payout: known.payout ?? payout?.payout ?? null,
});

export const reversing = (payout: Payout, { failure, status }: PayoutReport, at: number): Payout => ({
  ...payout,
  why: failure ?? status,
  ...begun('reversal', at),
});

export const isReversed = ({ amount, reversed }: TransferReport): boolean => reversed >= amount;

export const isFailed = (payout: PayoutReport | null): payout is PayoutReport =>
  payout?.status === 'failed' || payout?.status === 'cancelled';
