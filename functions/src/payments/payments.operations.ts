import { collections } from '../collections.ts';
import type { Actor } from '../oversight/action.ts';
import { atomically } from '../platform/firestore.ts';
import type { EventResult } from '../psp/event.ts';
import type { CardReport } from '../psp/ports.ts';
import { newBuyer } from '../purchases/limits.ts';
import { Refusal } from '../shared/refusal.ts';
import { beginPayment, times, type FundOrder } from './begin.ts';
import { collect } from './collect.ts';
import { isOpen, readAttempt, type CardPayment } from './funding.ts';
import { creditReview } from './misfit.ts';
import { partsOf, readToBegin, readToCollect, writeBegun, writeCollected } from './payments.store.ts';
import { endUnpaid, type CollectBooks, type Collected } from './unpaid.ts';

/** Holds the wallet's part and records the try, before any provider hears of it; see begin.ts. */
export async function begin(order: FundOrder): Promise<CardPayment> {
  const { payment } = await atomically({
    read: (reader) => readToBegin(reader, order.id),
    decide: (books) => beginPayment(books, order),
    write: (writer, begun) => {
      writeBegun(writer, order.id, begun);
    },
  });
  return payment;
}

/** Notes who the payer is at the provider, for this payment and all later ones. */
export async function keepCustomer(id: string, customer: string): Promise<CardPayment> {
  const { payer } = partsOf(id);
  const { payment } = await atomically({
    read: (reader) =>
      reader.get({ payment: collections.payments.doc(id), buyer: collections.buyers.doc(payer) }),
    decide: ({ payment, buyer }) => {
      if (!payment) throw new Refusal('not_found', { what: 'payment', id });
      return {
        payment: payment.customer === '' ? { ...payment, customer } : payment,
        buyer: { ...(buyer ?? newBuyer), customer: buyer?.customer ?? customer },
      };
    },
    write: (writer, { payment, buyer }) => {
      writer.set(collections.payments.doc(id), payment);
      writer.set(collections.buyers.doc(payer), buyer);
    },
  });
  return payment;
}

/** Does what the provider says of one try; null when it speaks of none of ours. */
export async function settleCard(report: CardReport, at: number): Promise<Collected | null> {
  const id = readAttempt(report.attempt)?.id;
  return id === undefined ? null : change(id, (books) => collect(books, report, at));
}

/** The provider's definite no: nobody can pay this try. */
export const failPayment = (id: string, attempt: number, why: string, at: number): Promise<CardPayment> =>
  endTry(id, attempt, 'failed', why, at);

/** A try of which the provider never heard, ended before it could. */
export const endUnheard = (id: string, attempt: number, at: number): Promise<CardPayment> =>
  endTry(id, attempt, 'expired', 'not_paid', at);

async function endTry(
  id: string,
  attempt: number,
  status: 'failed' | 'expired',
  why: string,
  at: number,
): Promise<CardPayment> {
  const ended = await change(id, (books) => {
    const { payment } = books;
    if (!payment || !isOpen(payment) || payment.attempt !== attempt) return null;
    return endUnpaid(books, payment, status, why, at);
  });
  return ended?.payment ?? loadPayment(id);
}

async function loadPayment(id: string): Promise<CardPayment> {
  const { payment } = await atomically({
    read: (reader) => reader.get({ payment: collections.payments.doc(id) }),
    decide: ({ payment }) => ({ payment }),
    write: () => undefined,
  });
  if (!payment) throw new Refusal('not_found', { what: 'payment', id });
  return payment;
}

/** Nothing could be learned: it comes up again. Says whether that has lasted too long. */
export async function askAgain(id: string, at: number): Promise<{ readonly overdue: boolean }> {
  const { payment } = await atomically({
    read: (reader) => reader.get({ payment: collections.payments.doc(id) }),
    decide: ({ payment }) => ({
      payment:
        payment && payment.dueAt !== null && payment.dueAt <= at
          ? { ...payment, dueAt: at + times.ask }
          : null,
    }),
    write: (writer, { payment }) => {
      if (payment) writer.set(collections.payments.doc(id), payment);
    },
  });
  return { overdue: payment !== null && at >= payment.expiresAt + times.escalate };
}

/** Finance lets a payment under review into the payer's wallet, with a record of who and why. */
export async function creditPayment(id: string, actor: Actor, at: number): Promise<CardPayment> {
  const { payment } = await atomically({
    read: (reader) => readToCollect(reader, id),
    decide: (books) => {
      const credited = creditReview(books, { id, by: actor.uid, at });
      const { payment } = credited;
      const action =
        payment === books.payment
          ? null
          : {
              id: `payment.${id}.${payment.version}`,
              action: 'payments-credit',
              target: `payments/${id}`,
              by: actor.uid,
              role: actor.role,
              ip: actor.ip,
              at,
              reason: actor.reason,
              before: { status: books.payment?.status ?? null },
              after: { status: payment.status },
            };
      return { ...credited, action };
    },
    write: (writer, credited) => {
      if (credited.action) writeCollected(writer, id, credited, credited.action);
    },
  });
  return payment;
}

export const resultOf = (collected: Collected | null): EventResult => collected?.result ?? 'unknown';

async function change(
  id: string,
  decide: (books: CollectBooks) => Collected | null,
): Promise<Collected | null> {
  const { collected } = await atomically({
    read: (reader) => readToCollect(reader, id),
    decide: (books) => ({ before: books.payment, collected: decide(books) }),
    write: (writer, { before, collected }) => {
      if (collected && collected.payment !== before) writeCollected(writer, id, collected);
    },
  });
  return collected;
}
