import fc from 'fast-check';
import { balanceOf, lotsOf, type Wallet } from '../ledger/wallet.ts';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { post, reverse, type Posting } from '../ledger/ledger.ts';
import { walletOf } from '../ledger/chart.ts';
import { minor, negate } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { giveBonus } from './bonus.ts';
import { giveUp, GRACE_MS, IDLE_MS, lookAt, type GivenLot } from './lifetime.ts';

const DAY = 24 * 3600 * 1000;
const START = 1_800_000_000_000;
const id = 'bonus-1~ann';

class World {
  at = START;
  wallet: Wallet | null = null;
  lot: GivenLot;
  told: string[] = [];
  entries: string[] = [];
  last: JournalEntry | null = null;

  constructor(amount: number) {
    const bonus = { lot: 'bonus-1', uid: 'ann', amount: minor(amount), by: 'fin', at: START, text: 'x' };
    const { lot, posting } = giveBonus(id, null, bonus);
    this.lot = lot;
    this.keep(posting);
    this.hear();
  }

  keep(posting: Posting | null): void {
    if (!posting) return;
    this.wallet = posting.wallets.ann?.wallet ?? this.wallet;
    this.entries.push(posting.entry.id);
    this.last = posting.entry;
  }
  hear(): void {
    this.told.push(...this.lot.news.map(({ kind, facts }) => `${kind} ${String(facts.days ?? '')}`.trim()));
    this.lot = { ...this.lot, news: [] };
  }
  /** Looks whenever it is due, until a time. */
  until(at: number): void {
    while (this.lot.dueAt !== null && this.lot.dueAt <= at) {
      this.at = this.lot.dueAt;
      const looked = lookAt(id, this.lot, this.wallet, this.at);
      this.lot = looked.lot;
      this.keep(looked.posting);
      this.hear();
    }
    this.at = at;
  }
  spend(amount: number): JournalEntry {
    const legs = [
      leg(walletOf('ann', 'available'), 'CREDIT', minor(0 - amount), 'spent'),
      leg('platform:fees', 'CREDIT', minor(amount)),
    ];
    const entry = { kind: 'generation-reserve', legs, at: this.at, by: 'ann', reference: 'x/y' } as const;
    const posting = post({ ...entry, id: `s${this.entries.length}` }, { wallets: { ann: this.wallet } });
    this.keep(posting);
    return posting.entry;
  }
  undo(entry: JournalEntry): void {
    this.keep(post(reverse(entry, { at: this.at, by: 'x' }), { wallets: { ann: this.wallet } }));
  }
  get left(): number {
    return balanceOf(this.wallet, 'CREDIT').available;
  }
}

test('F48 warned 30, 7 and 1 days before, and gone by an entry at the end', () => {
  const world = new World(5);
  world.until(START + IDLE_MS - 30 * DAY - 1);
  expect(world.told).toEqual(['lot-given']);
  world.until(START + IDLE_MS - 30 * DAY);
  expect(world.told).toEqual(['lot-given', 'lot-expires 30']);
  world.until(START + IDLE_MS - 1);
  expect(world.told).toEqual(['lot-given', 'lot-expires 30', 'lot-expires 7', 'lot-expires 1']);
  expect(world.left).toBe(5);
  world.until(START + IDLE_MS);
  expect(world.left).toBe(0);
  expect(world.told.at(-1)).toBe('lot-expired');
  expect(world.entries).toEqual([`lot:${id}:grant`, `lot:${id}:expiry:1`]);
  world.until(START + 2 * IDLE_MS);
  expect(world.lot).toMatchObject({ dueAt: null, expired: 5, expiries: 1 });
});

test('F48 activity in between begins anew, warnings as well', () => {
  const world = new World(5);
  world.until(START + IDLE_MS - 3 * DAY);
  world.spend(1);
  const used = world.at;
  world.until(START + IDLE_MS + DAY);
  expect(world.left).toBe(4);
  world.until(used + IDLE_MS - 30 * DAY);
  expect(world.told.filter((one) => one === 'lot-expires 30')).toHaveLength(2);
  world.until(used + IDLE_MS);
  expect(world.left).toBe(0);
});

test('nothing is told of what is spent, and nobody is told twice', () => {
  const world = new World(5);
  world.spend(5);
  world.until(START + 3 * IDLE_MS);
  expect(world.told).toEqual(['lot-given']);
  expect(world.lot.dueAt).toBeNull();
});

test('what comes back after the end can be used for a week', () => {
  const world = new World(5);
  world.until(START + IDLE_MS - 1);
  const entry = world.spend(5);
  // It would begin anew; a lot that was spent whole does not remember.
  world.until(world.lot.expiresAt);
  world.undo(entry);
  expect(world.left).toBe(5);
  world.until(world.lot.expiresAt + GRACE_MS - 1);
  expect(world.left).toBe(5);
});

test('F48 what ends is over in a wallet that is frozen, too; its owner spends nothing of it', () => {
  const world = new World(5);
  world.wallet = { ...world.wallet!, frozen: true };
  expect(() => world.spend(1)).toThrow('wallet_frozen');
  world.until(START + IDLE_MS);
  expect(world.left).toBe(0);
  expect(world.entries).toEqual([`lot:${id}:grant`, `lot:${id}:expiry:1`]);
});

test('what is given up is gone at once and told to nobody, twice is once', () => {
  const world = new World(5);
  world.spend(2);
  const given = giveUp(id, world.lot, world.wallet, START + DAY);
  expect(given.lot).toMatchObject({ expired: 3, expiries: 1, news: [] });
  world.keep(given.posting);
  expect(world.left).toBe(0);
  expect(giveUp(id, given.lot, world.wallet, START + DAY).posting).toBeNull();
});

test('F48 what was set aside while the rest was given up comes back to its lot, and ends with it', () => {
  const world = new World(5);
  const spent = world.spend(2);
  const given = giveUp(id, world.lot, world.wallet, START + DAY);
  world.keep(given.posting);
  world.lot = given.lot;
  world.undo(spent);
  expect(world.left).toBe(2);
  world.until(world.at + IDLE_MS + GRACE_MS + DAY);
  expect([world.left, world.lot.dueAt]).toEqual([0, null]);
});

test('too early is refused', () => {
  const world = new World(5);
  expect(() => lookAt(id, world.lot, world.wallet, START)).toThrow(Refusal);
});

test('D15 F46 whatever is used and given back, what expires is what was left, once', () => {
  const step = fc.record({
    do: fc.constantFrom('spend', 'undo', 'wait', 'wait'),
    amount: fc.integer({ min: 1, max: 5 }),
    days: fc.integer({ min: 1, max: 400 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const world = new World(10);
      const spent: JournalEntry[] = [];
      for (const { do: what, amount, days } of steps) {
        if (what === 'wait') world.until(world.at + days * DAY);
        if (what === 'spend' && world.left >= amount) spent.push(world.spend(amount));
        if (what === 'undo' && spent.length > 0) world.undo(spent.pop()!);
        const out = spent.reduce((all, { legs }) => all - legs[0]!.amount, 0);
        expect(world.left + out + world.lot.expired).toBe(10);
        expect(negate(minor(world.left))).toBe(
          0 - lotsOf(world.wallet, 'CREDIT').reduce((all, one) => all + one.amount, 0) || 0,
        );
      }
    }),
  );
});
