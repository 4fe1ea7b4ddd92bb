import type { JournalEntry } from '../../functions/src/ledger/journal.ts';
import type { Wallet } from '../../functions/src/ledger/wallet.ts';

/**
 * Money as it has to be, from nothing but legs: a second book-keeping beside the product's, small enough to be read at
 * one sitting. Credits are positive.
 */
export class Model {
  /** What each account holds, under `account currency`. */
  readonly accounts = new Map<string, number>();
  /** What clears, under `uid currency`. */
  readonly clearing = new Map<string, number>();

  /** Books an entry. Answers what is wrong with it, and the accounts that it touched. */
  book(id: string, entry: JournalEntry): { problems: string[]; touched: string[] } {
    const problems: string[] = [];
    const sums = new Map<string, number>();
    const touched = new Set<string>();
    for (const { account, currency, amount } of entry.legs) {
      if (!Number.isSafeInteger(amount) || amount === 0)
        problems.push(`I10 ${id}: ${account} moves ${amount}`);
      sums.set(currency, (sums.get(currency) ?? 0) + amount);
      const name = `${account} ${currency}`;
      this.accounts.set(name, (this.accounts.get(name) ?? 0) + amount);
      touched.add(name);
    }
    for (const [currency, sum] of sums) if (sum !== 0) problems.push(`I1 ${id}: ${currency} sums to ${sum}`);
    for (const name of touched) {
      const held = (this.accounts.get(name) ?? 0) * (isDebt(name) ? -1 : 1);
      if (neverNegative.test(name) && held < 0) problems.push(`I3 ${name}: ${held} after ${id}`);
    }
    for (const { account, currency, amount } of entry.legs) {
      const [, uid = null] = /^wallet:(.*):available$/.exec(account) ?? [];
      const owes = 0 - (this.accounts.get(`wallet:${uid}:debt ${currency}`) ?? 0);
      // What is bought repays nothing (F08).
      if (uid !== null && amount > 0 && owes > 0 && entry.kind !== 'purchase')
        problems.push(`F08 ${id}: ${uid} has ${amount} more to spend, and owes ${owes} ${currency}`);
    }
    return { problems, touched: [...touched] };
  }

  /** What a wallet has to say, by the legs and by what clears. */
  wallet(uid: string, wallet: Wallet | null): string[] {
    const problems: string[] = [];
    for (const currency of currencies)
      for (const bucket of buckets) {
        const legs = this.accounts.get(`wallet:${uid}:${bucket} ${currency}`) ?? 0;
        const should = bucket === 'debt' ? 0 - legs : legs;
        const says = wallet?.balances[currency]?.[bucket] ?? 0;
        if (says !== should)
          problems.push(`I2 wallet ${uid}: ${says} ${currency} ${bucket}, the legs make ${should}`);
        const clears = this.clearing.get(`${uid} ${currency}`) ?? 0;
        if (bucket === 'pending' && says !== clears)
          problems.push(`I2 wallet ${uid}: ${says} ${currency} pending, ${clears} clears`);
      }
    return problems;
  }

  /** What an escrow or a payment has to say. */
  held(account: string, currency: string, says: number): string[] {
    const should = this.accounts.get(`${account} ${currency}`) ?? 0;
    return says === should ? [] : [`I2 ${account}: ${says} ${currency}, the legs make ${should}`];
  }

  /** All accounts of a currency together are nothing: money is neither made nor lost. */
  lost(): string[] {
    const sums = new Map<string, number>();
    for (const [name, amount] of this.accounts) {
      const currency = name.slice(name.lastIndexOf(' ') + 1);
      sums.set(currency, (sums.get(currency) ?? 0) + amount);
    }
    return [...sums].flatMap(([currency, sum]) => (sum === 0 ? [] : [`I4 ${currency}: ${sum} from nowhere`]));
  }
}

const currencies = ['QAR', 'USD', 'INR', 'KWD', 'JPY'] as const;
const buckets = ['available', 'pending', 'reserved', 'debt'] as const;
const isDebt = (name: string): boolean => /^wallet:.*:debt /.test(name);
const neverNegative = /^(wallet:|escrow:|payment:|platform:fees |platform:breakage )/;
