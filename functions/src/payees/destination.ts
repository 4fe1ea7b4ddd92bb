import type { Sealed } from '../shared/sealed.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Currency } from '../shared/money.ts';
import {
  changed,
  HOUR,
  newPayee,
  targets,
  told,
  type Decision,
  type Destination,
  type Payee,
  type SavedDestination,
} from './payee.ts';

export const MOST_DESTINATIONS = 5;
/** How long a change of destination has to wait before money may go there (W4-29). */
export const COOLING_OFF = 24 * HOUR;

/** All that is shown of an account: its country and its last four characters. */
export const maskOf = (iban: string): string => `${iban.slice(0, 2)}•• •••• ${iban.slice(-4)}`;

/** Where something sealed of a person is kept: it opens nowhere else. */
export const placeOf = (uid: string, id: string): string => `payees/${uid}/${id}`;

type NewDestination = {
  readonly uid: string;
  readonly id: string;
  readonly requestHash: string;
  readonly currency: Currency;
  readonly mask: string;
  readonly sealed: Sealed;
  readonly at: number;
};

/**
 * Adds a destination, unverified. The same request again changes nothing. The first one ever may be used as
 * soon as it is verified; each later one is a change and waits for its cooling-off.
 * @throws Refusal `request_id_reused`, `limit_reached` when there are five.
 */
export function saveDestination(found: Payee | null, order: NewDestination): Payee {
  const payee = found ?? newPayee;
  const before = payee.destinations.find(({ id }) => id === order.id);
  if (before && before.requestHash !== order.requestHash) throw new Refusal('request_id_reused');
  if (before) return payee;
  const used = payee.destinations.length;
  if (used >= MOST_DESTINATIONS)
    throw new Refusal('limit_reached', { limit: MOST_DESTINATIONS, used, retryAt: null });
  const { uid, id, requestHash, currency, mask, sealed, at } = order;
  const usableAt = payee.saved === 0 ? at : at + COOLING_OFF;
  const saved: SavedDestination = {
    id,
    kind: 'bank',
    currency,
    mask,
    sealed,
    requestHash,
    savedAt: at,
    usableAt,
  };
  const waiting: Destination = { ...saved, status: 'unverified', dueAt: at + targets.review, overdue: 0 };
  return changed(payee, {
    ...told(payee, uid, 'destination-saved', at, mask),
    destinations: [...payee.destinations, waiting],
    saved: payee.saved + 1,
  });
}

/** Takes a destination out. One that is not there is out already. Open withdrawals keep their own copy. */
export function removeDestination(payee: Payee | null, id: string): Payee {
  const rest = payee?.destinations.filter((one) => one.id !== id);
  if (payee === null || rest?.length === payee.destinations.length) return payee ?? newPayee;
  return changed(payee, { destinations: rest ?? [] });
}

/** @throws Refusal `not_found`. */
export function destinationOf(payee: Payee | null, id: string): Destination {
  const found = payee?.destinations.find((one) => one.id === id);
  if (!found) throw new Refusal('not_found', { what: 'destination', id });
  return found;
}

export type Verification = Decision & {
  readonly destination: string;
  readonly decision: 'verify' | 'reject';
  readonly reason: string;
};

/**
 * An admin decides about one destination. The same decision again changes nothing.
 * @throws Refusal `not_found`, `own_request`, `wrong_status` when the other decision was made.
 */
export function verifyDestination(payee: Payee | null, order: Verification): Payee {
  const from = destinationOf(payee, order.destination);
  if (order.uid === order.by) throw new Refusal('own_request');
  const wanted = order.decision === 'verify' ? 'verified' : 'rejected';
  if (payee === null || from.status === wanted) return payee ?? newPayee;
  if (from.status !== 'unverified') throw new Refusal('wrong_status', { status: from.status });
  const { at, by, reason } = order;
  const { id, kind, currency, mask, sealed, requestHash, savedAt, usableAt } = from;
  const kept = { id, kind, currency, mask, sealed, requestHash, savedAt, usableAt, decidedAt: at, by };
  const after: Destination =
    wanted === 'verified' ? { ...kept, status: wanted } : { ...kept, status: wanted, reason };
  return changed(payee, {
    ...told(payee, order.uid, `destination-${wanted}`, at, mask),
    destinations: payee.destinations.map((one) => (one.id === id ? after : one)),
  });
}
