/** What commissions say, held against their orders, the table that they name, and their entries: by their words alone. */
import { bookedOf, keptOf, taxOn, type Commission } from '../../functions/src/commissions/commission.ts';
import { cellOf, earnedBy, firstTable, tierOf } from '../../functions/src/commissions/rates.ts';
import type { Order } from '../../functions/src/orders/ordered.ts';
import type { Books } from '../books.ts';
import { broughtTo, failed, onAccount, type Check } from './moves.ts';

/** The entries that they call for. */
export function* expectedOfCommissions({ commissions }: Books): Generator<string> {
  for (const [id, { entries }] of commissions)
    for (let n = 1; n <= entries; n += 1) yield `commission:${id}:${n}`;
}

export const commissionProblems = (books: Books): string[] =>
  [...books.commissions].flatMap(([id, one]) => problemsOf(id, one, books));

function problemsOf(
  id: string,
  one: Commission,
  { orders, journal, commissionTables, clearances }: Books,
): string[] {
  const { order, level, uid, buyer, amount, back, orderBack, entries, status, clears, dueAt, cell } = one;
  const own = Array.from({ length: entries }, (_, n) => journal.get(`commission:${id}:${n + 1}`));
  const sumOf = (account: string) => own.reduce((all, entry) => all + onAccount(entry, account), 0);
  const brought = own.reduce((all, entry) => all + broughtTo(entry, uid), 0);
  const booked = bookedOf(one);
  const tax = taxOn(one, booked);
  const kept = keptOf(one, orderBack);
  const checks: Check[] = [
    [`F53 commission ${id}: is of another order or level`, id === `${order}~${level}` && uid !== buyer],
    [
      `F54 commission ${id}: ${amount - back} is kept, not ${kept}`,
      status === 'refused' || amount - back === kept,
    ],
    [`F54 commission ${id}: brought ${brought}, not ${booked}`, brought === booked],
    [`F54 commission ${id}: its tax is not ${tax}`, sumOf('tax:commissions') === tax],
    [`F54 commission ${id}: we bore another sum`, sumOf('platform:promotions') === 0 - booked - tax],
    [`I12 commission ${id}: is ${status} without a deadline`, status !== 'pending' || dueAt !== null],
    [`F54 commission ${id}: clears nowhere`, clears === clearances.has(id)],
    ...fromOrder(id, one, orders.get(order)),
  ];
  const table = cell.version === 1 ? firstTable : commissionTables.get(String(cell.version));
  const should = table && cellOf(table, level, cell.tier, cell.item);
  return failed([
    ...checks,
    [`F53 commission ${id}: no such cell`, should?.bps === cell.bps && should.taxBps === cell.taxBps],
  ]);
}

function fromOrder(id: string, one: Commission, order: Order | undefined): Check[] {
  const { base, total, currency, amount, buyer, at, cell, orderBack } = one;
  if (order?.status !== 'done') return [[`F53 commission ${id}: its order is not done`, false]];
  const { price, uid, doneAt } = order;
  const item = order.kind === 'course' ? 'course' : tierOf(order.rank);
  return [
    [`F53 commission ${id}: not what was bought`, item === cell.item && uid === buyer && doneAt === at],
    [
      `F53 commission ${id}: another base`,
      base === price.base && total === price.total && currency === price.currency,
    ],
    [`F53 commission ${id}: not what its cell gives`, amount === earnedBy(cell, price.base).amount],
    [`F54 commission ${id}: more went back than was paid`, orderBack >= 0 && orderBack <= price.total],
  ];
}
