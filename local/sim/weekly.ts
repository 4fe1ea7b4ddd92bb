import type { JournalEntry } from '../../functions/src/ledger/journal.ts';
import type { PayrunJoin } from '../../functions/src/payruns/payrun.ts';
import type { Withdrawal } from '../../functions/src/withdrawals/withdrawal.ts';
import type { Became, Docs } from './allowed.ts';

/** Whom a week's run pays: who wishes it, once, and not less than the least. Counted once more. */

const HOUR = 3_600_000;
const WEEK = 168 * HOUR;
/** A week begins on Monday at 05:00 UTC; 5 January 1970 was one. */
const weekOf = (at: number): number => Math.floor((at - 96 * HOUR - 5 * HOUR) / WEEK);
const LEAST = 50_000;

const askedBy = (id: string, docs: Docs): string =>
  (docs.get('journal')?.get(`withdrawal:${id}:request`) as JournalEntry | undefined)?.by ?? '';

export function* weeklyProblems({ collection, id, before, after }: Became, docs: Docs): Generator<string> {
  if (before !== null) return;
  if (collection === 'payruns') yield* runProblems(id, docs);
  const by = askedBy(id, docs);
  if (collection !== 'withdrawals' || !by.startsWith('payrun:')) return;
  const path = `withdrawals/${id}`;
  const { uid, amount, currency } = after as unknown as Withdrawal;
  for (const [other, one] of (docs.get('withdrawals') ?? new Map()) as ReadonlyMap<string, Withdrawal>)
    if (other !== id && one.uid === uid && askedBy(other, docs) === by)
      yield `F35 ${path} is one more by ${by}`;
  const join = docs.get('payrunJoins')?.get(uid) as PayrunJoin | undefined;
  if (join?.weekly !== currency) yield `F35 ${path} was asked for by ${by}, and ${uid} never wished it`;
  if (amount < LEAST) yield `F35 ${path} is ${amount}, less than anybody is paid`;
}

function* runProblems(id: string, docs: Docs): Generator<string> {
  const all = (docs.get('payruns') ?? new Map()) as ReadonlyMap<
    string,
    { startedAt: number; currency: string }
  >;
  const own = all.get(id)!;
  for (const [other, one] of all)
    if (other !== id && one.currency === own.currency && weekOf(one.startedAt) === weekOf(own.startedAt))
      yield `F35 payruns/${id} is the run of a week that ${other} is of`;
}
