import { Refusal } from '../shared/refusal.ts';

/** The chargebacks of a payment by the provider's ids; while one is open, nothing else is done about its money. */
export type Chargebacks = Readonly<Record<string, 'open' | 'won' | 'lost'>>;

/** @throws Refusal `chargeback_open` */
export function mustNotBeOpen(chargebacks: Chargebacks): void {
  const open = Object.entries(chargebacks).find(([, status]) => status === 'open');
  if (open) throw new Refusal('chargeback_open', { chargeback: open[0] });
}
