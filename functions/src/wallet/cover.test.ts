import fc from 'fast-check';
import { walletOf } from '../ledger/chart.ts';
import { leg } from '../ledger/journal.ts';
import { post } from '../ledger/ledger.ts';
import { newLifetime, newWallet, nothing, type Wallet } from '../ledger/wallet.ts';
import { minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { cover } from './cover.ts';

const holding = (available: number, frozen = false): Wallet => ({
  ...newWallet,
  balances: { QAR: { ...nothing, available: minor(available) } },
  lifetime: { QAR: newLifetime },
  frozen,
});

/** What the ledger itself says to paying the amount. */
function canPay(wallet: Wallet, amount: number): boolean {
  const legs = [
    leg(walletOf('ann', 'available'), 'QAR', minor(-amount)),
    leg('platform:fees', 'QAR', minor(amount)),
  ];
  try {
    post(
      { id: 'x', kind: 'escrow-lock', legs, at: 0, by: 'ann', reference: 'x/1' },
      { wallets: { ann: wallet } },
    );
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

test('F13 W2-19 cover agrees with a real payment in every case', () => {
  const money = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 10_000_000 }));
  fc.assert(
    fc.property(money, money, fc.boolean(), (available, amount, frozen) => {
      const wallet = holding(available, frozen);
      expect(cover(wallet, minor(amount), 'QAR').covered).toBe(canPay(wallet, amount));
    }),
    { numRuns: 2000 },
  );
});

test('what is suggested closes the gap', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500_000 }), (short) => {
      const { suggestion } = cover(null, minor(short), 'QAR');
      if (!suggestion) throw new Error('nothing suggested');
      expect(suggestion.kind === 'pack' ? suggestion.value : suggestion.amount).toBeGreaterThanOrEqual(short);
    }),
  );
});

test('one 100-coin pays 20', () => {
  expect(cover(holding(10_000), minor(2000), 'QAR')).toMatchObject({
    covered: true,
    short: 0,
    coins: { GSC: 2 },
  });
});

test('a gap beyond the largest custom amount gets no suggestion, nor does a currency without coins', () => {
  expect(cover(null, minor(500_001), 'QAR').suggestion).toBeNull();
  expect(cover(null, minor(100), 'USD')).toMatchObject({
    covered: false,
    short: 100,
    suggestion: null,
    coins: {},
  });
});
