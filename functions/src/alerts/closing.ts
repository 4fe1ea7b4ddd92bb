import { Refusal } from '../shared/refusal.ts';
import type { Alert } from './alert.ts';

export type Closing = {
  readonly id: string;
  readonly by: string;
  readonly at: number;
  readonly reason: string;
};

/**
 * Somebody has looked into it. The same once more changes nothing.
 * @returns null when it is closed already, by the same person for the same reason
 * @throws Refusal `not_found`, `own_request` when it is about their own money, `wrong_status`.
 */
export function closeAlert(alert: Alert | null, { id, by, at, reason }: Closing): Alert | null {
  if (!alert) throw new Refusal('not_found', { what: 'alert', id });
  if (alert.people.includes(by)) throw new Refusal('own_request');
  if (alert.status === 'open') return { ...alert, status: 'closed', closedAt: at, closedBy: by, reason };
  if (alert.closedBy === by && alert.reason === reason) return null;
  throw new Refusal('wrong_status', { status: alert.status });
}
