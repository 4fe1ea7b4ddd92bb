import {
  bookedOf,
  commissionId,
  entryName,
  keptOf,
  taxOn,
  type Commission,
} from '../commissions/commission.ts';
import { earnedBy } from '../commissions/rates.ts';
import { tellParts, walletIn } from './causes.ts';
import { must } from './documents.ts';
import type { Sink } from './tally.ts';

/**
 * What a commission calls for: as many entries as it says, which come to what is still earned, and to the tax on that. What
 * is earned follows from its cell, its base, and how much of the order went back.
 */
export function foldCommission(id: string, one: Commission, sink: Sink): void {
  const { uid, currency, base, amount, tax, back, orderBack, entries, cell, status, clears, clearAt } = one;
  const self = ['I5', `commissions/${id}`] as const;
  must(sink, self, commissionId(one), id);
  const earned = earnedBy(cell, base);
  must(sink, self, `${earned.amount} and ${earned.tax}`, `${amount} and ${tax}`);
  if (status !== 'refused') must(sink, self, `${keptOf(one, orderBack)} kept`, `${amount - back} kept`);
  if (status === 'reversed') must(sink, self, 'nothing kept', back === amount ? 'nothing kept' : 'some kept');
  const booked = bookedOf(one);
  const due = taxOn(one, booked);
  for (let n = 1; n <= entries; n += 1)
    sink.tell('causes', 'documents', `journal/${entryName(id, n)} commission`, 1);
  tellParts(sink, 'documents', `commissions/${id}`, currency, {
    ...{ [walletIn(uid)]: booked, 'tax:commissions': due, 'platform:promotions': 0 - booked - due },
  });
  if (!clears) return;
  sink.tell('causes', 'journal', `clearances/${id} ${uid} ${currency}`, 1);
  sink.tell('causes', 'journal', `clearances/${id} availableAt`, clearAt);
}
