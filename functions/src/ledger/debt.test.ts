import fc from 'fast-check';
import { minor, negate, type Minor } from '../shared/money.ts';
import { find, incoming, outgoing } from './debt.ts';
import { newWallet, nothing, type Balance, type Wallet } from './wallet.ts';

const walletWith = (balance: Partial<Record<keyof Balance, number>>): Wallet => ({
  ...newWallet,
  balances: {
    USD: { ...nothing, available: minor(77), debt: minor(77) },
    QAR: { ...nothing, ...balance } as Balance,
  },
});
const legs = (counts: object, parts: Readonly<Record<string, number>>) =>
  Object.entries(parts).map(([bucket, amount]) => ({
    ...{ account: `wallet:ann:${bucket}`, currency: 'QAR', amount, ...counts },
  }));

test.each<[string, Wallet | null, number, Readonly<Record<string, number>>]>([
  ['owes nothing', walletWith({}), 100, { available: 100 }],
  ['has no wallet', null, 100, { available: 100 }],
  ['owes less', walletWith({ debt: 40 }), 100, { available: 60, debt: 40 }],
  ['owes as much', walletWith({ debt: 100 }), 100, { debt: 100 }],
  ['owes more', walletWith({ debt: 101 }), 100, { debt: 100 }],
  ['gets nothing', walletWith({ debt: 40 }), 0, {}],
])('I3 whoever %s gets what is left after their debt, and all of it counts', (_, wallet, amount, parts) => {
  const ann = { uid: 'ann', wallet };
  expect(incoming(ann, 'QAR', minor(amount))).toStrictEqual(legs({}, parts));
  expect(incoming(ann, 'QAR', minor(amount), 'earned')).toStrictEqual(legs({ counts: 'earned' }, parts));
});

test.each<[object, number, number, readonly number[]]>([
  // what is there, what is taken, how much of it still clears; pending, available, owed
  [{ pending: 50, available: 70 }, 100, 0, [0, 70, 30]],
  [{ pending: 50, available: 70 }, 100, 30, [30, 70, 0]],
  [{ pending: 50, available: 70 }, 100, 60, [50, 50, 0]],
  [{ pending: 50, available: 70 }, 20, 60, [20, 0, 0]],
  [{ pending: 50, available: 70 }, 121, 60, [50, 70, 1]],
  [{ reserved: 90, debt: 5 }, 100, 60, [0, 0, 100]],
])('I3 of %j: %i is taken, of which %i clears, part by part', (balance, amount, clears, parts) => {
  const [pending, available, owed] = parts.map(minor) as [Minor, Minor, Minor];
  const found = find(walletWith(balance), 'QAR', minor(amount), minor(clears));
  expect(found).toEqual({ pending, available, owed });
  const taken = Object.entries({
    pending: negate(pending),
    available: negate(available),
    debt: negate(owed),
  });
  const some = Object.fromEntries(taken.filter(([, part]) => part !== 0));
  expect(outgoing('ann', 'QAR', found)).toStrictEqual(legs({}, some));
  expect(outgoing('ann', 'QAR', found, 'earned')).toStrictEqual(legs({ counts: 'earned' }, some));
});

test('I3 all of what comes or goes is somewhere, and no part is more than is there', () => {
  const amount = fc.nat(1_000).map(minor);
  const balance = fc.record({ available: amount, pending: amount, reserved: amount, debt: amount });
  fc.assert(
    fc.property(balance, amount, amount, (held, moved, clears) => {
      const wallet = walletWith(held);
      const { pending, available, owed } = find(wallet, 'QAR', moved, clears);
      expect(pending + available + owed).toBe(moved);
      expect(
        Math.min(held.pending - pending, clears - pending, held.available - available),
      ).toBeGreaterThanOrEqual(0);
      const parts = incoming({ uid: 'ann', wallet }, 'QAR', moved).map((part) => part.amount);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(moved);
    }),
  );
  expect(find(null, 'QAR', minor(5), minor(5))).toEqual({ pending: 0, available: 0, owed: 5 });
});
