/** I1 to I4: entries balance, documents equal the legs about them, nothing is negative, nothing is lost. */
import {
  buckets,
  escrowOf,
  generationOf,
  paymentOf,
  policyOf,
  walletOf,
  type Account,
} from '../../functions/src/ledger/chart.ts';
import { nothing } from '../../functions/src/ledger/wallet.ts';
import { currencies, type Currency } from '../../functions/src/shared/money.ts';
import type { Books } from '../books.ts';

export const entryProblems = ({ journal }: Books): string[] =>
  [...journal].flatMap(([id, { legs, id: named }]) => {
    const sums = currencies.map((currency) => ({
      currency,
      sum: legs.filter((leg) => leg.currency === currency).reduce((sum, { amount }) => sum + amount, 0),
    }));
    return [
      ...sums
        .filter(({ sum }) => sum !== 0)
        .map(({ currency, sum }) => `I1 ${id}: ${currency} sums to ${sum}`),
      ...legs
        .filter(({ amount }) => !Number.isSafeInteger(amount) || amount === 0)
        .map(({ account, amount }) => `I10 ${id}: ${account} moves ${amount}`),
      ...(id === named ? [] : [`I6 ${id} calls itself ${named}`]),
    ];
  });

/** What the documents say, under the names of the fold. */
function stated({ wallets, escrows, payments, generations }: Books): Map<string, number> {
  const balances = new Map<string, number>();
  for (const [uid, wallet] of wallets)
    for (const currency of Object.keys(wallet.balances) as Currency[])
      for (const bucket of buckets)
        balances.set(`${walletOf(uid, bucket)} ${currency}`, (wallet.balances[currency] ?? nothing)[bucket]);
  for (const [id, { currency, balance }] of escrows) balances.set(`${escrowOf(id)} ${currency}`, balance);
  for (const [id, { currency, balance }] of payments) balances.set(`${paymentOf(id)} ${currency}`, balance);
  for (const [id, { balance }] of generations) balances.set(`${generationOf(id)} CREDIT`, balance);
  return balances;
}

const accountIn = (name: string) => name.slice(0, name.lastIndexOf(' ')) as Account;
const isKept = (name: string) => policyOf(accountIn(name)).place.kept !== 'journal';
/** A debit-normal account is stated the other way round than its legs. */
const inNormal = (name: string, credits: number) =>
  policyOf(accountIn(name)).normal === 'credit' ? credits : 0 - credits;

export function balanceProblems(books: Books): string[] {
  const documents = stated(books);
  const names = new Set([...documents.keys(), ...[...books.accounts.keys()].filter(isKept)]);
  const unequal = [...names].flatMap((name) => {
    const legs = inNormal(name, books.accounts.get(name) ?? 0);
    const document = documents.get(name);
    return document === legs ? [] : [`I2 ${name}: legs ${legs}, document ${document ?? 'missing'}`];
  });
  const negative = [...books.accounts].flatMap(([name, credits]) => {
    const { mayBeNegative } = policyOf(accountIn(name));
    return mayBeNegative || inNormal(name, credits) >= 0 ? [] : [`I3 ${name}: ${inNormal(name, credits)}`];
  });
  return [...unequal, ...negative, ...pendingProblems(books), ...lotProblems(books)];
}

/** What waits in a wallet is what its clearances say. */
function pendingProblems({ wallets, clearances }: Books): string[] {
  const waiting = new Map<string, number>();
  for (const { uid, currency, amount } of clearances.values()) {
    const name = `${uid} ${currency}`;
    waiting.set(name, (waiting.get(name) ?? 0) + amount);
  }
  return [...wallets].flatMap(([uid, { balances }]) =>
    (Object.keys(balances) as Currency[]).flatMap((currency) => {
      const { pending } = balances[currency] ?? nothing;
      const stated = waiting.get(`${uid} ${currency}`) ?? 0;
      return pending === stated ? [] : [`I2 ${uid}: ${pending} ${currency} pending, ${stated} clears`];
    }),
  );
}

/** Credits in a wallet are its lots, and each lot is what the legs on it left. */
function lotProblems({ wallets, journal }: Books): string[] {
  const moved = new Map<string, number>();
  for (const { legs } of journal.values())
    for (const { account, currency, amount, lots = [] } of legs)
      for (const lot of lots) {
        const name = `${account} ${currency} ${lot.id}`;
        moved.set(name, (moved.get(name) ?? 0) + Math.sign(amount) * lot.amount);
      }
  const held = new Map<string, number>();
  const wrong: string[] = [];
  for (const [uid, { balances, lots }] of wallets) {
    const own = lots?.CREDIT ?? [];
    const { available } = balances.CREDIT ?? nothing;
    const sum = own.reduce((all, { amount }) => all + amount, 0);
    if (sum !== available) wrong.push(`I2 ${uid}: ${available} credits, lots of ${sum}`);
    for (const { id, amount } of own) {
      held.set(`${walletOf(uid, 'available')} CREDIT ${id}`, amount);
      if (amount <= 0) wrong.push(`I3 ${uid}: lot ${id} of ${amount}`);
    }
  }
  const names = new Set([...moved.keys(), ...held.keys()]);
  return [
    ...wrong,
    ...[...names]
      .filter((name) => (moved.get(name) ?? 0) !== (held.get(name) ?? 0))
      .map((name) => `I2 ${name}: legs ${moved.get(name) ?? 0}, lot ${held.get(name) ?? 0}`),
  ];
}

const sumOf = (accounts: Iterable<readonly [string, number]>, pattern: RegExp, currency: Currency): number =>
  [...accounts]
    .filter(([name]) => pattern.test(name) && name.endsWith(` ${currency}`))
    .reduce((sum, [, amount]) => sum + amount, 0);

/** I4: what providers took in is in wallets and escrows (as the documents say), earned, paid out or taxed. */
export const conservationProblems = (books: Books): string[] =>
  currencies.flatMap((currency) => {
    const documents = stated(books);
    const cameIn = 0 - sumOf(books.accounts, /^psp:/, currency);
    const held =
      sumOf(documents, /^(wallet:.*:(available|pending|reserved) |escrow:|payment:|generation:)/, currency) -
      sumOf(documents, /^wallet:.*:debt /, currency);
    const earned = sumOf(books.accounts, /^(platform|tax):/, currency);
    // Below zero while a chargeback is open: what the provider has taken, and nobody here gave yet.
    const contested = sumOf(books.accounts, /^chargeback:/, currency);
    const paidOut = sumOf(books.accounts, /^bank:payouts /, currency);
    return cameIn === held + earned + paidOut + contested
      ? []
      : [`I4 ${currency}: ${cameIn} came in; held ${held}, earned ${earned}, paid out ${paidOut}`];
  });
