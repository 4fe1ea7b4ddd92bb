import type { JournalEntry } from '../ledger/journal.ts';
import { minor, negate, sum, type Currency, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { balancesIn, classOf, SETTLED, type Sums } from '../totals/totals.ts';
import { decimal } from '../wallet/statement.ts';
import type { Format } from './formats.ts';

/** A span of time: what is at `from` is in it, what is at `to` is not. */
export type Span = { readonly from: number; readonly to: number };

/** What is exported once is exported for good: nothing comes in before `to` any more. @throws Refusal `not_due` */
export function mustBeSettled({ to }: Span, now: number): void {
  if (to > now - SETTLED) throw new Refusal('not_due', { dueAt: to + SETTLED });
}

const timeOf = (at: number): string => new Date(at).toISOString();
const plainTime = (at: number): string => timeOf(at).replace(/[-:]|\.000/g, '');

/** `journal-20260101T000000Z-20260201T000000Z.csv` */
export const fileNameOf = ({ from, to }: Span, format: Format): string =>
  `journal-${plainTime(from)}-${plainTime(to)}.${format}`;

/** One line: an entry whole, its amounts as integers in minor units, credits above zero (W0-44). */
export function lineOf({ id, kind, reference, by, at, legs, ...more }: JournalEntry): string {
  const { reverses, corrects, psp } = more;
  const told = {
    ...{ time: timeOf(at), entry: id, kind, reference, actor: by },
    legs: legs.map(({ account, currency, amount }) => ({
      ...{ account, class: classOf(account), currency, amount },
    })),
    ...(reverses !== undefined && { reverses }),
    ...(corrects !== undefined && { corrects }),
    ...(psp && { psp: { provider: psp.provider, source: psp.source } }),
  };
  return `${JSON.stringify(told)}\n`;
}

export const columns = [
  'time',
  'entry',
  'kind',
  'reference',
  'actor',
  'account',
  'class',
  'currency',
  'debit',
  'credit',
  'debit_minor',
  'credit_minor',
  'reverses',
  'corrects',
  'provider',
  'source',
] as const;

export type Cell = string | number;

/** One row a leg. Debits and credits have columns of their own, so no amount begins with a sign (see wallet/statement). */
export const rowsOf = ({ id, kind, reference, by, at, legs, ...more }: JournalEntry): Cell[][] =>
  legs.map(({ account, currency, amount }) => {
    const [debit, credit] = amount < 0 ? [negate(amount), null] : [null, amount];
    const inUnits = (part: Minor | null) => (part === null ? '' : decimal(part, currency));
    return [
      ...[timeOf(at), id, kind, reference, by, account, classOf(account), currency],
      ...[inUnits(debit), inUnits(credit), debit ?? '', credit ?? ''],
      ...[more.reverses ?? '', more.corrects ?? '', more.psp?.provider ?? '', more.psp?.source ?? ''],
    ];
  });

/** What an account, or all of a class, held before and after a span of time, and what moved between. Minor units. */
export type Movement = {
  readonly account: string;
  readonly currency: Currency;
  readonly opening: Minor;
  readonly movement: Minor;
  readonly closing: Minor;
};

/** By class of account and currency; one that was used at any time is told of. */
export const movementsBetween = (opening: Sums, closing: Sums): Movement[] =>
  balancesIn({ ...Object.fromEntries(Object.keys(opening).map((name) => [name, minor(0)])), ...closing }).map(
    ({ account, currency, amount }) => {
      const before = opening[`${account} ${currency}`] ?? minor(0);
      return { account, currency, opening: before, movement: minor(amount - before), closing: amount };
    },
  );

/** Whether all of it is zero in each currency, before and after. */
export function isZero(movements: readonly Movement[]): boolean {
  const all = Map.groupBy(movements, ({ currency }) => currency);
  return [...all.values()].every(
    (own) => sum(own.map(({ opening }) => opening)) === 0 && sum(own.map(({ closing }) => closing)) === 0,
  );
}

/** What differs where the entries of a span do not lead from its opening to its closing balances; to be empty. */
export function unexplained(movements: readonly Movement[], moved: Sums): string[] {
  const expected = new Map(
    movements.map(({ account, currency, movement }) => [`${account} ${currency}`, movement]),
  );
  return [...new Set([...expected.keys(), ...Object.keys(moved)])].filter(
    (name) => (expected.get(name) ?? 0) !== (moved[name] ?? 0),
  );
}
