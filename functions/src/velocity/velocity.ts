import type { Finding } from '../alerts/alert.ts';
import type { Balance, WalletEntry } from '../ledger/wallet.ts';
import { dayOf } from '../shared/day.ts';
import { currencies, format, minor, type Currency, type Minor } from '../shared/money.ts';

const DAY = 24 * 3600 * 1000;

/**
 * What is more than a person usually does (F36): more than 50 moves in any 24 hours, or more than QAR 10,000 in or
 * out of a wallet in any 7 days. Of the other currencies it is about as much as that. Nothing is refused for it.
 */
export const usual = {
  moves: { most: 50, windowMs: DAY },
  amount: {
    windowMs: 7 * DAY,
    most: {
      QAR: minor(10_000_00),
      USD: minor(2_750_00),
      INR: minor(240_000_00),
      KWD: minor(850_000),
      JPY: minor(425_000),
      CREDIT: minor(10_000),
    } satisfies Record<Currency, Minor>,
  },
} as const;

/**
 * As many of somebody's last entries as can matter: with one more, there was a day with too many moves in these
 * seven, and that is told of.
 */
export const ENOUGH = 7 * usual.moves.most + 1;

export type Unusual = { readonly id: string; readonly finding: Finding };

type Moved = { readonly at: number; readonly amount: number };

/**
 * What to tell of one wallet, at most once a day for each of the two and each currency.
 * @param entries its last ones, oldest first
 * @param since only a window that ends then or later is told of: the others were looked at before
 */
export function unusualIn(uid: string, entries: readonly WalletEntry[], since: number): Unusual[] {
  const moves = entries.map(({ at }) => ({ at, amount: 1 }));
  const { most, windowMs } = usual.moves;
  const found = peaks(moves, windowMs, most, since).map(({ at, amount }) => manyMoves(uid, amount, at));
  const amounts = currencies.flatMap((currency) => {
    const moved = entries.map((entry) => ({ at: entry.at, amount: movedBy(entry, currency) }));
    const limit = usual.amount.most[currency];
    return peaks(moved, usual.amount.windowMs, limit, since).map(({ at, amount }) =>
      muchMoved(uid, { amount, limit, currency }, at),
    );
  });
  return [...found, ...amounts];
}

/** How much came in or went out; what only changes its bucket has not moved. */
function movedBy({ before, after }: WalletEntry, currency: Currency): number {
  const held = (balance?: Balance) =>
    balance ? balance.available + balance.pending + balance.reserved - balance.debt : 0;
  return Math.abs(held(after[currency]) - held(before[currency]));
}

/** The first time of each day on which the sliding sum is above the most. */
function peaks(moved: readonly Moved[], windowMs: number, most: number, since: number): Moved[] {
  const days = new Map<string, Moved>();
  let first = 0;
  let amount = 0;
  for (const one of moved) {
    amount += one.amount;
    for (; moved[first]!.at <= one.at - windowMs; first += 1) amount -= moved[first]!.amount;
    const day = dayOf(one.at);
    if (amount > most && one.at >= since && !days.has(day)) days.set(day, { at: one.at, amount });
  }
  return [...days.values()];
}

const manyMoves = (uid: string, moves: number, at: number): Unusual => ({
  id: `velocity.${uid}.moves.${dayOf(at)}`,
  finding: {
    kind: 'many_moves',
    severity: 'warning',
    title: `More than ${usual.moves.most} moves of one wallet in 24 hours`,
    explanation: `The wallet of ${uid} moved ${moves} times in the 24 hours before ${new Date(at).toISOString()}. Nothing was refused. Look at its entries.`,
    facts: { uid, moves, most: usual.moves.most, until: at },
    about: `wallets/${uid}`,
    people: [uid],
  },
});

type Amount = { readonly amount: number; readonly limit: Minor; readonly currency: Currency };

function muchMoved(uid: string, { amount, limit, currency }: Amount, at: number): Unusual {
  const most = format(limit, currency);
  return {
    id: `velocity.${uid}.${currency}.${dayOf(at)}`,
    finding: {
      kind: 'much_moved',
      severity: 'warning',
      title: `More than ${most} in and out of one wallet in 7 days`,
      explanation: `${format(minor(amount), currency)} came into or left the wallet of ${uid} in the 7 days before ${new Date(at).toISOString()}. Nothing was refused. Look at its entries, and at who paid.`,
      facts: { uid, amount, most: limit, currency, until: at },
      about: `wallets/${uid}`,
      people: [uid],
    },
  };
}
