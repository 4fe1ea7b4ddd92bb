import type { Escrow, OpenEscrow } from './escrow.ts';
import { deadlines, HOUR, reminderBefore } from './progress.ts';

/** A payer’s bank claims what an escrow holds: it stands still until the banks have decided. */

/** A chargeback stands against its money: nothing leaves it, and no timer looks at it, until the banks have decided. */
export const freeze = (escrow: OpenEscrow, chargeback: string): OpenEscrow => ({
  ...escrow,
  contested: [...escrow.contested, chargeback],
  dueAt: null,
  version: escrow.version + 1,
});

/** A chargeback is over. With the last one the work goes on, and its clocks start again. */
export function thaw(escrow: Escrow, chargeback: string, at: number): Escrow {
  const contested = escrow.contested.filter((one) => one !== chargeback);
  const free = { ...escrow, contested, version: escrow.version + 1 };
  if (contested.length > 0 || free.keeper !== undefined) return free;
  switch (free.status) {
    case 'held':
    case 'revision':
      return { ...free, dueAt: at + deadlines[free.status] };
    case 'disputed':
      return { ...free, dueAt: at + deadlines.dispute };
    case 'submitted': {
      const releaseAt = at + free.policy.releaseHours * HOUR;
      return { ...free, releaseAt, reminded: false, dueAt: reminderBefore(releaseAt, at) };
    }
    case 'released':
    case 'refunded':
    case 'split':
      return free;
  }
}
