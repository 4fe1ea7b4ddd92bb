import type { JournalEntry } from '../../functions/src/ledger/journal.ts';
import { asRead } from './asread.ts';
import type { Memory } from './memory.ts';

/** What the export of a span of time told, against the journal as it lies there. */

type Row = {
  readonly account: string;
  readonly currency: string;
  readonly opening: number;
  readonly movement: number;
  readonly closing: number;
};
export type Told = {
  /** By id, in the order in which they were told. */
  readonly entries: string[];
  balances: { readonly balances: readonly Row[]; readonly addsUp: boolean } | null;
};

type Span = { readonly from: number; readonly to: number };

export function* exportProblems(memory: Memory, { from, to }: Span, told: Told): Generator<string> {
  const journal = [...memory.all('journal').values()].map((data) => asRead(data) as JournalEntry);
  const within = journal.filter(({ at }) => at >= from && at < to);
  within.sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
  const expected = within.map(({ id }) => id).join();
  if (told.entries.join() !== expected)
    yield `an export told ${told.entries.length} of ${within.length} entries, or in another order`;
  if (told.balances === null) return;
  if (!told.balances.addsUp) yield 'the balances of an export do not add up';
  const [opening, movement] = [journal.filter(({ at }) => at < from), within].map(sumsOf);
  const names = new Set([...opening!.keys(), ...movement!.keys()]);
  for (const { account, currency, ...row } of told.balances.balances) {
    const name = `${account} ${currency}`;
    names.delete(name);
    const [before, moved] = [opening!.get(name) ?? 0, movement!.get(name) ?? 0];
    if (row.opening !== before || row.movement !== moved || row.closing !== before + moved)
      yield `an export has ${JSON.stringify(row)} for ${name}, and not ${before} and ${moved}`;
  }
  for (const name of names) yield `an export leaves ${name} out`;
}

function sumsOf(entries: readonly JournalEntry[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { account, currency, amount } of entries.flatMap(({ legs }) => legs)) {
    const [kind = '', ...rest] = account.split(':');
    const together = kind === 'wallet' ? `wallet:${rest.at(-1)}` : kind;
    const name = `${['wallet', 'escrow', 'payment', 'chargeback', 'generation'].includes(kind) ? together : account} ${currency}`;
    sums.set(name, (sums.get(name) ?? 0) + amount);
  }
  return sums;
}
