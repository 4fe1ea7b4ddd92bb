import { raise } from '../alerts/alerts.operations.ts';
import { mustBeOff } from '../brake/brake.ts';
import { brakeRef } from '../brake/brake.store.ts';
import { collections } from '../collections.ts';
import type { Actor, AdminAction } from '../oversight/action.ts';
import { newName } from '../platform/chance.ts';
import { atomically, load } from '../platform/firestore.ts';
import type { Sealed } from '../shared/sealed.ts';
import type { Reader } from '../platform/store.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import type { PayoutGateway } from '../psp/ports.ts';
import { Refusal } from '../shared/refusal.ts';
import {
  approve,
  assign,
  cancel,
  escalate,
  fail,
  pay,
  reject,
  type Paid,
  type Payment,
} from './decisions.ts';
import type { Books } from './ending.ts';
import { advancePayout, sweepPayout } from './payouts.operations.ts';
import { requestWithdrawal, type Moved, type WithdrawalOrder } from './request.ts';
import { isProcessing, isUnderWay, type Withdrawal } from './withdrawal.ts';
import {
  ownerOf,
  createWithdrawal,
  dueWithdrawals,
  readForPayment,
  readToApprove,
  readTogether,
  readWithdrawal,
  recordAction,
  writeWithdrawal,
} from './withdrawals.store.ts';
import { waitsFor } from './withdrawal.texts.ts';

/** Reserves the money of a withdrawal, once for each request id; see request.ts for what it may refuse. */
export async function makeWithdrawal(order: WithdrawalOrder): Promise<Withdrawal> {
  const { withdrawal } = await atomically({
    read: (reader) => readTogether(reader, order.id),
    decide: (books) => requestWithdrawal(books, order),
    write: (writer, moved) => {
      if (moved.posting) createWithdrawal(writer, order.id, moved);
    },
  });
  return withdrawal;
}

export type ByAdmin = { readonly actor: Actor; readonly at: number };

export async function cancelWithdrawal(id: string, by: string, at: number): Promise<Withdrawal> {
  // Nobody makes us read a stranger's wallet.
  if (ownerOf(id) !== by) throw new Refusal('not_found', { what: 'withdrawal', id });
  return step(id, readTogether, (books) => cancel(books, { by, at }));
}

/** Lets it pass, and asks nobody: what that sends off to the provider, the sweep goes on with. See `approve`. */
export const letPass = (id: string, admin: ByAdmin): Promise<Withdrawal> =>
  step(id, readToApprove, (books) => approve(books, { by: admin.actor.uid, at: admin.at }), {
    ...admin,
    name: 'approve',
  });

/**
 * Lets it pass; where that sends it off to the provider, goes on with that at once. A payout that nobody was asked
 * for yet is taken up by a repeat as by the sweep.
 */
export async function approveWithdrawal(
  gateway: () => PayoutGateway,
  id: string,
  admin: ByAdmin,
): Promise<Withdrawal> {
  const approved = await letPass(id, admin);
  if (!isProcessing(approved) || approved.payout.asked > 0) return approved;
  await advancePayout(gateway(), id, admin.at);
  return (await load(collections.withdrawals.doc(id))) ?? approved;
}

export const assignWithdrawal = (id: string, to: string, admin: ByAdmin): Promise<Withdrawal> =>
  step(id, readWithdrawal, (books) => assign(books, { by: admin.actor.uid, to }), {
    ...admin,
    name: 'assign',
  });

export const rejectWithdrawal = (id: string, admin: ByAdmin): Promise<Withdrawal> =>
  step(id, readTogether, (books) => reject(books, reasoned(admin)), { ...admin, name: 'reject' });

export const failWithdrawal = (id: string, admin: ByAdmin): Promise<Withdrawal> =>
  step(id, readTogether, (books) => fail(books, reasoned(admin)), { ...admin, name: 'fail' });

/** Records the proof of a payment that finance made. */
export const payWithdrawal = (
  id: string,
  payment: Omit<Payment, 'by' | 'at'>,
  admin: ByAdmin,
): Promise<Withdrawal> =>
  step(
    id,
    (reader) => readForPayment(reader, id, payment.referenceId),
    (books) => pay(books, { ...payment, by: admin.actor.uid, at: admin.at }),
    { ...admin, name: 'pay' },
    payment.referenceId,
  );

const reasoned = ({ actor, at }: ByAdmin) => ({ by: actor.uid, reason: actor.reason, at });

/**
 * Asks about what is at the provider, and escalates what waits too long for a person, with an alert for whoever is on
 * duty.
 */
export const sweepWithdrawals = (gateway: PayoutGateway, at: number): Promise<Swept> =>
  sweep(dueWithdrawals(at), async (id) => {
    const found = await load(collections.withdrawals.doc(id));
    if (found && isUnderWay(found)) return sweepPayout(gateway, id, at);
    const late = await step(id, readWithdrawal, (books) => escalate(books, at));
    await raise(`withdrawal.${id}.${late.status}`, waitsFor(id, late, late.status), at);
  });

/**
 * Hands out the destination, still sealed, once the record of who looks is committed (W0-45).
 * @throws Refusal `not_found`, `payouts_stopped`: who may not pay needs no account number.
 */
export async function openSnapshot(id: string, { actor, at }: ByAdmin): Promise<Snapshot> {
  const look = newName();
  const { snapshot } = await atomically({
    read: (reader) => reader.get({ withdrawal: collections.withdrawals.doc(id), brake: brakeRef }),
    decide: ({ withdrawal, brake }) => {
      if (!withdrawal) throw new Refusal('not_found', { what: 'withdrawal', id });
      mustBeOff(brake);
      const { uid, destination } = withdrawal;
      const shown = { before: {}, after: { revealed: destination.id } };
      const snapshot: Snapshot = { uid, id: destination.id, sealed: destination.sealed };
      return { snapshot, action: record(`reveal.${look}`, 'reveal', id, { actor, at }, shown) };
    },
    write: (writer, { action }) => {
      recordAction(writer, action);
    },
  });
  return snapshot;
}

export type Snapshot = { readonly uid: string; readonly id: string; readonly sealed: Sealed };

/** One step of one withdrawal; what changes nothing writes nothing. */
async function step<B extends Books>(
  id: string,
  read: (reader: Reader, id: string) => Promise<B>,
  decide: (books: B) => Moved | Paid,
  admin?: ByAdmin & { readonly name: string },
  referenceId = '',
): Promise<Withdrawal> {
  const { withdrawal } = await atomically({
    read: (reader) => read(reader, id),
    decide: (books) => {
      const moved = decide(books);
      const { withdrawal } = moved;
      const isNew = withdrawal !== books.withdrawal;
      const shown = { before: show(books.withdrawal), after: show(withdrawal) };
      const actionId = `withdrawal.${id}.${withdrawal.version}`;
      const action = isNew && admin ? record(actionId, admin.name, id, admin, shown) : null;
      return { ...moved, id, referenceId, action, isNew };
    },
    write: (writer, written) => {
      if (written.isNew) writeWithdrawal(writer, written);
    },
  });
  return withdrawal;
}

const record = (
  actionId: string,
  name: string,
  id: string,
  { actor, at }: ByAdmin,
  shown: Pick<AdminAction, 'before' | 'after'>,
): AdminAction => ({
  id: actionId,
  action: `withdrawals-${name}`,
  target: `withdrawals/${id}`,
  by: actor.uid,
  role: actor.role,
  ip: actor.ip,
  at,
  reason: actor.reason,
  ...shown,
});

const show = (withdrawal: Withdrawal | null): AdminAction['before'] =>
  withdrawal
    ? {
        status: withdrawal.status,
        amount: withdrawal.amount,
        currency: withdrawal.currency,
        ...('proof' in withdrawal && {
          reference: withdrawal.proof.reference,
          method: withdrawal.proof.method,
        }),
      }
    : {};
