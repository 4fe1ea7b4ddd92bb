import { mustNotBeKept } from '../jobs/job.ts';
import { atomically, load } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { collections } from '../collections.ts';
import type { Actor, AdminAction } from '../oversight/action.ts';
import type { Reader, Writer } from '../platform/store.ts';
import { Refusal } from '../shared/refusal.ts';
import { isClosed, type DisputeReason, type Escrow } from './escrow.ts';
import {
  createEscrow,
  dueEscrows,
  mustName,
  readEscrow,
  readForLock,
  readForRefund,
  readForRelease,
  readForSettlement,
  writeEscrow,
} from './escrow.store.ts';
import type { FeePolicy } from './fees.ts';
import { dispute, newEscrow, revise, submit } from './progress.ts';
import {
  lock,
  onDue,
  refund,
  release,
  resolve,
  type EscrowBooks,
  type Order,
  type Resolution,
  type Settled,
} from './settlement.ts';

/** Who asks: a party by their token, or an admin who says why. */
export type By = { readonly uid: string; readonly admin: Actor | null; readonly at: number };

const orderOf = ({ uid, admin, at }: By): Order => ({ by: admin ? 'admin' : 'person', uid, at });

/** Locks the money of a job. A second lock of the same job by its payer answers the first one's escrow. */
export async function lockEscrow(
  job: string,
  by: { uid: string; at: number; policy: FeePolicy },
): Promise<Escrow> {
  const made = await atomically({
    read: (reader) => readForLock(reader, job, by.uid),
    decide: ({ job: found, wallet, before }) => {
      if (before && found?.payer === by.uid) return { replayed: before.reference };
      return lock(newEscrow(found, { id: job, by: by.uid, at: by.at, policy: by.policy }), wallet);
    },
    write: (writer, decision) => {
      if ('escrow' in decision) createEscrow(writer, decision.escrow, decision.posting);
    },
  });
  return 'escrow' in made ? made.escrow : loadEscrow(made.replayed.slice('escrows/'.length));
}

/** Pays the payee; see `release` in settlement.ts for who may and when. */
export const releaseEscrow = (id: string, by: By): Promise<Escrow> =>
  settle(id, by, 'release', readForRelease, (books) => release(books, orderOf(by)));

/** Gives the money back; see `refund` in settlement.ts for who may and when. */
export const refundEscrow = (id: string, by: By): Promise<Escrow> =>
  settle(id, by, 'refund', readForRefund, (books) => refund(books, orderOf(by)));

/** Ends a dispute as support decides. */
export const resolveDispute = (id: string, resolution: Resolution, by: By): Promise<Escrow> =>
  settle(id, by, 'resolve', readForSettlement, (books) => resolve(books, resolution, orderOf(by)));

/** What the task and the sweep both do with an escrow that may be due. */
export const settleDue = (id: string, at: number): Promise<Escrow> =>
  settle(id, { uid: 'system', admin: null, at }, 'timer', readForSettlement, (books) => onDue(books, at));

export const submitWork = (id: string, order: { uid: string; note: string; at: number }): Promise<Escrow> =>
  change(id, order.uid, (escrow) => submit(escrow, order));

export const askForRevision = (
  id: string,
  order: { uid: string; wish: string; at: number },
): Promise<Escrow> => change(id, order.uid, (escrow) => revise(escrow, order));

type Complaint = {
  readonly uid: string;
  readonly reason: DisputeReason;
  readonly statement: string;
  readonly at: number;
};

export const openDispute = (id: string, order: Complaint): Promise<Escrow> =>
  change(id, order.uid, (escrow) => dispute(escrow, order));

/** The guarantee behind the task: settles all that is due; a failure of one stops no other. */
export const sweepEscrows = (at: number): Promise<Swept> => sweep(dueEscrows(at), (id) => settleDue(id, at));

async function loadEscrow(id: string): Promise<Escrow> {
  const escrow = await load(collections.escrows.doc(id));
  if (!escrow) throw new Refusal('not_found', { what: 'escrow' });
  return escrow;
}

/** A move of an escrow's money: what was read, what is decided, what is written. */
async function settle(
  id: string,
  by: By,
  action: string,
  read: (reader: Reader, id: string) => Promise<EscrowBooks>,
  decide: (books: EscrowBooks) => Settled,
): Promise<Escrow> {
  if (!by.admin && by.uid !== 'system') mustName(id, by.uid);
  const { escrow } = await atomically({
    read: (reader) => read(reader, id),
    decide: (books) => {
      const settled = decide(books);
      mustNotBeKept(settled.escrow);
      const changed = settled.escrow !== books.escrow;
      return {
        ...settled,
        changed,
        action:
          changed && by.admin ? actionOf(action, id, books.escrow, settled.escrow, by.admin, by.at) : null,
      };
    },
    write: (writer, decision) => {
      if (decision.changed) writeEscrow(writer, decision);
    },
  });
  return escrow;
}

/** A step that moves no money. */
async function change(id: string, uid: string, decide: (escrow: Escrow | null) => Escrow): Promise<Escrow> {
  mustName(id, uid);
  const { escrow } = await atomically({
    read: (reader) => readEscrow(reader, id),
    decide: ({ escrow: before }) => {
      const escrow = decide(before);
      mustNotBeKept(escrow);
      return { before, escrow };
    },
    write: (writer: Writer, { before, escrow }) => {
      if (escrow !== before) writeEscrow(writer, { escrow, posting: null, action: null });
    },
  });
  return escrow;
}

const shown = (escrow: Escrow | null) => ({
  status: escrow?.status ?? null,
  balance: escrow?.balance ?? null,
  ...(escrow && isClosed(escrow) && { outcome: escrow.outcome }),
});

const actionOf = (
  action: string,
  id: string,
  before: Escrow | null,
  after: Escrow,
  admin: Actor,
  at: number,
): AdminAction => ({
  id: `escrow.${id}.${after.version}`,
  action: `escrow-${action}`,
  target: `escrows/${id}`,
  by: admin.uid,
  role: admin.role,
  ip: admin.ip,
  at,
  reason: admin.reason,
  before: shown(before),
  after: shown(after),
});
