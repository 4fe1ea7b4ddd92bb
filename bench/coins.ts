import { coinsFor } from '../functions/src/catalog/catalog.ts';
import { newLifetime, newWallet, nothing, type Wallet } from '../functions/src/ledger/wallet.ts';
import { minor } from '../functions/src/shared/money.ts';
import { cover } from '../functions/src/wallet/cover.ts';
import { round } from './measure.ts';

const holding = (available: number): Wallet => ({
  ...newWallet,
  balances: { QAR: { ...nothing, available: minor(available) } },
  lifetime: { QAR: newLifetime },
});

/** Microseconds of one call; the slowest wallet of many, so that none is hidden by the others. */
function slowest(calls: number, act: (amount: number) => unknown): number {
  let worst = 0;
  for (const amount of [1, 499, 500, 1_234_567, 88_888_888_888, Number.MAX_SAFE_INTEGER]) {
    for (let i = 0; i < calls; i += 1) act(amount);
    const began = performance.now();
    for (let i = 0; i < calls; i += 1) act(amount);
    worst = Math.max(worst, ((performance.now() - began) * 1000) / calls);
  }
  return round(worst, 3);
}

/** What the arithmetic alone costs, in microseconds: whether a wallet covers an amount, and the coins of one. */
export const coinArithmetic = (calls: number) => ({
  cover: slowest(calls, (amount) => cover(holding(Math.floor(amount / 2)), minor(amount), 'QAR')),
  coins: slowest(calls, (amount) => coinsFor(minor(amount))),
});
