import type { AdminAction, Actor } from '../oversight/action.ts';
import { targetOf } from '../admin/roles.ts';
import { newWallet, type Wallet } from '../ledger/wallet.ts';
import { impossible, Refusal } from '../shared/refusal.ts';
import { leftInWallet, type Left } from './matters.ts';

/**
 * `closing`: the account is shut, and it is asked once more whether money is there. `erasing`: all that goes, goes.
 * `settling`: tokens made before are good for an hour, so an hour later the same again. `identity`: what law makes
 * one keep of a verified identity waits for its day. `stopped`: money came while the account was being closed. For two
 * years afterwards it is looked every day what came meanwhile: notices go, and of money people hear.
 */
export const phases = ['closing', 'erasing', 'settling', 'identity', 'done', 'stopped'] as const;
export type Phase = (typeof phases)[number];

/** What the operator has to do by hand: the documents in Storage, or what a provider would not take away. */
export const remainders = ['files', 'stripe_account', 'stripe_customer', 'generated_work'] as const;
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
  /** As it was before, for one that stops. */
  readonly wasFrozen: boolean;
  readonly wasDisabled: boolean;
  /** Why it stopped; or what came afterwards, for finance to look at. */
  readonly left: Left | null;
  readonly endedAt: number | null;
};

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;
/** A token is good for an hour, and a function for some minutes. */
export const SETTLES_AFTER = 70 * MINUTE;

/** Banks may take a payment back for up to 540 days, and decide about it for months. */
export const WATCHED_FOR = 2 * 365 * DAY;

export type ErasureOrder = {
  readonly uid: string;
  readonly at: number;
  /** An admin, where it is not the person. */
  readonly actor: Actor | null;
};

/** What is there as it begins; an account may have been closed for a reason of its own. */
export type Before = {
  readonly erasure: Erasure | null;
  readonly wallet: Wallet | null;
  readonly wasDisabled: boolean;
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
export function beginErasure(found: Before, { uid, at, actor }: ErasureOrder): Begun {
  const before = found.erasure;
  if (before !== null && before.phase !== 'stopped')
    return { erasure: before, isNew: false, wallet: null, record: null };
  const left = leftInWallet(uid, found.wallet);
  if (left !== null) throw new Refusal('money_left', left);
  const version = (before?.version ?? 0) + 1;
  const erasure: Erasure = {
    ...{ phase: 'closing', by: actor?.uid ?? uid, requestedAt: at, version, dueAt: at },
    ...{ keptUntilAt: null, remainders: [], left: null, endedAt: null },
    ...{ wasFrozen: found.wallet?.frozen ?? false, wasDisabled: found.wasDisabled },
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
        ? { ...after, phase: 'done', remainders, left, dueAt: nextLook(erasure, at), endedAt: at }
        : { ...after, phase: 'identity', remainders, left, dueAt: nextLook(erasure, at) };
    case 'identity':
      return isKept(erasure, at)
        ? { ...after, left, dueAt: nextLook(erasure, at) }
        : {
            ...after,
            phase: 'done',
            remainders,
            left,
            keptUntilAt: null,
            dueAt: lookAfter(erasure, at),
            endedAt: at,
          };
    case 'done':
      return { ...after, left, dueAt: nextLook(erasure, at) };
    case 'stopped':
      return erasure;
    default:
      return impossible(erasure.phase);
  }
}

export type Recorded = {
  readonly after: Erasure | null;
  readonly wallet: Wallet | null;
  /** The same step has to be taken once more. */
  readonly again: boolean;
};

/**
 * What is recorded of a step that was taken from `seen`. Nothing, when somebody else took it meanwhile; nor when money
 * came between the last look and now: the step looks again. One that stops leaves the wallet as frozen as it was.
 */
export function recordStep(
  uid: string,
  found: Pick<Before, 'erasure' | 'wallet'> & { readonly seen: Erasure },
  outcome: Outcome,
  at: number,
): Recorded {
  const { erasure, wallet, seen } = found;
  if (erasure?.version !== seen.version) return { after: null, wallet: null, again: false };
  const came = erasure.phase === 'closing' && outcome.left === null && leftInWallet(uid, wallet) !== null;
  if (came) return { after: null, wallet: null, again: true };
  const after = stepOn(erasure, outcome, at);
  const thaws = after.phase === 'stopped' && wallet !== null;
  return { after, wallet: thaws ? { ...wallet, frozen: erasure.wasFrozen } : null, again: false };
}

/** Whether a verified identity still has to be kept. */
export const isKept = ({ keptUntilAt }: Erasure, at: number): boolean =>
  keptUntilAt !== null && at < keptUntilAt;

/** Tomorrow, for two years. */
const lookAfter = ({ requestedAt }: Erasure, at: number): number | null =>
  at + DAY <= requestedAt + WATCHED_FOR ? at + DAY : null;

/** The same, and when the identity goes. */
function nextLook(erasure: Erasure, at: number): number | null {
  const due = [lookAfter(erasure, at), erasure.keptUntilAt].filter((one) => one !== null);
  return due.length > 0 ? Math.min(...due) : null;
}

export const isDue = ({ dueAt }: Erasure, at: number): boolean => dueAt !== null && dueAt <= at;
