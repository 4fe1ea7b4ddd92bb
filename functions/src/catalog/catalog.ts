import { feeOf, minor, sum, zero, type Currency, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';

/**
 * Coins are how people buy, see and talk about value; a balance is always minor units. Prices are the face
 * value and 10% on top. A change of these numbers changes no order: each carries its own.
 */
export const coinCurrency = 'QAR' as const satisfies Currency;
export const MARKUP_BPS = 1000;

/** Face values in minor units, smallest first. */
export const faces = { GBC: 500, GSC: 1000, GGC: 5000, GPC: 10_000, GDC: 20_000, GRC: 50_000 } as const;
export type Coin = keyof typeof faces;
export const coins = Object.keys(faces) as [Coin, ...Coin[]];
export type CoinCounts = Readonly<Partial<Record<Coin, number>>>;

export const names: Readonly<Record<Coin, string>> = {
  GBC: 'Bronze',
  GSC: 'Silver',
  GGC: 'Gold',
  GPC: 'Platinum',
  GDC: 'Diamond',
  GRC: 'Royal',
};

/** Packs by id, smallest first. */
export const packs = {
  starter: { GSC: 2, GBC: 1 },
  basic: { GGC: 1 },
  plus: { GPC: 1 },
  pro: { GDC: 1, GGC: 1 },
  business: { GRC: 1 },
  royal: { GRC: 2 },
} as const satisfies Record<string, CoinCounts>;
export type Pack = keyof typeof packs;
export const packIds = Object.keys(packs) as [Pack, ...Pack[]];

/** Credits are sold in packs alone, each at its price; smallest first. */
export const creditPacks = {
  some: { credits: 20, price: 2000 },
  more: { credits: 50, price: 4500 },
  many: { credits: 120, price: 9600 },
  most: { credits: 500, price: 35_000 },
} as const;
export type CreditPack = keyof typeof creditPacks;
export const creditPackIds = Object.keys(creditPacks) as [CreditPack, ...CreditPack[]];

/** What somebody may ask to buy. */
export type Item =
  | { readonly kind: 'credits'; readonly pack: CreditPack }
  | { readonly kind: 'pack'; readonly pack: Pack; readonly quantity: number }
  | { readonly kind: 'coins'; readonly coins: CoinCounts }
  | { readonly kind: 'amount'; readonly amount: Minor };

/** What it is worth in the wallet, what it costs, and the coins it is shown as. Minor units. */
export type Quote = {
  readonly currency: Currency;
  readonly value: Minor;
  readonly price: Minor;
  readonly coins: CoinCounts;
  /** How many credits it is instead; then the value is nothing else. */
  readonly credits: Minor;
};

export const valueOf = (counts: CoinCounts): Minor =>
  sum(Object.entries(counts).map(([coin, count]) => faces[coin as Coin] * count));

export const priceOf = (value: Minor): Minor => minor(value + feeOf(value, MARKUP_BPS));

/**
 * The fewest coins that make an amount, and what is left below the smallest coin. Taking the largest first
 * is the fewest for these faces; the test compares with an exhaustive search.
 */
export function coinsFor(amount: Minor): { coins: CoinCounts; rest: Minor } {
  const counts: Partial<Record<Coin, number>> = {};
  let rest: number = amount;
  for (const coin of coins.toReversed()) {
    const count = Math.floor(rest / faces[coin]);
    if (count > 0) counts[coin] = count;
    rest -= count * faces[coin];
  }
  return { coins: counts, rest: minor(rest) };
}

/** D10: custom amounts are QAR 5 to 5,000 in steps of 5. */
export const custom = { least: 500, most: 500_000, step: 500 } as const;

const scale = (counts: CoinCounts, by: number): CoinCounts =>
  Object.fromEntries(Object.entries(counts).map(([coin, count]) => [coin, count * by]));

const nothing: Quote = { currency: coinCurrency, value: zero, price: zero, coins: {}, credits: zero };

/**
 * What an item is worth and what it costs: the price shown is the price charged (W2-20).
 * @throws Refusal `invalid_amount` with the nearest amounts that can be bought.
 */
export function quoteItem(item: Item): Quote {
  if (item.kind === 'credits') {
    const { credits, price } = creditPacks[item.pack];
    return { ...nothing, credits: minor(credits), price: minor(price) };
  }
  const counts = countsOf(item);
  const value = valueOf(counts);
  return { ...nothing, value, price: priceOf(value), coins: counts };
}

function countsOf(item: Exclude<Item, { readonly kind: 'credits' }>): CoinCounts {
  switch (item.kind) {
    case 'pack':
      return scale(packs[item.pack], item.quantity);
    case 'coins':
      return item.coins;
    case 'amount': {
      const nearest = nearestAmounts(item.amount);
      if (nearest.length > 0) throw new Refusal('invalid_amount', { nearest, currency: coinCurrency });
      return coinsFor(item.amount).coins;
    }
  }
}

/** The two amounts around one that cannot be bought; none when it can. */
export function nearestAmounts(amount: number): number[] {
  const { least, most, step } = custom;
  if (amount < least) return [least, least + step];
  if (amount > most) return [most - step, most];
  const below = Math.floor(amount / step) * step;
  return below === amount ? [] : [below, below + step];
}
