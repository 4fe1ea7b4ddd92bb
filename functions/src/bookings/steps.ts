import { Refusal } from '../shared/refusal.ts';
import type { Booking, BookingStatus } from './booking.ts';

/**
 * Who may make which step, and from where (F27). This table is the state machine: operations ask it, tests are made
 * from it, and what is not in it is refused with the state as it is.
 */
export type Side = 'payer' | 'payee' | 'support';

type Rule = { readonly from: readonly BookingStatus[]; readonly by: readonly Side[] };

const atWork = ['working', 'delivered', 'changes'] as const;
const beforeWork = ['requested', 'accepted'] as const;

export const steps = {
  pay: { from: [...beforeWork, ...atWork], by: ['payer'] },
  accept: { from: ['requested'], by: ['payee'] },
  reject: { from: beforeWork, by: ['payee'] },
  withdraw: { from: beforeWork, by: ['payer'] },
  deliver: { from: ['working', 'changes'], by: ['payee'] },
  approve: { from: ['delivered'], by: ['payer'] },
  extra: { from: ['delivered'], by: ['payer'] },
  revise: { from: ['delivered'], by: ['payer'] },
  cancel: { from: atWork, by: ['payer', 'payee'] },
  decide: { from: ['cancelling'], by: ['support'] },
  dispute: { from: atWork, by: ['payer', 'payee'] },
  evidence: { from: ['disputed'], by: ['payer', 'payee'] },
  assign: { from: ['cancelling', 'disputed'], by: ['support'] },
  resolve: { from: ['disputed'], by: ['support'] },
} as const satisfies Record<string, Rule>;

export type Step = keyof typeof steps;
export const stepNames = Object.keys(steps) as Step[];

/** Who acts: a person by their token, or support by its role. */
export type By = { readonly uid: string; readonly support: boolean; readonly at: number };

/**
 * On which side somebody stands.
 * @throws Refusal `not_found` for a stranger, `own_request` for support about its own, `not_yours` to the wrong side.
 */
export function sideOf(booking: Booking | null, step: Step, { uid, support }: By): Side {
  const side = booking?.payer === uid ? 'payer' : booking?.payee === uid ? 'payee' : null;
  if (!booking || (side === null && !support)) throw new Refusal('not_found', { what: 'booking' });
  if (support && side !== null) throw new Refusal('own_request');
  const standing: Side = side ?? 'support';
  if (!(steps[step].by as readonly Side[]).includes(standing))
    throw new Refusal('not_yours', { side: standing });
  return standing;
}

/** @throws Refusal `wrong_status`, with the state as it is. */
export function mustBeOpenTo(step: Step, { status }: Booking): void {
  if (!(steps[step].from as readonly BookingStatus[]).includes(status))
    throw new Refusal('wrong_status', { status });
}
