import fc from 'fast-check';
import { minor, negate } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { walletOf } from './chart.ts';
import { leg, type EntryKind, type JournalEntry } from './journal.ts';
import { post, reverse } from './ledger.ts';
import { bought, placed, shareOf, sumOf, takenFrom, type Lot } from './lots.ts';
import { balanceOf, lotsOf, newWallet, type Wallet } from './wallet.ts';

const DAY = 24 * 3600 * 1000;
const lot = (id: string, amount: number, expiresAt: number | null, idleMs: number | null = null): Lot => ({
  ...{ id, kind: expiresAt === null ? 'purchased' : 'bonus', amount: minor(amount), expiresAt, idleMs },
});

test('F46 what expires first is spent first, and what was bought last of all', () => {
  const lots = [bought(minor(5)), lot('late', 5, 9), lot('soon', 5, 3)];
  const { parts, lots: left } = takenFrom(lots, minor(12));
  expect(parts.map(({ id, amount }) => [id, amount])).toEqual([
    ['soon', 5],
    ['late', 5],
    ['purchased', 2],
  ]);
  expect(left).toEqual([bought(minor(3))]);
});

test('a share of a refund goes to what expires last', () => {
  const parts = [lot('soon', 3, 3), lot('late', 2, 9), bought(minor(1))];
  expect(shareOf(parts, minor(2)).map(({ id, amount }) => [id, amount])).toEqual([
    ['late', 1],
    ['purchased', 1],
  ]);
  expect(shareOf(parts, minor(6))).toEqual(parts);
});

/** A wallet of credits, and what is kept beside it: nothing but legs. */
class World {
  wallet: Wallet | null = null;
  journal: JournalEntry[] = [];
  at = 0;

  post(kind: EntryKind, amount: number, more: { lots?: readonly Lot[]; counts?: 'spent' } = {}): boolean {
    const own = leg(walletOf('ann', 'available'), 'CREDIT', minor(amount), more.counts);
    return this.add({
      ...{ id: `e${this.journal.length}`, kind, at: this.at, by: 'ann', reference: 'x/y' },
      legs: [
        { ...own, ...(more.lots && { lots: more.lots }) },
        leg('platform:credits', 'CREDIT', negate(minor(amount))),
      ],
    });
  }

  add(entry: JournalEntry): boolean {
    try {
      const posting = post(entry, { wallets: { ann: this.wallet } });
      this.wallet = posting.wallets.ann!.wallet;
      this.journal.push(posting.entry);
      return true;
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  }

  get lots(): readonly Lot[] {
    return lotsOf(this.wallet, 'CREDIT');
  }

  /** Each lot as the legs alone have it. */
  folded(): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const { legs } of this.journal)
      for (const { amount, lots = [] } of legs)
        for (const part of lots) sums[part.id] = (sums[part.id] ?? 0) + Math.sign(amount) * part.amount;
    return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
  }
}

const step = fc.record({
  do: fc.constantFrom('buy', 'give', 'spend', 'spend', 'spend', 'undo', 'take', 'wait'),
  amount: fc.integer({ min: 1, max: 30 }),
  days: fc.integer({ min: 1, max: 60 }),
  idle: fc.boolean(),
});

test('W1-04 F46 whatever happens in whatever order, the lots make the balance, and the journal makes the lots', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const world = new World();
      const spent: JournalEntry[] = [];
      for (const { do: what, amount, days, idle } of steps) {
        const before = balanceOf(world.wallet, 'CREDIT').available;
        if (what === 'wait') world.at += days * DAY;
        if (what === 'buy') world.post('purchase', amount);
        if (what === 'give') {
          const given = lot(
            `b${world.journal.length}`,
            amount,
            world.at + days * DAY,
            idle ? days * DAY : null,
          );
          world.post('grant', amount, { lots: [given] });
        }
        if (what === 'spend') {
          const soonest = takenFrom(world.lots, minor(amount)).parts;
          const done = world.post('generation-reserve', 0 - amount, { counts: 'spent' });
          expect(done).toBe(before >= amount);
          if (done) {
            const entry = world.journal.at(-1)!;
            expect(entry.legs[0]!.lots).toEqual(soonest);
            spent.push(entry);
          }
        }
        if (what === 'undo' && spent.length > 0) {
          const entry = spent.splice(amount % spent.length, 1)[0]!;
          // As much of each lot as was taken of it, whatever became of it since.
          const wanted = entry.legs[0]!.lots!.map(({ id, amount: part }) => [id, heldOf(world, id) + part]);
          world.add(reverse(entry, { at: world.at, by: 'system' }));
          expect(wanted.map(([id]) => [id, heldOf(world, String(id))])).toEqual(wanted);
        }
        if (what === 'take') {
          const bought = heldOf(world, 'purchased');
          if (world.post('refund', 0 - amount))
            expect(heldOf(world, 'purchased')).toBe(Math.max(0, bought - amount));
        }
        expect(sumOf(world.lots)).toBe(balanceOf(world.wallet, 'CREDIT').available);
        expect(Object.fromEntries(world.lots.map(({ id, amount: held }) => [id, held]))).toEqual(
          world.folded(),
        );
        expect(world.lots.every(({ amount: held }) => held > 0)).toBe(true);
        expect(world.lots.find(({ id }) => id === 'purchased')?.expiresAt ?? null).toBeNull();
      }
    }),
    { numRuns: 300 },
  );
});

const heldOf = (world: World, id: string): number => world.lots.find((one) => one.id === id)?.amount ?? 0;

test('W1-22 what is given and what expires leaves what was bought as it is', () => {
  const world = new World();
  world.post('purchase', 20);
  for (const month of [1, 2, 3]) {
    const allowance: Lot = { ...lot(`m${month}`, 30, month * 30 * DAY), kind: 'allowance' };
    world.post('grant', 30, { lots: [allowance] });
    world.post('lot-expiry', -30, { lots: [allowance] });
  }
  expect(world.lots).toEqual([bought(minor(20))]);
});

test('F48 using credits begins anew what expires by not being used, and nothing else', () => {
  const world = new World();
  world.post('grant', 10, { lots: [lot('idle', 10, 100 * DAY, 100 * DAY)] });
  world.post('grant', 10, { lots: [lot('fixed', 10, 150 * DAY)] });
  world.at = 90 * DAY;
  world.post('generation-reserve', -1, { counts: 'spent' });
  expect(world.lots.map(({ id, expiresAt }) => [id, expiresAt])).toEqual([
    ['fixed', 150 * DAY],
    ['idle', 190 * DAY],
  ]);
});

test('a leg cannot say that it moves other lots than its amount', () => {
  const world = new World();
  expect(() => world.post('grant', 10, { lots: [lot('a', 9, 1)] })).toThrow('lots of 9 are not the 10');
  expect(placed([lot('a', 1, 5)], [lot('a', 2, 9)])).toEqual([lot('a', 3, 9)]);
});

test('money has no lots', () => {
  const entry: JournalEntry = {
    ...{ id: 'p', kind: 'purchase', at: 0, by: 'x', reference: 'p/p' },
    legs: [leg(walletOf('ann', 'available'), 'QAR', minor(5)), leg('platform:fees', 'QAR', minor(-5))],
  };
  const { wallets, entry: same } = post(entry, { wallets: { ann: newWallet } });
  expect(same).toBe(entry);
  expect(wallets.ann!.wallet.lots).toBeUndefined();
});
