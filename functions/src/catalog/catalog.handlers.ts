import { serveCalls } from '../platform/serve.ts';
import type { Handlers } from '../shared/call.ts';
import { minor } from '../shared/money.ts';
import {
  coinCurrency,
  coins,
  creditPackIds,
  creditPacks,
  custom,
  faces,
  names,
  packIds,
  priceOf,
  quoteItem,
} from './catalog.ts';
import { catalogContract } from './catalog.contract.ts';

const handlers: Handlers<typeof catalogContract> = {
  list: () => ({
    currency: coinCurrency,
    coins: coins.map((coin) => {
      const value = minor(faces[coin]);
      return { coin, name: names[coin], value, price: priceOf(value) };
    }),
    packs: packIds.map((pack) => ({ pack, ...quoteItem({ kind: 'pack', pack, quantity: 1 }) })),
    credits: creditPackIds.map((pack) => ({ pack, currency: coinCurrency, ...creditPacks[pack] })),
    custom,
  }),
  quote: ({ item }) => quoteItem(item),
};

export const catalog = serveCalls('catalog', catalogContract, handlers);
