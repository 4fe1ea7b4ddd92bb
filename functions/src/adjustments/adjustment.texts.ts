import { waiting, type Finding } from '../alerts/alert.ts';
import { format } from '../shared/money.ts';
import type { Adjustment } from './adjustment.ts';

/** What finance is told of one that waits for a second admin. */
export function waitsFor(
  id: string,
  { uid, amount, currency, direction, corrects, by, reason }: Adjustment,
): Finding {
  const [sum, does] = [format(amount, currency), direction === 'credit' ? 'gives' : 'takes'];
  return waiting('adjustment_waits', `adjustments/${id}`, {
    title: `A correction of ${sum} waits for a second admin`,
    explanation: `It ${does} ${sum} ${direction === 'credit' ? 'to' : 'from'} ${uid} because of ${corrects}: ${reason} It is above what one admin may do alone. Another than ${by} approves or rejects it.`,
    facts: { uid, amount, currency, direction, corrects },
    people: [uid],
  });
}
