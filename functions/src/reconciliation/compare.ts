import type { JournalEntry } from '../ledger/journal.ts';
import { movedOn } from '../ledger/ledger.ts';
import type { SettlementLine } from '../psp/ports.ts';
import { minor, negate, type Currency, type Minor } from '../shared/money.ts';

/**
 * What the provider says against what the books say (I13). Both are told by the payment, refund, transfer or dispute
 * that is behind them, and all that is behind one of those is compared together: so each line and each entry has one
 * verdict, in whatever order and in whichever pages they come. Minor units; what came in is positive.
 */

/** A line of the provider's account. `source` is the name under which the books would know it. */
export type Line = Pick<SettlementLine, 'id' | 'type' | 'at' | 'currency' | 'gross' | 'fee' | 'stated'> & {
  readonly source: string;
};

/** What an entry of the journal says that the provider did. */
export type Move = {
  readonly id: string;
  readonly at: number;
  readonly currency: Currency;
  readonly gross: Minor;
  readonly fee: Minor;
  readonly source: string;
};

export const lineOf = ({ ours, source, ...line }: SettlementLine): Line => {
  const { id, type, at, currency, gross, fee, stated } = line;
  return { id, type, at, currency, gross, fee, stated, source: ours ?? (source || `${ALONE}${id}`) };
};

const PAYOUT = 'payout:';
/** The withdrawal that a transfer is for, by our own name for it; null for any other line. */
export const payoutIn = ({ source }: Pick<Line, 'source'>): string | null =>
  source.startsWith(PAYOUT) ? source.slice(PAYOUT.length) : null;

const ALONE = 'line:';
/** Nothing is behind it but itself: neither another line nor an entry can be about the same. */
export const isAlone = ({ source }: Line): boolean => source.startsWith(ALONE);

/** Null for an entry that touches no clearing account. The provider owes us what came in less its fee. */
export function moveOf(entry: JournalEntry): Move | null {
  const { id, at, psp, legs } = entry;
  const clearing = psp && legs.find(({ account }) => account === `psp:${psp.provider}:clearing`);
  if (!clearing) return null;
  const fee = negate(movedOn(entry, `psp:${psp.provider}:costs`));
  const net = negate(movedOn(entry, clearing.account));
  return { id, at, currency: clearing.currency, gross: minor(net + fee), fee, source: psp.source };
}

export type LineVerdict =
  | { readonly kind: 'matched' | 'amount_differs' | 'currency_differs'; readonly move: Move }
  /** What the provider takes for its services: it is in no entry, and adds to the difference of the fees. */
  | { readonly kind: 'fee' }
  /** A transfer of ours that was taken back, and none of it is in the books; or one that will be. */
  | { readonly kind: 'undone' | 'under_way' }
  | { readonly kind: Unknown };

/** A line that no entry knows, by what it is. */
export type Unknown =
  | 'missing_in_books'
  | 'refund_by_hand'
  | 'dispute_not_booked'
  | 'transfer_without_withdrawal'
  | 'balance_paid_out';

/** `differs`: its line says so. `undone`: another entry took it back, and the provider never did either. */
export type MoveVerdict = 'matched' | 'differs' | 'undone' | 'missing_at_provider';

/** Whether there is nothing to say about a line. */
export const fits = ({ kind }: LineVerdict): boolean =>
  kind === 'matched' || kind === 'fee' || kind === 'undone' || kind === 'under_way';

export type Compared = {
  readonly lines: ReadonlyMap<string, LineVerdict>;
  readonly moves: ReadonlyMap<string, MoveVerdict>;
};

/** Compares all lines and all entries that there are about these sources. */
export function compare(lines: readonly Line[], moves: readonly Move[]): Compared {
  const found = {
    lines: new Map<string, LineVerdict>(),
    moves: new Map<string, MoveVerdict>(),
  };
  const [told, booked] = [bySource(lines), bySource(moves)];
  for (const source of new Set([...told.keys(), ...booked.keys()]))
    compareOne(told.get(source) ?? [], booked.get(source) ?? [], found);
  return found;
}

const bySource = <T extends Line | Move>(all: readonly T[]) =>
  Map.groupBy(
    all.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
    ({ source }) => source,
  );

type Found = { readonly lines: Map<string, LineVerdict>; readonly moves: Map<string, MoveVerdict> };

function compareOne(lines: readonly Line[], moves: readonly Move[], found: Found): void {
  for (const line of lines) if (isFee(line)) found.lines.set(line.id, { kind: 'fee' });
  const openLines = () => lines.filter(({ id }) => !found.lines.has(id));
  const openMoves = () => moves.filter(({ id }) => !found.moves.has(id));

  for (const move of moves) {
    const same = openLines().find((line) => line.gross === move.gross && line.currency === move.currency);
    if (same) settle(found, same, move, 'matched');
  }
  // The provider refused what the books began, and the books took it back: neither ever left.
  for (const move of openMoves()) {
    if (found.moves.has(move.id)) continue;
    const back = openMoves().find((one) => isOpposite(one, move));
    if (back) for (const { id } of [move, back]) found.moves.set(id, 'undone');
  }
  for (const move of openMoves()) {
    const other = openLines().find((line) => line.gross > 0 === move.gross > 0);
    if (other)
      settle(found, other, move, other.currency === move.currency ? 'amount_differs' : 'currency_differs');
    else found.moves.set(move.id, 'missing_at_provider');
  }
  // A payout that came to nothing: the books, which wait for its end, never had it.
  for (const line of openLines()) {
    if (found.lines.has(line.id) || payoutIn(line) === null) continue;
    const back = openLines().find((one) => isOpposite(one, line));
    if (back) for (const { id } of [line, back]) found.lines.set(id, { kind: 'undone' });
  }
  for (const line of openLines()) found.lines.set(line.id, { kind: unknownOf(line) });
}

function settle(
  found: Found,
  line: Line,
  move: Move,
  kind: 'matched' | 'amount_differs' | 'currency_differs',
): void {
  found.lines.set(line.id, { kind, move });
  found.moves.set(move.id, kind === 'matched' ? 'matched' : 'differs');
}

/** Fees and all: where one of the two kept a fee, something happened. */
const isOpposite = (one: Move | Line, other: Move | Line): boolean =>
  one.id !== other.id &&
  one.currency === other.currency &&
  one.gross + other.gross === 0 &&
  one.fee + other.fee === 0;

/** https://docs.stripe.com/reports/balance-transaction-types */
const fees: readonly string[] = ['stripe_fee', 'stripe_fx_fee', 'tax_fee', 'network_cost', 'application_fee'];
const isFee = ({ type, gross }: Line): boolean => gross === 0 || fees.includes(type);

/** What a line took as a fee; where it is nothing but a fee, all of it. */
export const feeIn = (line: Line): Minor => (isFee(line) ? minor(line.fee - line.gross) : line.fee);
/** What it moved beside that. */
export const grossIn = (line: Line): Minor => minor(isFee(line) ? 0 : line.gross);

/** By how much more the provider took than the books assumed, where that is no difference of its own. */
export function feeOver(line: Line, verdict: LineVerdict): Minor {
  if (verdict.kind === 'fee') return feeIn(line);
  return minor(verdict.kind === 'matched' ? line.fee - verdict.move.fee : 0);
}

const kinds: Readonly<Record<string, Unknown>> = {
  refund: 'refund_by_hand',
  payment_refund: 'refund_by_hand',
  refund_failure: 'refund_by_hand',
  payment_failure_refund: 'refund_by_hand',
  adjustment: 'dispute_not_booked',
  transfer: 'transfer_without_withdrawal',
  transfer_refund: 'transfer_without_withdrawal',
  transfer_failure: 'transfer_without_withdrawal',
  transfer_cancel: 'transfer_without_withdrawal',
  payout: 'balance_paid_out',
  payout_failure: 'balance_paid_out',
  payout_cancel: 'balance_paid_out',
};
const unknownOf = ({ type }: Line): Unknown => kinds[type] ?? 'missing_in_books';
