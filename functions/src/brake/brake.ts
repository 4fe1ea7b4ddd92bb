import { Refusal } from '../shared/refusal.ts';

/**
 * `brakes/payouts`: while it is on, nothing leaves: no withdrawal is approved, no payout is sent, no balance is adjusted.
 * What comes in, what is read and what goes back to users goes on. It is put on by the audit, or by finance, and taken
 * off by a superadmin.
 */
export type Brake =
  | {
      readonly status: 'on';
      readonly since: number;
      /** What says why: an alert, or the record in `adminActions` of who put it on. */
      readonly alert: string;
    }
  | { readonly status: 'off'; readonly since: number; readonly by: string; readonly reason: string };

/** @throws Refusal `payouts_stopped` with the alert that says why. */
export function mustBeOff(brake: Brake | null): void {
  if (brake?.status === 'on') throw new Refusal('payouts_stopped', { alert: brake.alert });
}

export type Lifting = { readonly by: string; readonly reason: string; readonly at: number };

/** Off again. The same once more changes nothing. @throws Refusal `wrong_status` when it was never on, or somebody else took it off. */
export function lift(brake: Brake | null, { by, reason, at }: Lifting): Brake {
  if (brake?.status === 'on') return { status: 'off', since: at, by, reason };
  if (brake?.by === by && brake.reason === reason) return brake;
  throw new Refusal('wrong_status', { status: 'off' });
}
