import {
  coinCurrency,
  coinsFor,
  custom,
  packIds,
  quoteItem,
  type CoinCounts,
  type Pack,
} from '../catalog/catalog.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { balanceOf } from '../ledger/wallet.ts';
import { minor, zero, type Currency, type Minor } from '../shared/money.ts';

/** Whether an amount can be paid, and if not, what would close the gap. Minor units of `currency`. */
export type Cover = {
  readonly covered: boolean;
  readonly currency: Currency;
  readonly available: Minor;
  readonly needed: Minor;
  readonly short: Minor;
  /** The fewest coins that make the amount, and what is left below the smallest coin; empty without coins. */
  readonly coins: CoinCounts;
  readonly rest: Minor;
  readonly suggestion: Suggestion | null;
};

/** The smallest pack that closes the gap, or a custom amount where that is cheaper or no pack is enough. */
export type Suggestion =
  | { readonly kind: 'pack'; readonly pack: Pack; readonly value: Minor; readonly price: Minor }
  | { readonly kind: 'amount'; readonly amount: Minor; readonly price: Minor };

/**
 * Agrees with a real payment in every case: a balance is value, so change is never an issue (W2-19), and a
 * frozen wallet covers nothing.
 */
export function cover(wallet: Wallet | null, amount: Minor, currency: Currency): Cover {
  const available = wallet?.frozen ? zero : balanceOf(wallet, currency).available;
  const short = minor(Math.max(0, amount - available));
  const shown = currency === coinCurrency ? coinsFor(amount) : { coins: {}, rest: amount };
  return {
    covered: short === 0,
    currency,
    available,
    needed: amount,
    short,
    ...shown,
    suggestion: short > 0 && currency === coinCurrency && !wallet?.frozen ? suggest(short) : null,
  };
}

function suggest(short: Minor): Suggestion | null {
  const pack = packIds.find((id) => quoteItem({ kind: 'pack', pack: id, quantity: 1 }).value >= short);
  if (pack) {
    const { value, price } = quoteItem({ kind: 'pack', pack, quantity: 1 });
    return { kind: 'pack', pack, value, price };
  }
  if (short > custom.most) return null;
  const amount = minor(Math.ceil(short / custom.step) * custom.step);
  return { kind: 'amount', amount, price: quoteItem({ kind: 'amount', amount }).price };
}
