import type { z } from 'zod';
import type { Caller } from '../shared/call.ts';
import type { Actor } from '../oversight/action.ts';
import type { connectContract, ConnectView } from './connect.contract.ts';
import type { DestinationView } from './destinations.contract.ts';
import type { KycView } from './kyc.contract.ts';
import type { Connected, Destination, Payee } from './payee.ts';
import { needsOf, stopOf } from './requirements.ts';

/** What leaves: nothing sealed, no hash, and no admin's name. */

export const viewDestination = (one: Destination): z.input<typeof DestinationView> => ({
  id: one.id,
  kind: one.kind,
  currency: one.currency,
  mask: one.mask,
  status: one.status,
  reason: one.status === 'rejected' ? one.reason : null,
  usableAt: one.usableAt,
});

export const viewKyc = ({ kyc }: Payee): z.input<typeof KycView> => ({
  status: kyc.status,
  application: kyc.status === 'none' ? null : kyc.application.id,
  reason: kyc.status === 'rejected' ? kyc.reason : null,
  submittedAt: kyc.status === 'none' ? null : kyc.application.submittedAt,
});

/** The account in words; the provider's own stay inside. */
export const viewConnected = (connected: Connected | null): z.input<typeof ConnectView> => ({
  status: connected?.status ?? 'none',
  country: connected?.country ?? null,
  last4: connected === null || connected.last4 === '' ? null : connected.last4,
  needs: needsOf(connected?.due ?? []),
  reason: connected?.disabled == null || connected.status === 'ready' ? null : stopOf(connected.disabled),
  askedAt: connected?.askedAt ?? null,
});

export const viewForFinance = (
  uid: string,
  connected: Connected,
): z.input<typeof connectContract.show.output> => ({
  ...viewConnected(connected),
  uid,
  account: connected.account,
  due: [...connected.due],
  disabled: connected.disabled,
  startedAt: connected.startedAt,
  nextAt: connected.nextAt,
});

export const actorOf = (caller: Caller, reason: string): Actor => ({
  uid: caller.uid,
  role: caller.role ?? '',
  ip: caller.ip,
  reason,
});
