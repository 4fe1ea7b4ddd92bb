import type { Finding } from '../alerts/alert.ts';
import type { JournalEntry } from '../ledger/journal.ts';
import { dayOf } from '../shared/day.ts';
import { format, type Currency, type Minor } from '../shared/money.ts';
import type { Line, LineVerdict, Move, Unknown } from './compare.ts';
import type { FeesOff } from './reconciliation.ts';

/** What finance is told of each difference: the figures, and what they mean. Amounts in minor units. */

/** Something of ours that knows of a line although no entry does. */
export type Hint = { readonly document: string; readonly says: string; readonly person: string | null };

/** Whose money an entry moved. */
export const peopleIn = ({ legs }: Pick<JournalEntry, 'legs'>): string[] => [
  ...new Set(legs.flatMap(({ account }) => /^wallet:(.+):[a-z]+$/su.exec(account)?.[1] ?? [])),
];

const amountOf = ({ gross, currency, stated }: Line): string =>
  currency === null ? stated : format(Math.abs(gross), currency);
const factsOf = ({ id, type, source, gross, fee, stated }: Line) => ({
  ...{ line: id, type, source, gross, fee, stated },
});
const bookedAs = ({ gross, currency }: Move): string => format(Math.abs(gross), currency);

/** Where a line lies in our own store. */
export const settledId = (provider: string, line: string): string => `${provider}_${line}`;

/** A line that is not as an entry has it, or that no entry has; null for one that fits. */
export function lineFinding(
  provider: string,
  line: Line,
  verdict: LineVerdict,
  known: { readonly people: readonly string[]; readonly hint: Hint | null },
): Finding | null {
  if (
    verdict.kind === 'fee' ||
    verdict.kind === 'undone' ||
    verdict.kind === 'under_way' ||
    verdict.kind === 'matched'
  )
    return null;
  const about = `settlements/${settledId(provider, line.id)}`;
  const { people, hint } = known;
  if ('move' in verdict) {
    const { move, kind } = verdict;
    const what = kind === 'amount_differs' ? 'amount' : 'currency';
    return {
      ...{ kind, severity: 'critical', about, people },
      title: `The ${what} at Stripe differs: ${amountOf(line)}, in the books ${bookedAs(move)}`,
      explanation: `For ${line.source} Stripe lists ${line.stated} (${line.id}, ${dayOf(line.at)}), and the entry ${move.id} says ${bookedAs(move)}. One of the two is wrong; nothing was changed.`,
      facts: { ...factsOf(line), entry: move.id, booked: move.gross, currency: move.currency },
    };
  }
  const { kind } = verdict;
  const why = hint ? `${hint.document} ${hint.says}.` : meanings[kind];
  return {
    ...{ kind, severity: kind === 'balance_paid_out' ? 'warning' : 'critical' },
    title: titles[kind](amountOf(line)),
    explanation: `Stripe lists ${line.stated} as ${line.type} for ${line.source} (${line.id}, ${dayOf(line.at)}), and no entry of the journal knows of it. ${why} Nothing was changed.`,
    facts: { ...factsOf(line), known: hint?.document ?? null },
    about: hint?.document ?? about,
    people: hint?.person == null ? [] : [hint.person],
  };
}

const titles: Readonly<Record<Unknown, (amount: string) => string>> = {
  missing_in_books: (amount) => `${amount} at Stripe is in no entry`,
  refund_by_hand: (amount) => `A refund of ${amount} was made by hand at Stripe`,
  dispute_not_booked: (amount) => `A dispute or adjustment of ${amount} at Stripe is in no entry`,
  transfer_without_withdrawal: (amount) => `A transfer of ${amount} at Stripe belongs to no withdrawal`,
  balance_paid_out: (amount) => `Stripe paid ${amount} of its balance out to the platform’s bank`,
};
const meanings: Readonly<Record<Unknown, string>> = {
  missing_in_books: 'It is unknown money: no order, payment or event of ours names it.',
  refund_by_hand:
    'No refund of ours asked for it: the money left, or came back, at Stripe, while whoever had received it still has it in the books.',
  dispute_not_booked: 'No chargeback of ours has it: whoever received the money still has it in the books.',
  transfer_without_withdrawal: 'No withdrawal of ours asked for it.',
  balance_paid_out: 'The clearing account shows it as still owed by Stripe until it is booked.',
};

/** An entry that the provider does not have a day before or after. */
export const moveFinding = (move: Move, reference: string, people: readonly string[]): Finding => ({
  kind: 'missing_at_provider',
  severity: 'critical',
  title: `${bookedAs(move)} in the books is not at Stripe`,
  explanation: `The entry ${move.id} of ${dayOf(move.at)} says that ${bookedAs(move)} ${move.gross > 0 ? 'came in' : 'went out'} for ${move.source}, and Stripe lists nothing of it on that day, the day before or the day after. Nothing was changed.`,
  facts: { entry: move.id, source: move.source, booked: move.gross, currency: move.currency },
  about: reference,
  people,
});

/** One a day and currency: the books assume a share of the price, the provider says what it really took. */
const apart = ({ more, less }: FeesOff, currency: Currency): string =>
  [more > 0 && `${format(more, currency)} more`, less > 0 && `${format(less, currency)} less`]
    .filter(Boolean)
    .join(', and on others ');

export const feeFinding = (
  day: string,
  about: string,
  currency: Currency,
  { more, less, fees, booked }: FeesOff & { readonly fees: Minor; readonly booked: Minor },
): Finding => ({
  kind: 'fee_differs',
  severity: 'warning',
  title: `Stripe’s fees of ${day} are ${apart({ more, less }, currency)} than the books assumed`,
  explanation: `On ${day} Stripe kept ${format(fees, currency)} in all, and the books have ${format(booked, currency)} as its costs. On what agrees otherwise, and on its own charges, that is ${apart({ more, less }, currency)} than was assumed. Nothing was changed.`,
  facts: { day, currency, more, less, fees, booked },
  about,
  people: [],
});

/** Orders that should have been paid or closed by then; their own sweeps ask about each. */
export const pendingFinding = (day: string, about: string, purchases: number, payments: number): Finding => ({
  kind: 'orders_pending',
  severity: 'warning',
  title: `${purchases + payments} orders are open for more than a day`,
  explanation: `After ${day}, ${purchases} purchases and ${payments} card payments that were begun more than a day before are neither paid nor closed. Their sweeps keep asking the provider; if the number stays, they do not get an answer.`,
  facts: { day, purchases, payments },
  about,
  people: [],
});
