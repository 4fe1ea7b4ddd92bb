import { raise } from '../alerts/alerts.operations.ts';
import { collections } from '../collections.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { Actor, AdminAction } from '../oversight/action.ts';
import { atomically, load } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import type { Deposit } from './deposit.ts';
import { assign, reject, remind, submit, verify, waitsFor, type Transfer } from './depositing.ts';
import { dueDeposits, readDeposit, readToVerify } from './deposits.store.ts';

/** Records a transfer that is to be looked for, once for each request id. */
export async function makeDeposit(id: string, order: Parameters<typeof submit>[1]): Promise<Deposit> {
  const { deposit } = await atomically({
    read: (reader) => readDeposit(reader, id),
    decide: ({ deposit: before }) => {
      const deposit = submit(before, order);
      return { deposit, isNew: deposit !== before };
    },
    write: (writer, { deposit: made, isNew }) => {
      if (isNew) writer.create(collections.deposits.doc(id), made);
    },
  });
  return deposit;
}

export type ByAdmin = { readonly actor: Actor; readonly at: number };
type Found = Transfer & { readonly referenceId: string };

/** What finance found goes into the wallet, and its reference is used up, in one commit; see `verify`. */
export async function verifyDeposit(
  id: string,
  { referenceId, ...found }: Found,
  admin: ByAdmin,
): Promise<Deposit> {
  const { deposit } = await atomically({
    read: (reader) => readToVerify(reader, id, referenceId),
    decide: (books) => ({ ...verify(books, { found, ...lookedBy(id, admin) }), before: books.deposit }),
    write: (writer, { deposit: after, posting, before }) => {
      if (after === before || posting === null) return;
      writer.set(collections.deposits.doc(id), after);
      writer.create(collections.depositReferences.doc(referenceId), { deposit: id, at: admin.at });
      writePosting(writer, posting);
      writeAction(writer, recordOf(id, 'verify', before, after, admin));
    },
  });
  return deposit;
}

export const rejectDeposit = (id: string, admin: ByAdmin): Promise<Deposit> =>
  step(id, 'reject', (deposit) => reject({ deposit }, lookedBy(id, admin)), admin);

export const assignDeposit = (id: string, to: string, admin: ByAdmin): Promise<Deposit> =>
  step(id, 'assign', (deposit) => assign({ deposit }, { id, by: admin.actor.uid, to }), admin);

const lookedBy = (id: string, { actor, at }: ByAdmin) => ({ id, by: actor.uid, why: actor.reason, at });

async function step(
  id: string,
  name: string,
  decide: (deposit: Deposit | null) => Deposit,
  admin: ByAdmin,
): Promise<Deposit> {
  const { deposit } = await atomically({
    read: (reader) => readDeposit(reader, id),
    decide: ({ deposit: before }) => ({ before, deposit: decide(before) }),
    write: (writer, { before, deposit: after }) => {
      if (after === before) return;
      writer.set(collections.deposits.doc(id), after);
      writeAction(writer, recordOf(id, name, before, after, admin));
    },
  });
  return deposit;
}

const recordOf = (
  id: string,
  name: string,
  before: Deposit | null,
  after: Deposit,
  { actor, at }: ByAdmin,
): AdminAction => ({
  id: `deposit.${id}.${after.version}`,
  action: `deposits-${name}`,
  target: `deposits/${id}`,
  ...{ by: actor.uid, role: actor.role, ip: actor.ip, at, reason: actor.reason },
  before: { status: before?.status ?? null, assignee: before?.assignee ?? null },
  after: { status: after.status, assignee: after.assignee, amount: after.amount, currency: after.currency },
});

/** Tells finance of each that waits too long, once; it comes up again every day. */
export const sweepDeposits = (at: number): Promise<Swept> =>
  sweep(dueDeposits(at), async (id) => {
    const found = await load(collections.deposits.doc(id));
    if (found?.status === 'waiting') await raise(`deposit.${id}.waits`, waitsFor(id, found), at);
    await atomically({
      read: (reader) => readDeposit(reader, id),
      decide: ({ deposit }) => ({ after: remind(deposit, at) }),
      write: (writer, { after }) => {
        if (after) writer.set(collections.deposits.doc(id), after);
      },
    });
  });
