import { coinCurrency, coinsFor } from '../catalog/catalog.ts';
import { collections } from '../collections.ts';
import { balanceOf, newLifetime, type Wallet } from '../ledger/wallet.ts';
import { find, load, total } from '../platform/firestore.ts';
import { issuer } from '../platform/params.ts';
import { holds, serveCalls } from '../platform/serve.ts';
import type { Caller, Handlers } from '../shared/call.ts';
import { currencies, type Currency } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { cover } from './cover.ts';
import { balanceAt, explainBalance, mustBeSomebody, pageOfMonth } from './history.operations.ts';
import { fits } from './statement.ts';
import { drawStatement, writeCsv } from './statement.gateway.ts';
import { walletContract } from './wallet.contract.ts';
import { openEscrowsOf, pageOfEntries } from './wallet.store.ts';

const handlers: Handlers<typeof walletContract> = {
  get: async (_, { uid }) => {
    const wallet = await load(collections.wallets.doc(uid));
    // Money first, credits last, whatever order the store keeps them in.
    const held = currencies.filter((currency) => wallet?.balances[currency] !== undefined);
    const shown = held.length > 0 ? held : [coinCurrency];
    return {
      balances: await Promise.all(shown.map((currency) => viewBalance(uid, wallet, currency))),
      coins: coinsFor(balanceOf(wallet, coinCurrency).available),
      frozen: wallet?.frozen ?? false,
    };
  },
  cover: async ({ amount, currency }, { uid }) =>
    cover(await load(collections.wallets.doc(uid)), amount, currency),
  entries: async (filter, { uid }) => {
    const page = await find(pageOfEntries(uid, filter));
    const last = page.length === filter.limit ? page.at(-1) : undefined;
    return { entries: page.map(({ doc }) => doc), next: last?.id ?? null };
  },
  explain: async ({ uid, ...question }, caller) => {
    const { entries, ...told } = await explainBalance({ ...question, uid: await mayAskAbout(uid, caller) });
    return { ...told, entries: [...entries] };
  },
  at: async ({ uid, at, currency }, caller) => ({
    currency,
    ...(await balanceAt({ uid: await mayAskAbout(uid, caller), currency }, at)),
  }),
  statement: async ({ uid, format, ...wish }, caller, now) => {
    const page = await pageOfMonth({ ...wish, uid: await mayAskAbout(uid, caller), now });
    const { name, address, taxId } = issuer();
    const file = format === 'csv' ? writeCsv(page) : drawStatement(page, [name, address, taxId]);
    return {
      ...(await file),
      entries: page.entries.length,
      opening: page.opening,
      closing: page.closing,
      addsUp: fits(page),
      next: page.last ? null : page.entries.at(-1)!.n,
    };
  },
};

/** One's own wallet; for support and finance, anybody's. @throws Refusal `role_missing`, `not_found`. */
async function mayAskAbout(uid: string | undefined, caller: Caller): Promise<string> {
  if (uid === undefined || uid === caller.uid) return caller.uid;
  if (!holds(caller, 'support') && !holds(caller, 'finance'))
    throw new Refusal('role_missing', { role: 'support' });
  await mustBeSomebody(uid);
  return uid;
}

/** Money in escrow has left the wallet, so it is added up from the open escrows, never stored twice. */
const viewBalance = async (uid: string, wallet: Wallet | null, currency: Currency) => ({
  currency,
  ...balanceOf(wallet, currency),
  inEscrow: await total(openEscrowsOf(uid, currency), 'balance'),
  lifetime: wallet?.lifetime[currency] ?? newLifetime,
});

export const wallet = serveCalls('wallet', walletContract, handlers);
