import fc from 'fast-check';
import { currencies, minor, negate, type Currency } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { buckets, escrowOf, policyOf, walletOf, type Account, type Bucket } from './chart.ts';
import { leg, type JournalEntry, type Leg } from './journal.ts';
import { post, reverse, type Books } from './ledger.ts';
import { hashEntry } from './chain.ts';
import { nothing, type Wallet, type WalletEntry } from './wallet.ts';

/** A store of a few lines, and beside it a model that only ever folds legs. */
const people = ['ann', 'ben', 'cyd', 'dee'];

class World {
  wallets: Record<string, Wallet> = {};
  entries: Record<string, WalletEntry[]> = {};
  escrows: Record<string, number> = {};
  journal: JournalEntry[] = [];
  folded = new Map<string, number>();

  booksFor(legs: readonly Leg[]): Books {
    const wallets: Record<string, Wallet | null> = {};
    const escrows: Record<string, ReturnType<typeof minor>> = {};
    for (const { account } of legs) {
      const { place } = policyOf(account);
      if (place.kept === 'wallet') wallets[place.uid] = this.wallets[place.uid] ?? null;
      if (place.kept === 'document') escrows[place.id] = minor(this.escrows[place.id] ?? 0);
    }
    return { wallets, escrows };
  }

  /** Says whether the ledger took it; a refusal must leave the world as it was. */
  try(entry: JournalEntry): boolean {
    try {
      const posting = post(entry, this.booksFor(entry.legs));
      for (const [uid, { wallet, entry: own }] of Object.entries(posting.wallets)) {
        this.wallets[uid] = wallet;
        (this.entries[uid] ??= []).push(own);
      }
      Object.assign(this.escrows, posting.escrows);
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
    this.journal.push(entry);
    for (const { account, currency, amount } of entry.legs) {
      const name = `${account} ${currency}`;
      this.folded.set(name, (this.folded.get(name) ?? 0) + amount);
    }
    return true;
  }

  fold = (account: Account, currency: Currency): number => {
    const raw = this.folded.get(`${account} ${currency}`) ?? 0;
    return policyOf(account).normal === 'credit' ? raw : 0 - raw;
  };
}

const accountOf = (uid: string, bucket: Bucket) => walletOf(uid, bucket);
const account: fc.Arbitrary<Account> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...people), fc.constantFrom(...buckets))
      .map(([u, b]) => accountOf(u, b)),
  },
  { weight: 2, arbitrary: fc.constantFrom('e1', 'e2', 'e3').map(escrowOf) },
  { weight: 2, arbitrary: fc.constantFrom<Account>('psp:stripe:clearing', 'platform:fees', 'bank:payouts') },
);

/** Moves of random amounts between random accounts, some of them back again. */
const move = fc.record({
  from: account,
  to: account,
  currency: fc.constantFrom(...currencies.slice(0, 3)),
  amount: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 100_000 })),
  back: fc.integer({ min: 0, max: 9 }),
});
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

function entryFor(world: World, { from, to, currency, amount, back }: Move): JournalEntry | null {
  const n = world.journal.length;
  const last = world.journal.at(-1);
  if (back === 0 && last && !last.reverses) return reverse(last, { at: n, by: 'system' });
  if (from === to) return null;
  // An escrow holds one currency.
  const own = from.startsWith('escrow') || to.startsWith('escrow') ? 'QAR' : currency;
  const legs = [leg(from, own, negate(minor(amount))), leg(to, own, minor(amount))];
  return { id: `move:${n}`, kind: 'purchase', legs, at: n, by: 'ann', reference: `moves/${n}` };
}

/** What does not hold, by name. Plain code, because it runs a million times. */
function violations(world: World, entry: JournalEntry): string[] {
  const found: string[] = [];
  const claim = (holds: boolean, name: string) => {
    if (!holds) found.push(`${name} after ${entry.id}`);
  };
  for (const currency of currencies) {
    const own = entry.legs.filter((l) => l.currency === currency);
    claim(own.reduce((sum, l) => sum + l.amount, 0) === 0, `I1 ${currency}`);
    for (const uid of people)
      for (const bucket of buckets) {
        const balance = world.wallets[uid]?.balances[currency]?.[bucket] ?? 0;
        claim(balance === world.fold(accountOf(uid, bucket), currency), `I2 ${uid} ${bucket} ${currency}`);
        claim(balance >= 0, `I3 ${uid} ${bucket} ${currency}`);
        claim(Number.isSafeInteger(balance), `I10 ${uid} ${bucket} ${currency}`);
      }
  }
  for (const [id, held] of Object.entries(world.escrows))
    claim(held >= 0 && held === world.fold(escrowOf(id), 'QAR'), `I2 ${id}`);
  return found;
}

function run(moves: readonly Move[]): World {
  const world = new World();
  for (const one of moves) {
    const entry = entryFor(world, one);
    const broken = entry && world.try(entry) ? violations(world, entry) : [];
    if (broken.length > 0) throw new Error(broken.join('\n'));
  }
  return world;
}

test('I1 I2 I3 I10 D18 F11 after each of 10,000 random moves every balance is the sum of its legs', () => {
  fc.assert(
    fc.property(fc.array(move, { minLength: 10_000, maxLength: 10_000, size: 'max' }), (moves) => {
      const world = run(moves);
      expect(world.journal.length).toBeGreaterThan(1000);
    }),
    { numRuns: 1, endOnFailure: true },
  );
});

test('W2-14 a wallet’s entries have no gap, chain by hash, and carry each balance on from the one before', () => {
  fc.assert(
    fc.property(fc.array(move, { minLength: 50, maxLength: 200 }), (moves) => {
      const world = run(moves);
      for (const [uid, entries] of Object.entries(world.entries)) {
        let prev = '';
        const held: Partial<Record<Currency, object>> = {};
        entries.forEach((entry, i) => {
          const { hash, ...unsealed } = entry;
          expect([entry.n, entry.prev, hash]).toEqual([i + 1, prev, hashEntry(unsealed)]);
          const touched = Object.keys(entry.after) as Currency[];
          expect(entry.before).toEqual(Object.fromEntries(touched.map((c) => [c, held[c] ?? nothing])));
          Object.assign(held, entry.after);
          prev = hash;
        });
        expect(world.wallets[uid]).toMatchObject({ version: entries.length, head: prev });
      }
    }),
    { numRuns: 50 },
  );
});

test('I9 an entry changes the wallets and escrows of its legs, and no other document', () => {
  fc.assert(
    fc.property(fc.array(move, { minLength: 1, maxLength: 40 }), (moves) => {
      const world = new World();
      for (const one of moves) {
        const entry = entryFor(world, one);
        if (!entry) continue;
        const before = { ...world.wallets };
        if (!world.try(entry)) continue;
        const named = new Set(entry.legs.map((l) => l.account.split(':')[1]));
        for (const uid of people) if (!named.has(uid)) expect(world.wallets[uid]).toBe(before[uid]);
      }
    }),
  );
});

test('W3-05 only what was made an amount in minor units is one: a plain number does not compile', () => {
  // @ts-expect-error -- a number that nobody said is minor units
  const raw = leg('platform:fees', 'QAR', 5);
  expect(raw.amount).toBe(minor(5));
  expect(() => minor(0.5)).toThrow(RangeError);
});

test('D14 W3-14 what counts is what the legs say: earned, spent, refunded and withdrawn stay apart', () => {
  const world = new World();
  const step = (kind: JournalEntry['kind'], legs: Leg[]) =>
    world.try({ id: `${kind}:${world.journal.length}`, kind, legs, at: 1, by: 'ann', reference: 'x/1' });
  step('purchase', [
    leg('psp:stripe:clearing', 'QAR', minor(-100)),
    leg('wallet:ann:available', 'QAR', minor(100), 'purchased'),
  ]);
  step('escrow-lock', [
    leg('wallet:ann:available', 'QAR', minor(-60), 'spent'),
    leg('escrow:e', 'QAR', minor(60)),
  ]);
  step('escrow-refund', [
    leg('escrow:e', 'QAR', minor(-60)),
    leg('wallet:ann:available', 'QAR', minor(60), 'refunded'),
  ]);
  expect(world.wallets.ann?.lifetime.QAR).toEqual({
    earned: 0,
    spent: 60,
    withdrawn: 0,
    refunded: 60,
    purchased: 100,
  });
  expect(world.try(reverse(world.journal[2]!, { at: 2, by: 'system' }))).toBe(true);
  expect(world.wallets.ann?.lifetime.QAR?.refunded).toBe(0);
});
