import type { AdminAction, Actor } from '../oversight/action.ts';
import { targetOf } from '../admin/roles.ts';
import { newWallet, type Wallet } from '../ledger/wallet.ts';
import { impossible, Refusal } from '../shared/refusal.ts';
import { leftInWallet, type Left } from './matters.ts';

/**
 * `closing`: the account is shut, and it is asked once more whether money is there. `erasing`: all that goes, goes.
 * `settling`: tokens made before are good for an hour, so an hour later the same again. `identity`: what law makes
 * one keep of a verified identity waits for its day. `stopped`: money came while the account was being closed.
 */
export const phases = ['closing', 'erasing', 'settling', 'identity', 'done', 'stopped'] as const;
export type Phase = (typeof phases)[number];

/** What the operator has to do by hand: the documents in Storage, or what the payment provider would not take away. */
export const remainders = ['files', 'stripe_account', 'stripe_customer'] as const;
export type Remainder = (typeof remainders)[number];

/** `erasures/{uid}`: how far the erasure of somebody has come. It names nobody: the uid is all that is left. */
export type Erasure = {
  readonly phase: Phase;
  /** The person, or the admin who did it for them. */
  readonly by: string;
  readonly requestedAt: number;
  /** Counts steps. */
  readonly version: number;
  /** When the next step is due; null when there is none. */
  readonly dueAt: number | null;
  /** Until when a verified identity is kept, sealed; null when nothing is. */
  readonly keptUntilAt: number | null;
  readonly remainders: readonly Remainder[];
  /** Why it stopped; or what came afterwards, for finance to look at. */
  readonly left: Left | null;
  readonly endedAt: number | null;
};

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;
/** A token is good for an hour, and a function for some minutes. */
export const SETTLES_AFTER = 70 * MINUTE;

export type ErasureOrder = {
  readonly uid: string;
  readonly at: number;
  /** An admin, where it is not the person. */
  readonly actor: Actor | null;
};

export type Begun = {
  readonly erasure: Erasure;
  readonly isNew: boolean;
  /** Frozen for good: whoever gets the same uid again spends nothing of it. */
  readonly wallet: Wallet | null;
  readonly record: AdminAction | null;
};

/** An admin’s call is about others. @throws Refusal `own_request`. */
export function mustBeAnother({ uid, actor }: ErasureOrder): void {
  if (actor?.uid === uid) throw new Refusal('own_request');
}

/**
 * Begins it, once; one that was stopped begins anew.
 * @throws Refusal `money_left` while anything is in the wallet.
 */
export function beginErasure(
  found: { readonly erasure: Erasure | null; readonly wallet: Wallet | null },
  { uid, at, actor }: ErasureOrder,
): Begun {
  const before = found.erasure;
  if (before !== null && before.phase !== 'stopped')
    return { erasure: before, isNew: false, wallet: null, record: null };
  const left = leftInWallet(uid, found.wallet);
  if (left !== null) throw new Refusal('money_left', left);
  const version = (before?.version ?? 0) + 1;
  const erasure: Erasure = {
    ...{ phase: 'closing', by: actor?.uid ?? uid, requestedAt: at, version, dueAt: at },
    ...{ keptUntilAt: null, remainders: [], left: null, endedAt: null },
  };
  const wallet = { ...(found.wallet ?? newWallet), frozen: true };
  return { erasure, isNew: true, wallet, record: actor && recordOf(uid, actor, version, at) };
}

const recordOf = (uid: string, actor: Actor, version: number, at: number): AdminAction => ({
  ...{ id: `erasure.${uid}.${version}`, action: 'privacy-fulfil', target: targetOf(uid), by: actor.uid },
  ...{ role: actor.role, ip: actor.ip, at, reason: actor.reason, before: {}, after: { phase: 'closing' } },
});

/** What a step found out. */
export type Outcome = {
  readonly left: Left | null;
  readonly remainders: readonly Remainder[];
  /** Whether an identity was verified that has to be kept, and for how many days. */
  readonly keepDays: number;
};

/** The erasure after its step was taken at `at`; the same one when nothing was due. */
export function stepOn(erasure: Erasure, { left, remainders, keepDays }: Outcome, at: number): Erasure {
  const after = { ...erasure, version: erasure.version + 1 };
  switch (erasure.phase) {
    case 'closing':
      return left === null
        ? { ...after, phase: 'erasing', dueAt: at }
        : { ...after, phase: 'stopped', left, dueAt: null, endedAt: at };
    case 'erasing': {
      const keptUntilAt = keepDays > 0 ? erasure.requestedAt + keepDays * DAY : null;
      return { ...after, phase: 'settling', remainders, keptUntilAt, dueAt: at + SETTLES_AFTER };
    }
    case 'settling':
      return erasure.keptUntilAt === null
        ? { ...after, phase: 'done', remainders, left, dueAt: null, endedAt: at }
        : { ...after, phase: 'identity', remainders, left, dueAt: erasure.keptUntilAt };
    case 'identity':
      return { ...after, phase: 'done', remainders, keptUntilAt: null, dueAt: null, endedAt: at };
    case 'done':
    case 'stopped':
      return erasure;
    default:
      return impossible(erasure.phase);
  }
}

export const isDue = ({ dueAt }: Erasure, at: number): boolean => dueAt !== null && dueAt <= at;
