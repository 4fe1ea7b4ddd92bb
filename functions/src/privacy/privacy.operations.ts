import { raise } from '../alerts/alerts.operations.ts';
import { collections } from '../collections.ts';
import { escrowId } from '../escrow/escrow.ts';
import { generationsOf } from '../generations/generations.store.ts';
import { forgetMessages } from '../messages/messages.operations.ts';
import { accountOf, closeAccount, reopenAccount, roleOf } from '../platform/accounts.ts';
import { kycKeepDays } from '../platform/params.ts';
import { atomically, load } from '../platform/firestore.ts';
import type { Query } from '../platform/store.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { impossible, Refusal } from '../shared/refusal.ts';
import { withdrawalsOf } from '../withdrawals/withdrawals.store.ts';
import { all, eraseAll, eraseIdentity, freeNames, isVerified, type Outside } from './erasing.operations.ts';
import {
  beginErasure,
  isDue,
  isKept,
  mustBeAnother,
  recordStep,
  type Erasure,
  type ErasureOrder,
  type Outcome,
} from './erasure.ts';
import {
  leftInBooking,
  leftInChargeback,
  leftInDeposit,
  leftInEscrow,
  leftInGeneration,
  leftInJob,
  leftInPayment,
  leftInPurchase,
  leftInRefund,
  leftInWallet,
  erasedMoney,
  leftInWithdrawal,
  type Left,
  type Matter,
} from './matters.ts';
import {
  bookingsOf,
  chargebacksOf,
  depositsOf,
  dueErasures,
  escrowsOf,
  jobsBy,
  paymentsOf,
  purchasesOf,
  readToErase,
  refundsOf,
  writeBegun,
} from './privacy.store.ts';

/**
 * Begins somebody's erasure; the rest is done by what follows each step, and by the sweep.
 * @throws Refusal `money_left`; `wrong_status` for somebody with a role, which has to be taken first; `own_request`;
 *   `not_found` for a uid that is nobody's.
 */
export async function requestErasure(order: ErasureOrder): Promise<Erasure> {
  mustBeAnother(order);
  const before = await load(collections.erasures.doc(order.uid));
  const begins = before === null || before.phase === 'stopped';
  const wasDisabled = begins && (await mustBeFree(order.uid)).wasDisabled;
  const { erasure } = await atomically({
    read: (reader) => readToErase(reader, order.uid),
    decide: (found) => beginErasure({ ...found, wasDisabled }, order),
    write: (writer, begun) => {
      writeBegun(writer, order.uid, begun);
    },
  });
  return erasure;
}

async function mustBeFree(uid: string): Promise<{ readonly wasDisabled: boolean }> {
  const account = await mustBeKnown(uid);
  if (account && roleOf(account) !== null) throw new Refusal('wrong_status', { status: 'has_role' });
  const left = await leftOf(uid);
  if (left !== null) throw new Refusal('money_left', left);
  return { wasDisabled: account?.disabled ?? false };
}

/** @returns their account, unless it is gone. @throws Refusal `not_found` for a uid that is nobody's. */
export async function mustBeKnown(uid: string): ReturnType<typeof accountOf> {
  const account = await accountOf(uid);
  if (account === null && !(await isKnown(uid))) throw new Refusal('not_found', { what: 'user', uid });
  return account;
}

/** Whether anything is stored of somebody whose account is gone already. */
const isKnown = async (uid: string): Promise<boolean> =>
  (await load(collections.wallets.doc(uid))) !== null || (await load(collections.payees.doc(uid))) !== null;

async function firstLeft<T>(query: Query<T>, judge: Matter<T>): Promise<Left | null> {
  for await (const { id, doc } of all(query)) {
    const left = judge(id, doc);
    if (left !== null) return left;
  }
  return null;
}

/** The first thing that keeps somebody from being erased; null when nothing does. */
export async function leftOf(uid: string): Promise<Left | null> {
  const wallet = await load(collections.wallets.doc(uid));
  return (
    leftInWallet(uid, wallet) ??
    (await firstLeft(escrowsOf(uid), leftInEscrow)) ??
    (await firstLeft(withdrawalsOf(uid, { limit: 100 }), leftInWithdrawal)) ??
    (await firstLeft(generationsOf(uid, { limit: 100 }), leftInGeneration)) ??
    (await firstLeft(purchasesOf(uid), leftInPurchase)) ??
    (await firstLeft(paymentsOf(uid), leftInPayment)) ??
    (await firstLeft(refundsOf(uid), leftInRefund)) ??
    (await firstLeft(chargebacksOf(uid), leftInChargeback)) ??
    (await firstLeft(depositsOf(uid), leftInDeposit)) ??
    (await firstLeft(bookingsOf(uid), leftInBooking(uid))) ??
    (await leftInJobs(uid))
  );
}

/**
 * A job that was paid for keeps its parties for ever: whether it was, its escrow says. One that somebody else offers
 * holds nothing of theirs before it is, and anybody may be chosen for one: it keeps nobody.
 */
async function leftInJobs(uid: string): Promise<Left | null> {
  for await (const { id, doc } of all(jobsBy(uid))) {
    const { payer, status } = doc;
    const parties = status === 'assigned' ? escrowId({ job: id, payer, payee: doc.payee }) : null;
    const escrow = parties && (await load(collections.escrows.doc(parties)));
    const left = leftInJob(escrow !== null)(id, doc);
    if (left !== null) return left;
  }
  return null;
}

/** Takes the step that is due, and records it; what comes next is done when that is heard of, or by the sweep. */
export async function advanceErasure(uid: string, outside: () => Outside, at: number): Promise<void> {
  const erasure = await load(collections.erasures.doc(uid));
  if (erasure === null || !isDue(erasure, at)) return;
  const outcome = await take(uid, erasure, outside(), at);
  const { again } = await atomically({
    read: (reader) => readToErase(reader, uid),
    decide: (found) => recordStep(uid, { seen: erasure, ...found }, outcome, at),
    write: (writer, { after, wallet }) => {
      if (after) writer.set(collections.erasures.doc(uid), after);
      if (wallet) writer.set(collections.wallets.doc(uid), wallet);
    },
  });
  if (again) await advanceErasure(uid, outside, at);
}

const nothing: Outcome = { left: null, remainders: [], keepDays: 0 };

async function take(uid: string, erasure: Erasure, outside: Outside, at: number): Promise<Outcome> {
  switch (erasure.phase) {
    case 'closing': {
      await closeAccount(uid);
      // Now that they can begin nothing more.
      const left = await leftOf(uid);
      if (left !== null && !erasure.wasDisabled) await reopenAccount(uid);
      return { ...nothing, left };
    }
    case 'erasing': {
      const keepDays = (await isVerified(uid)) ? kycKeepDays.value() : 0;
      return { ...nothing, keepDays, remainders: await eraseAll(uid, keepDays > 0, outside) };
    }
    case 'settling': {
      const again = await eraseAll(uid, erasure.keptUntilAt !== null, outside);
      const remainders = [...new Set([...erasure.remainders, ...again])];
      return { ...nothing, remainders, left: await watch(uid, await leftOf(uid), at) };
    }
    case 'identity': {
      const left = await lookAgain(uid, erasure, at);
      if (isKept(erasure, at)) return { ...nothing, left };
      const more = await eraseIdentity(uid, outside);
      return { ...nothing, left, remainders: [...new Set([...erasure.remainders, ...more])] };
    }
    case 'done':
      return { ...nothing, left: await lookAgain(uid, erasure, at) };
    case 'stopped':
      return nothing;
    default:
      return impossible(erasure.phase);
  }
}

/** One wallet, one inbox with what was to leave it, and what they were called, once a day; all that could be left only while something is. */
async function lookAgain(uid: string, { left }: Erasure, at: number): Promise<Left | null> {
  await forgetMessages(uid);
  await freeNames(uid, at);
  const found =
    left === null ? leftInWallet(uid, await load(collections.wallets.doc(uid))) : await leftOf(uid);
  return watch(uid, found, at);
}

/** Somebody hears of money that comes for one who is gone, once for each. A job alone holds none. */
async function watch(uid: string, left: Left | null, at: number): Promise<Left | null> {
  if (left === null || left.what === 'job') return left;
  const version = left.id === uid ? ((await load(collections.wallets.doc(uid)))?.version ?? 0) : left.what;
  await raise(`erased.${left.id}.${version}`, erasedMoney(uid, left), at);
  return left;
}

/** What was begun and not ended, and what is due by now. */
export const sweepErasures = (outside: () => Outside, at: number): Promise<Swept> =>
  sweep(dueErasures(at), async (uid) => {
    await advanceErasure(uid, outside, at);
  });
