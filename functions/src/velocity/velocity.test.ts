import fc from 'fast-check';
import { leg } from '../ledger/journal.ts';
import { post } from '../ledger/ledger.ts';
import type { Wallet, WalletEntry } from '../ledger/wallet.ts';
import { minor, negate } from '../shared/money.ts';
import { ENOUGH, unusualIn, usual } from './velocity.ts';

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;
const MOST = usual.amount.most.QAR;

/** One wallet's entries: each puts something in at an hour. */
function entriesAt(moves: readonly { readonly hour: number; readonly amount: number }[]): WalletEntry[] {
  let wallet: Wallet | null = null;
  return moves.map(({ hour, amount }, i) => {
    const entry = {
      ...({ id: `e${i}`, kind: 'purchase', at: hour * HOUR, by: 'system', reference: 'x/1' } as const),
      legs: [
        leg('wallet:ann:available', 'QAR', minor(amount)),
        leg('platform:losses', 'QAR', negate(minor(amount))),
      ],
    };
    const one = post(entry, { wallets: { ann: wallet } }).wallets.ann!;
    wallet = one.wallet;
    return one.entry;
  });
}

const times = (count: number, hour: (i: number) => number, amount = 1) =>
  Array.from({ length: count }, (_, i) => ({ hour: hour(i), amount }));
const kindsOf = (entries: readonly WalletEntry[], since = 0) =>
  unusualIn('ann', entries, since).map(({ finding }) => finding.kind);

test('F36 fifty moves in a day are usual, one more is told of, and what is a day old counts no more', () => {
  expect(kindsOf(entriesAt(times(50, () => 5)))).toEqual([]);
  const [told] = unusualIn('ann', entriesAt(times(51, () => 5)), 0);
  expect(told).toMatchObject({ id: 'velocity.ann.moves.1970-01-01', finding: { facts: { moves: 51 } } });
  expect(kindsOf(entriesAt([...times(50, () => 5), { hour: 29, amount: 1 }]))).toEqual([]);
  expect(kindsOf(entriesAt([...times(50, () => 5), { hour: 28.99, amount: 1 }]))).toEqual(['many_moves']);
});

test('F36 QAR 10,000 in seven days are usual, one unit more is told of once a day', () => {
  expect(kindsOf(entriesAt([{ hour: 0, amount: MOST }]))).toEqual([]);
  expect(kindsOf(entriesAt([{ hour: 0, amount: MOST + 1 }]))).toEqual(['much_moved']);
  const apart = (hours: number) => [
    { hour: 0, amount: MOST },
    { hour: hours, amount: 1 },
  ];
  expect(kindsOf(entriesAt(apart(7 * 24)))).toEqual([]);
  expect(kindsOf(entriesAt(apart(7 * 24 - 0.01)))).toEqual(['much_moved']);
  expect(kindsOf(entriesAt(times(3, (i) => i * 24, MOST)))).toEqual(['much_moved', 'much_moved']);
});

test('what was looked at before is not told of again', () => {
  const entries = entriesAt(times(60, () => 5));
  expect(kindsOf(entries, 5 * HOUR + 1)).toEqual([]);
  expect(kindsOf(entries, 5 * HOUR)).toEqual(['many_moves']);
});

test('the last 351 entries are enough: what they do not show was a day with too many', () => {
  const hours = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 300, maxLength: 500 });
  fc.assert(
    fc.property(hours, (given) => {
      const all = entriesAt(times(given.length, (i) => given.toSorted((a, b) => a - b)[i]!, 3_000));
      const since = all.at(-1)!.at;
      const whole = kindsOf(all, since);
      const last = kindsOf(all.slice(-ENOUGH), since);
      if (all.length <= ENOUGH) expect(last).toEqual(whole);
      const inWeek = all.filter(({ at }) => at > since - 7 * DAY).length;
      if (inWeek > ENOUGH) expect(kindsOf(all)).toContain('many_moves');
      else expect(last).toEqual(whole);
    }),
    { numRuns: 30 },
  );
});
