import fc from 'fast-check';
import { find, incoming, outgoing } from '../ledger/debt.ts';
import { leg, type JournalEntry, type Leg } from '../ledger/journal.ts';
import { post } from '../ledger/ledger.ts';
import { balanceOf, type Wallet } from '../ledger/wallet.ts';
import { minor, negate, sum, zero } from '../shared/money.ts';
import { clear, lessen, newClearance, type Clearance } from './clearance.ts';

/** One person who earns, waits, spends, and is asked to give back; beside it, what a child would write down. */
class World {
  wallet: Wallet | null = null;
  clearances: Record<string, Clearance> = {};
  at = 0;
  entries = 0;

  post(kind: JournalEntry['kind'], legs: readonly Leg[], other: string): void {
    const rest = negate(sum(legs.map(({ amount }) => amount)));
    const all = rest === 0 ? legs : [...legs, leg(other as 'platform:fees', 'QAR', rest)];
    const entry: JournalEntry = {
      id: `e${(this.entries += 1)}`,
      kind,
      legs: all,
      at: this.at,
      by: 'system',
      reference: 'x/1',
    };
    this.wallet = post(entry, { wallets: { ben: this.wallet } }).wallets.ben!.wallet;
  }
}

const HOUR = 3600 * 1000;
const amount = fc.integer({ min: 1, max: 100 }).map(minor);
const act = fc.oneof(
  fc.record({ kind: fc.constant('earn' as const), amount, hours: fc.constantFrom(0, 24, 336, 720) }),
  fc.record({ kind: fc.constant('spend' as const), amount }),
  fc.record({ kind: fc.constant('giveBack' as const), amount }),
  fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 400 }) }),
);

test('F22 F08 D6 whatever somebody earns, spends and gives back: the sum is theirs less what they owe, and is cleared in time', () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 1, maxLength: 60 }), (acts) => {
      const world = new World();
      let earned = 0;
      let spent = 0;
      let takenBack = 0;
      for (const one of acts) {
        switch (one.kind) {
          case 'earn':
            earned += one.amount;
            if (one.hours === 0) {
              const legs = incoming({ uid: 'ben', wallet: world.wallet }, 'QAR', one.amount, 'earned');
              world.post('escrow-release', legs, 'platform:losses');
            } else {
              world.post(
                'escrow-release',
                [leg('wallet:ben:pending', 'QAR', one.amount, 'earned')],
                'platform:losses',
              );
              const of = { uid: 'ben', currency: 'QAR', amount: one.amount, reference: 'x/1' } as const;
              world.clearances[`c${world.entries}`] = newClearance(of, world.at, one.hours);
            }
            break;
          case 'spend': {
            const { available } = balanceOf(world.wallet, 'QAR');
            if (available < one.amount) break;
            spent += one.amount;
            world.post(
              'escrow-lock',
              [leg('wallet:ben:available', 'QAR', negate(one.amount), 'spent')],
              'platform:losses',
            );
            break;
          }
          case 'giveBack': {
            if (world.wallet === null) break;
            takenBack += one.amount;
            const [id, clearance] =
              Object.entries(world.clearances).find(([, { dueAt }]) => dueAt !== null) ?? [];
            const found = find(world.wallet, 'QAR', one.amount, clearance?.amount ?? zero);
            world.post('refund', outgoing('ben', 'QAR', found, 'earned'), 'platform:losses');
            if (id && clearance) world.clearances[id] = lessen(clearance, found.pending);
            break;
          }
          case 'wait': {
            world.at += one.hours * HOUR;
            const before = balanceOf(world.wallet, 'QAR');
            const cleared = clear('ben', world.clearances, world.wallet, world.at);
            Object.assign(world.clearances, cleared.clearances);
            if (cleared.posting) world.wallet = cleared.posting.wallets.ben!.wallet;
            const after = balanceOf(world.wallet, 'QAR');
            const total = ({ available, pending, debt }: typeof after) => available + pending - debt;
            expect(total(after)).toBe(total(before));
            expect(clear('ben', world.clearances, world.wallet, world.at).posting).toBeNull();
          }
        }
        const { available, pending, debt } = balanceOf(world.wallet, 'QAR');
        expect(available + pending - debt).toBe(earned - spent - takenBack);
        const left = Object.values(world.clearances);
        expect(sum(left.map((one) => one.amount))).toBe(pending);
        expect(world.wallet?.lifetime.QAR?.earned ?? 0).toBe(earned - takenBack);
      }
      world.at += 31 * 24 * HOUR;
      const last = clear('ben', world.clearances, world.wallet, world.at).posting;
      expect(balanceOf(last?.wallets.ben?.wallet ?? world.wallet, 'QAR').pending).toBe(0);
    }),
    { numRuns: 500 },
  );
});

test('F22 what is not due, cleared already or somebody else’s stays as it is', () => {
  const of = { uid: 'ben', currency: 'QAR', amount: minor(100), reference: 'x/1' } as const;
  const due = newClearance(of, 0, 24);
  const at = 24 * HOUR;
  const wallet = post(
    {
      ...({ id: 'e', kind: 'escrow-release', at: 0, by: 'system', reference: 'x/1' } as const),
      legs: [leg('wallet:ben:pending', 'QAR', minor(300)), leg('platform:losses', 'QAR', minor(-300))],
    },
    { wallets: { ben: null } },
  ).wallets.ben!.wallet;
  expect(clear('ben', { due }, wallet, at - 1).posting).toBeNull();
  const others = {
    gone: null,
    done: { ...due, dueAt: null },
    cat: { ...due, uid: 'cat' },
    later: newClearance(of, 1, 24),
  };
  expect(Object.keys(clear('ben', { due, ...others }, wallet, at).clearances)).toEqual(['due']);
  expect(clear('ben', { due }, wallet, at).posting?.entry.reference).toBe('x/1');
});

test('F08 what comes repays first what is owed, and counts whole', () => {
  const owing = post(
    {
      ...({ id: 'e', kind: 'refund', at: 0, by: 'system', reference: 'x/1' } as const),
      legs: [
        ...outgoing('ben', 'QAR', find(null, 'QAR', minor(70), zero)),
        leg('psp:stripe:clearing', 'QAR', minor(70)),
      ],
    },
    { wallets: { ben: null } },
  ).wallets.ben!.wallet;
  expect(balanceOf(owing, 'QAR')).toMatchObject({ available: 0, debt: 70 });
  expect(incoming({ uid: 'ben', wallet: owing }, 'QAR', minor(50), 'earned')).toEqual([
    { account: 'wallet:ben:debt', currency: 'QAR', amount: 50, counts: 'earned' },
  ]);
  expect(incoming({ uid: 'ben', wallet: owing }, 'QAR', minor(90))).toEqual([
    { account: 'wallet:ben:available', currency: 'QAR', amount: 20 },
    { account: 'wallet:ben:debt', currency: 'QAR', amount: 70 },
  ]);
});
