import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { postJob, assignJob, type Job } from '../jobs/job.ts';
import type { Posting } from '../ledger/ledger.ts';
import { nothing, newWallet, type Wallet } from '../ledger/wallet.ts';
import { quiet } from '../notifications/notice.ts';
import { minor, sum } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { escrowId, isClosed, type Escrow } from './escrow.ts';
import { dispute, newEscrow, revise, submit } from './progress.ts';
import {
  lock,
  onDue,
  refund,
  release,
  resolve,
  type EscrowBooks,
  type Order,
  type Settled,
} from './settlement.ts';

const HOUR = 3_600_000;
const START = 1_800_000_000_000;
const MONEY = 1_000_000;

/** Documents as the store would keep them, for one job between two people. */
type World = {
  escrow: Escrow;
  wallets: Record<string, Wallet>;
  journal: Map<string, Posting['entry']>;
  at: number;
};

const jobAt = (price: number): Job => {
  const job = postJob({
    payer: 'ann',
    title: 'A logo',
    price: { amount: minor(price), currency: 'QAR' },
    requestHash: '',
    at: START,
  });
  return assignJob({ id: 'job', job, funded: false }, { by: 'ann', payee: 'ben', at: START })!;
};

/** Plain code: `expect` would take most of the time. */
function must(holds: boolean, what: string, about: unknown): void {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(about)}`);
}

/** Whoever changes a document that they were handed fails at once: so a refusal changes nothing. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

function keep(world: World, { escrow, posting }: Settled): void {
  world.escrow = frozen(escrow);
  if (!posting) return;
  // `create`, as the store does it: a cause happens once.
  must(!world.journal.has(posting.entry.id), 'I6 a cause happens once', posting.entry.id);
  world.journal.set(posting.entry.id, frozen(posting.entry));
  for (const [uid, { wallet }] of Object.entries(posting.wallets)) world.wallets[uid] = frozen(wallet);
}

function begin(price: number, policy: Escrow['policy']): World {
  const rich: Wallet = { ...newWallet, balances: { QAR: { ...nothing, available: minor(MONEY) } } };
  const escrow = newEscrow(jobAt(price), { id: 'job', by: 'ann', at: START, policy });
  const world: World = { escrow, wallets: { ann: rich, ben: newWallet }, journal: new Map(), at: START };
  keep(world, lock(escrow, rich));
  return world;
}

const who = fc.constantFrom('ann', 'ben', 'cat');
const act = fc.record({
  what: fc.constantFrom('submit', 'revise', 'dispute', 'release', 'refund', 'resolve', 'due', 'told'),
  by: who,
  admin: fc.boolean(),
  hours: fc.constantFrom(0, 0, 1, 24, 48, 71, 72, 800, 2200),
  percent: fc.integer({ min: 0, max: 100 }),
  ending: fc.constantFrom('release', 'refund', 'split', 'warning'),
});
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

function decide(world: World, { what, by, admin, percent, ending }: Act): Settled {
  const { escrow, wallets, at } = world;
  const books: EscrowBooks = { escrow, payer: wallets.ann ?? null, payee: wallets.ben ?? null };
  const order: Order = { by: admin ? 'admin' : 'person', uid: by, at };
  const step = (next: Escrow): Settled => ({ escrow: next, posting: null });
  switch (what) {
    case 'submit':
      return step(submit(escrow, { uid: by, note: 'Here.', at }));
    case 'revise':
      return step(revise(escrow, { uid: by, wish: 'More.', at }));
    case 'dispute':
      return step(dispute(escrow, { uid: by, reason: 'other', statement: 'Not what we said.', at }));
    case 'release':
      return release(books, order);
    case 'refund':
      return refund(books, order);
    case 'due':
      return onDue(books, at);
    case 'told':
      return step({ ...escrow, news: quiet.news });
    case 'resolve': {
      const resolution =
        ending === 'split'
          ? ({ kind: ending, percent } as const)
          : ending === 'warning'
            ? ({ kind: ending, to: 'payer' } as const)
            : ({ kind: ending } as const);
      return resolve(books, resolution, { ...order, by: 'admin' });
    }
  }
}

/** D4 D5 D7: who may end it, and from where. */
function checkEnd(before: Escrow, after: Escrow, at: number): void {
  if (isClosed(before) || !isClosed(after)) return;
  const { status, closedBy } = after;
  must(status !== 'released' || closedBy !== 'payee', 'D7 the payee never releases', before);
  if (before.status === 'disputed' || status === 'split')
    must(before.status === 'disputed' && closedBy === 'admin', 'support alone ends a dispute', before);
  if (status === 'refunded' && (closedBy === 'payer' || closedBy === 'timer'))
    must(before.status === 'held', 'D5 only before a submission', before);
  if (closedBy !== 'timer') return;
  const due = before.status === 'submitted' ? before.releaseAt : before.lockedAt + 90 * 24 * HOUR;
  must(at >= due && before.status === (status === 'released' ? 'submitted' : 'held'), 'D4', before);
}

/** All that must hold after each step, whatever it was. */
function check({ escrow, wallets, journal }: World): void {
  const end = journal.get(`escrow:${escrowId(escrow)}:end`);
  const closed = isClosed(escrow);
  must(escrow.balance === (closed ? 0 : escrow.held), 'I5 all of it is inside, or nothing', escrow);
  must((end !== undefined) === closed && journal.size === (closed ? 2 : 1), 'I6 one end, once', escrow);
  must((escrow.dueAt === null) === closed, 'I12 what is open has a deadline', escrow);
  const fees = sum(
    end?.legs.filter(({ account }) => /^(platform|tax):/.test(account)).map(({ amount }) => amount) ?? [],
  );
  const held = Object.values(wallets).map(({ balances }) => balances.QAR ?? nothing);
  for (const balance of held) must(Math.min(...Object.values(balance)) >= 0, 'I3', balance);
  const total = sum(held.map(({ available, pending }) => available + pending)) + escrow.balance + fees;
  must(total === MONEY, 'I4 nothing is made and nothing lost', total);
  if (!closed) return;
  const { toPayee, toPlatform, toPayer } = escrow.outcome;
  must(toPayee + toPlatform + toPayer === escrow.held && fees === toPlatform, 'I5', escrow);
  const { available, pending } = wallets.ben?.balances.QAR ?? nothing;
  const clears = escrow.policy.clearanceHours > 0;
  must((clears ? pending : available) === toPayee, 'I5 D6 the payee has their part', wallets);
  must((clears ? available : pending) === 0, 'D6 all of it clears, or none', wallets);
}

/** But for what it has yet to tell. */
const same = (one: Escrow, other: Escrow): boolean =>
  isDeepStrictEqual({ ...one, ...quiet }, { ...other, ...quiet });

const policies = fc.record({
  payeeFeeBps: fc.constantFrom(0, 1000, 1500, 9999, 10_000),
  payerFeeBps: fc.constantFrom(0, 500, 1000),
  releaseHours: fc.constantFrom(1, 72),
  clearanceHours: fc.constantFrom(0, 24, 336, 720),
  feeTaxBps: fc.constantFrom(0, 500),
});

test('I3 I5 I7 W2-18 W3-02 after any 10,000 acts by anybody at any time the money is in one place, and ends once', () => {
  const seen = new Set<string>();
  const play = (price: number, policy: Escrow['policy'], acts: readonly Act[]) => {
    const world = begin(price, policy);
    for (const one of acts) {
      world.at += one.hours * HOUR;
      const { escrow: before } = world;
      try {
        keep(world, decide(world, one));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        must(world.escrow === before, 'a refusal changes nothing', one);
      }
      if (isClosed(before)) must(same(world.escrow, before), 'I7 a closed escrow never changes', one);
      checkEnd(before, world.escrow, world.at);
      check(world);
      seen.add(`${world.escrow.status}${isClosed(world.escrow) ? ` by ${world.escrow.closedBy}` : ''}`);
    }
  };
  const games = fc.property(
    fc.integer({ min: 1, max: 500_000 }),
    policies,
    fc.array(act, { minLength: 20, maxLength: 20 }),
    play,
  );
  fc.assert(games, { numRuns: 500 });
  // It would prove little if the games never came to these.
  for (const state of [
    'submitted',
    'revision',
    'disputed',
    'released by payer',
    'released by timer',
    'split by admin',
  ])
    expect(seen).toContain(state);
});
