import type { Sealed } from '../shared/sealed.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Currency } from '../shared/money.ts';
import { readyAccount } from './connected.ts';
import { maskOf } from './mask.ts';
import {
  changed,
  COOLING_OFF,
  newPayee,
  targets,
  told,
  type Decision,
  type Destination,
  type DestinationKind,
  type Payee,
  type SavedDestination,
} from './payee.ts';

export const MOST_DESTINATIONS = 5;

/** Where something sealed of a person is kept: it opens nowhere else. */
export const placeOf = (uid: string, id: string): string => `payees/${uid}/${id}`;

type Saving = {
  readonly uid: string;
  readonly id: string;
  readonly requestHash: string;
  readonly currency: Currency;
  readonly sealed: Sealed;
  readonly at: number;
};

/** A connected account's mask is known to its record alone; what was sealed has to be about that account. */
type NewDestination = Saving &
  (
    | { readonly kind: Exclude<DestinationKind, 'connected'>; readonly mask: string }
    | { readonly kind: 'connected'; readonly account: string | null }
  );

/** Who decided about a connected account: the provider, before it was ready. */
const PROVIDER = 'psp:stripe';

/**
 * Adds a destination: unverified, or verified by the provider when it is a connected account. The same request
 * again changes nothing. The first one ever may be used as soon as it is verified; each later one is a change and
 * waits for its cooling-off.
 * @throws Refusal `request_id_reused`, `onboarding_required`, `limit_reached` when there are five, or a connected
 *   one of this currency already.
 */
export function saveDestination(found: Payee | null, order: NewDestination): Payee {
  const payee = found ?? newPayee;
  const before = payee.destinations.find(({ id }) => id === order.id);
  if (before && before.requestHash !== order.requestHash) throw new Refusal('request_id_reused');
  if (before) return payee;
  const mask = order.kind === 'connected' ? maskOfConnected(payee, order.account) : order.mask;
  checkRoom(payee, order);
  const { uid, id, kind, requestHash, currency, sealed, at } = order;
  const usableAt = payee.saved === 0 ? at : at + COOLING_OFF;
  const saved: SavedDestination = { id, kind, currency, mask, sealed, requestHash, savedAt: at, usableAt };
  const added: Destination =
    kind === 'connected'
      ? { ...saved, status: 'verified', decidedAt: at, by: PROVIDER }
      : { ...saved, status: 'unverified', dueAt: at + targets.review, overdue: 0 };
  return changed(payee, {
    ...told(payee, uid, 'destination-saved', at, mask),
    destinations: [...payee.destinations, added],
    saved: payee.saved + 1,
  });
}

function maskOfConnected(payee: Payee, account: string | null): string {
  const connected = readyAccount(payee);
  // It was made after the details were sealed: the next call seals the right ones.
  if (connected.account !== account)
    throw new Refusal('onboarding_required', { status: connected.status, due: [] });
  return maskOf({ kind: 'connected', last4: connected.last4 });
}

function checkRoom({ destinations }: Payee, { kind, currency }: NewDestination): void {
  const used = destinations.length;
  if (used >= MOST_DESTINATIONS)
    throw new Refusal('limit_reached', { limit: MOST_DESTINATIONS, used, retryAt: null });
  const same = destinations.some((one) => one.kind === 'connected' && one.currency === currency);
  if (kind === 'connected' && same) throw new Refusal('limit_reached', { limit: 1, used: 1, retryAt: null });
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
