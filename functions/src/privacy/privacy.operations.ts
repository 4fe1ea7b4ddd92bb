import { collections } from '../collections.ts';
import { escrowId } from '../escrow/escrow.ts';
import { accountOf, closeAccount, reopenAccount, roleOf } from '../platform/accounts.ts';
import { kycKeepDays } from '../platform/params.ts';
import { atomically, load } from '../platform/firestore.ts';
import type { Query } from '../platform/store.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { impossible, Refusal } from '../shared/refusal.ts';
import { withdrawalsOf } from '../withdrawals/withdrawals.store.ts';
import { all, eraseAll, eraseIdentity, isVerified, type Outside } from './erasing.operations.ts';
import {
  beginErasure,
  isDue,
  mustBeAnother,
  stepOn,
  type Erasure,
  type ErasureOrder,
  type Outcome,
} from './erasure.ts';
import {
  leftInChargeback,
  leftInEscrow,
  leftInJob,
  leftInPayment,
  leftInPurchase,
  leftInRefund,
  leftInWallet,
  leftInWithdrawal,
  type Left,
  type Matter,
} from './matters.ts';
import {
  chargebacksOf,
  dueErasures,
  escrowsOf,
  jobsBy,
  jobsFor,
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
  if (before === null || before.phase === 'stopped') await mustBeFree(order.uid);
  const { erasure } = await atomically({
    read: (reader) => readToErase(reader, order.uid),
    decide: (found) => beginErasure(found, order),
    write: (writer, begun) => {
      writeBegun(writer, order.uid, begun);
    },
  });
  return erasure;
}

async function mustBeFree(uid: string): Promise<void> {
  const account = await accountOf(uid);
  if (account === null && !(await isKnown(uid))) throw new Refusal('not_found', { what: 'user', uid });
  if (account && roleOf(account) !== null) throw new Refusal('wrong_status', { status: 'has_role' });
  const left = await leftOf(uid);
  if (left !== null) throw new Refusal('money_left', left);
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
    (await firstLeft(purchasesOf(uid), leftInPurchase)) ??
    (await firstLeft(paymentsOf(uid), leftInPayment)) ??
    (await firstLeft(refundsOf(uid), leftInRefund)) ??
    (await firstLeft(chargebacksOf(uid), leftInChargeback)) ??
    (await leftInJobs(uid))
  );
}

/** A job that was paid for keeps its parties for ever: whether it was, its escrow says. */
async function leftInJobs(uid: string): Promise<Left | null> {
  for (const query of [jobsBy(uid), jobsFor(uid)])
    for await (const { id, doc } of all(query)) {
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
  const outcome = await take(uid, erasure, outside());
  await atomically({
    read: (reader) => readToErase(reader, uid),
    decide: (found) => {
      // Somebody else took the same step meanwhile.
      if (found.erasure?.version !== erasure.version) return { after: null, wallet: null };
      const after = stepOn(found.erasure, outcome, at);
      const thawed = after.phase === 'stopped' && found.wallet ? { ...found.wallet, frozen: false } : null;
      return { after, wallet: thawed };
    },
    write: (writer, { after, wallet }) => {
      if (after) writer.set(collections.erasures.doc(uid), after);
      if (wallet) writer.set(collections.wallets.doc(uid), wallet);
    },
  });
}

const nothing: Outcome = { left: null, remainders: [], keepDays: 0 };

async function take(uid: string, erasure: Erasure, outside: Outside): Promise<Outcome> {
  switch (erasure.phase) {
    case 'closing': {
      await closeAccount(uid);
      // Now that they can begin nothing more.
      const left = await leftOf(uid);
      if (left !== null) await reopenAccount(uid);
      return { ...nothing, left };
    }
    case 'erasing': {
      const keepDays = (await isVerified(uid)) ? kycKeepDays.value() : 0;
      return { ...nothing, keepDays, remainders: await eraseAll(uid, keepDays > 0, outside) };
    }
    case 'settling': {
      const again = await eraseAll(uid, erasure.keptUntilAt !== null, outside);
      const remainders = [...new Set([...erasure.remainders, ...again])];
      return { ...nothing, remainders, left: await leftOf(uid) };
    }
    case 'identity': {
      const more = await eraseIdentity(uid, outside);
      return { ...nothing, remainders: [...new Set([...erasure.remainders, ...more])] };
    }
    case 'done':
    case 'stopped':
      return nothing;
    default:
      return impossible(erasure.phase);
  }
}

/** What was begun and not ended, and what is due by now. */
export const sweepErasures = (outside: () => Outside, at: number): Promise<Swept> =>
  sweep(dueErasures(at), async (uid) => {
    await advanceErasure(uid, outside, at);
  });
