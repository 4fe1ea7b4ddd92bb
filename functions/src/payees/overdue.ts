import { Refusal } from '../shared/refusal.ts';
import { changed, targets, told, type Destination, type Kyc, type Payee } from './payee.ts';

type Late = { readonly dueAt: number; readonly overdue: number };

const isLate = (one: Late, at: number): boolean => one.dueAt <= at;
const postponed = <T extends Late>(one: T, at: number): T => ({
  ...one,
  dueAt: at + targets.escalation,
  overdue: one.overdue + 1,
});

/**
 * What waits longer than its target comes up again a day later, and its owner hears of it; nothing is ever
 * decided by a timer.
 * @throws Refusal `not_due` when nothing is late any more.
 */
export function escalatePayee(payee: Payee, uid: string, at: number): Payee {
  let after = payee;
  const { kyc } = payee;
  if (kyc.status === 'pending' && isLate(kyc, at)) {
    const next: Kyc = postponed(kyc, at);
    after = { ...after, ...told(after, uid, 'kyc-overdue', at), kyc: next };
  }
  for (const one of payee.destinations) {
    if (one.status !== 'unverified' || !isLate(one, at)) continue;
    const next: Destination = postponed(one, at);
    const destinations = after.destinations.map((other) => (other.id === one.id ? next : other));
    after = { ...after, ...told(after, uid, 'destination-overdue', at, one.mask), destinations };
  }
  if (after === payee) throw new Refusal('not_due', { dueAt: payee.dueAt });
  return changed(after, {});
}
