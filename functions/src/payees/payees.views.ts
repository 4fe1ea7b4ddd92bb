import type { z } from 'zod';
import type { Caller } from '../shared/call.ts';
import type { Actor } from '../oversight/action.ts';
import type { DestinationView } from './destinations.contract.ts';
import type { KycView } from './kyc.contract.ts';
import type { Destination, Payee } from './payee.ts';

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

export const actorOf = (caller: Caller, reason: string): Actor => ({
  uid: caller.uid,
  role: caller.role ?? '',
  ip: caller.ip,
  reason,
});
