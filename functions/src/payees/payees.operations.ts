import { waiting, type Finding } from '../alerts/alert.ts';
import { raise } from '../alerts/alerts.operations.ts';
import type { Actor, AdminAction } from '../oversight/action.ts';
import { newName } from '../platform/chance.ts';
import { atomically } from '../platform/firestore.ts';
import type { Sealed } from '../shared/sealed.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { joinId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import {
  destinationOf,
  removeDestination,
  saveDestination,
  verifyDestination,
  type Verification,
} from './destination.ts';
import { reviewKyc, submitKyc, type Review } from './kyc.ts';
import { escalatePayee } from './overdue.ts';
import { newPayee, type Application, type Payee } from './payee.ts';
import { duePayees, readPayee, writePayee } from './payees.store.ts';

export const submitApplication = (uid: string, application: Application): Promise<Payee> =>
  changePayee(uid, (payee) => submitKyc(payee, application));

export const addDestination = (order: Parameters<typeof saveDestination>[1]): Promise<Payee> =>
  changePayee(order.uid, (payee) => saveDestination(payee, order));

export const dropDestination = (uid: string, destination: string): Promise<Payee> =>
  changePayee(uid, (payee) => removeDestination(payee, destination));

type ByAdmin<T> = Omit<T, 'by' | 'reason'> & { readonly actor: Actor };

export const reviewApplication = ({ actor, ...order }: ByAdmin<Review>): Promise<Payee> =>
  changePayee(order.uid, (payee) => reviewKyc(payee, { ...order, by: actor.uid, reason: actor.reason }), {
    actor,
    at: order.at,
    action: `kyc-${order.decision}`,
    show: (payee) => ({ kyc: payee?.kyc.status ?? 'none', application: order.application }),
  });

export const decideDestination = ({ actor, ...order }: ByAdmin<Verification>): Promise<Payee> =>
  changePayee(
    order.uid,
    (payee) => verifyDestination(payee, { ...order, by: actor.uid, reason: actor.reason }),
    {
      actor,
      at: order.at,
      action: `destinations-${order.decision}`,
      show: (payee) => {
        const { id, mask, status } = destinationOf(payee, order.destination);
        return { destination: id, mask, status };
      },
    },
  );

type Look = { readonly uid: string; readonly actor: Actor; readonly at: number };

/** Hands out what somebody applied with, still sealed, once the record of who looks is committed (W0-45). */
export const openApplication = (look: Look): Promise<Revealed> =>
  reveal(look, 'kyc-reveal', (payee) => {
    const kyc = payee?.kyc;
    if (kyc === undefined || kyc.status === 'none') throw new Refusal('not_found', { what: 'application' });
    return { id: kyc.application.id, sealed: kyc.application.sealed };
  });

/** The same for the full details of a destination. */
export const openDestination = (look: Look & { readonly destination: string }): Promise<Revealed> =>
  reveal(look, 'destinations-reveal', (payee) => {
    const { id, sealed } = destinationOf(payee, look.destination);
    return { id, sealed };
  });

/** Escalates what waits too long, with an alert for whoever is on duty. */
export const sweepPayees = (at: number): Promise<Swept> =>
  sweep(duePayees(at), async (uid) => {
    const { kyc, destinations } = await changePayee(uid, (payee) =>
      escalatePayee(payee ?? newPayee, uid, at),
    );
    const waits = destinations.filter(({ status }) => status === 'unverified').map(({ id }) => id);
    const papers = kyc.status === 'pending' ? [kyc.application.id] : [];
    for (const id of [...papers, ...waits]) await raise(`payee.${uid}.${id}`, toReview(uid), at);
  });

const toReview = (uid: string): Finding =>
  waiting('payee_waits', `payees/${uid}`, {
    title: 'Papers or a place to be paid to wait for a review',
    explanation: `${uid} has waited longer than 48 hours. See kyc-queue; kyc-review and destinations-verify decide.`,
    people: [uid],
  });

type Powered = {
  readonly actor: Actor;
  readonly at: number;
  readonly action: string;
  /** What counted, before and after. */
  readonly show: (payee: Payee | null) => Readonly<Record<string, unknown>>;
};

/** One step of one payee; what changes nothing writes nothing. */
export async function changePayee(
  uid: string,
  decide: (payee: Payee | null) => Payee,
  powered?: Powered,
): Promise<Payee> {
  const { after } = await atomically({
    read: (reader) => readPayee(reader, uid),
    decide: ({ payee }) => {
      const after = decide(payee);
      const same = after === payee || after === newPayee;
      const action = same || !powered ? null : actionOf(uid, payee, after, powered);
      return { after, payee: same ? null : after, action };
    },
    write: (writer, written) => {
      writePayee(writer, uid, written);
    },
  });
  return after;
}

const actionOf = (
  uid: string,
  before: Payee | null,
  after: Payee,
  { actor, at, action, show }: Powered,
): AdminAction => ({
  id: `payee.${joinId(uid)}.${after.version}`,
  action,
  target: `payees/${uid}`,
  by: actor.uid,
  role: actor.role,
  ip: actor.ip,
  at,
  reason: actor.reason,
  before: show(before),
  after: show(after),
});

export type Revealed = { readonly id: string; readonly sealed: Sealed };

/** Each look is a record of its own, and nothing is shown before it is committed. */
async function reveal(
  { uid, actor, at }: Look,
  action: string,
  choose: (payee: Payee | null) => Revealed,
): Promise<Revealed> {
  const look = newName();
  const { revealed } = await atomically({
    read: (reader) => readPayee(reader, uid),
    decide: ({ payee }) => {
      const revealed = choose(payee);
      const record: AdminAction = {
        id: `reveal.${look}`,
        action,
        target: `payees/${uid}`,
        by: actor.uid,
        role: actor.role,
        ip: actor.ip,
        at,
        reason: actor.reason,
        before: {},
        after: { revealed: revealed.id },
      };
      return { revealed, record };
    },
    write: (writer, { record }) => {
      writePayee(writer, uid, { payee: null, action: record });
    },
  });
  return revealed;
}
