import fc from 'fast-check';
import { balanceOf, lotsOf, type Wallet } from '../ledger/wallet.ts';
import { walletOf } from '../ledger/chart.ts';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { post } from '../ledger/ledger.ts';
import { sumOf, type Lot } from '../ledger/lots.ts';
import { failureCodes } from '../providers/generator.ts';
import { minor, negate } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { isOpen, type Generation } from './generation.ts';
import { cancel, expire, failOver, handOver, settle, taken, times, waitOn, type Step } from './outcome.ts';
import { startWork, type StartOrder } from './reserve.ts';
import { firstPolicy, nextPolicy, returned, type ReturnPolicy } from './returns.ts';

const START = 1_800_000_000_000;
const id = `${'a'.repeat(24)}~ann`;
const order: StartOrder = {
  ...{ uid: 'ann', kind: 'image', provider: 'atelier', prompt: 'A lighthouse', imageUrl: null },
  ...{ requestHash: 'h', at: START },
};

/** A wallet with lots, one generation, and a journal that takes each name once. */
class World {
  wallet: Wallet | null = null;
  generation: Generation | null = null;
  journal = new Map<string, JournalEntry>();
  at = START;
  made = 0;

  constructor(credits: number, policy: ReturnPolicy | null = null) {
    const lots: Lot[] = [
      { id: 'soon', kind: 'allowance', amount: minor(1), expiresAt: START + 1e9, idleMs: null },
      { id: 'late', kind: 'bonus', amount: minor(2), expiresAt: START + 9e9, idleMs: 9e9 },
    ];
    this.give(1, [lots[0]!]);
    this.give(2, [lots[1]!]);
    this.give(credits - 3);
    this.take({ ...startWork(id, { before: null, wallet: this.wallet, policy }, order) });
  }

  give(amount: number, lots?: Lot[]): void {
    const own = { ...leg(walletOf('ann', 'available'), 'CREDIT', minor(amount)), ...(lots && { lots }) };
    const entry: JournalEntry = {
      ...{ id: `g${this.journal.size}`, kind: 'grant', at: START, by: 'x', reference: 'x/x' },
      legs: [own, leg('platform:credits', 'CREDIT', negate(minor(amount)))],
    };
    const posting = post(entry, { wallets: { ann: this.wallet } });
    this.wallet = posting.wallets.ann!.wallet;
    this.journal.set(entry.id, posting.entry);
  }

  take(step: Step | null): void {
    if (!step) return;
    this.generation = step.generation;
    if (!step.posting) return;
    expect(this.journal.has(step.posting.entry.id)).toBe(false);
    this.journal.set(step.posting.entry.id, step.posting.entry);
    this.wallet = step.posting.wallets.ann?.wallet ?? this.wallet;
  }

  get found() {
    return { generation: this.generation!, wallet: this.wallet };
  }
  get credits(): number {
    return balanceOf(this.wallet, 'CREDIT').available;
  }
  get lots() {
    return lotsOf(this.wallet, 'CREDIT').map(({ id: name, amount }) => [name, amount]);
  }

  /** Hands it over, and the provider takes it, or says why not. */
  hand(outcome: 'taken' | (typeof failureCodes)[number]): void {
    this.at = Math.max(this.at, this.generation!.dueAt ?? this.at);
    const begun = handOver(id, this.found, this.at);
    this.take(begun);
    if (!begun?.ask) return;
    const { attempt } = begun.generation;
    if (outcome === 'taken')
      this.take({ generation: taken(this.generation!, `t${(this.made += 1)}`, this.at), posting: null });
    else this.take(failOver(id, this.found, { code: outcome, attempt }, this.at));
  }
}

const reasonOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
  return 'none';
};

test('W1-06 F40 the price, the cost, the lots and the policy are copied', () => {
  const policy = nextPolicy(null, { image: 5000, video: 0, enhance: 0 }, { uid: 'fin', at: 1 });
  const world = new World(10, policy);
  expect(world.generation).toMatchObject({
    ...{ price: 4, costMicros: 40_000, balance: 4, status: 'reserved', dueAt: START },
    policy: { version: 2, cancelBps: 5000 },
  });
  expect(world.generation!.lots.map(({ id: name, amount }) => [name, amount])).toEqual([
    ['soon', 1],
    ['late', 2],
    ['purchased', 1],
  ]);
  expect(world.credits).toBe(6);
});

test('W1-05 every failure gives back what was reserved, to the lots that it came from', () => {
  for (const code of failureCodes) {
    const world = new World(10);
    const before = new World(10).wallet;
    expect(balanceOf(before, 'CREDIT').available).toBe(6);
    while (isOpen(world.generation!)) world.hand(code);
    expect(world.generation).toMatchObject({ status: 'refunded', code, refunded: true, back: 4, balance: 0 });
    expect([code, world.lots.toSorted()]).toEqual([
      code,
      [
        ['late', 2],
        ['purchased', 7],
        ['soon', 1],
      ],
    ]);
    expect(world.generation!.failures.length).toBeLessThanOrEqual(3);
  }
});

test('F43 a provider that may have it is asked for the same work again; after a no it is new work', () => {
  const lost = new World(10);
  lost.hand('network_error');
  expect(lost.generation).toMatchObject({ status: 'reserved', attempt: 1, asked: 1 });
  const refused = new World(10);
  refused.hand('provider_unavailable');
  expect(refused.generation).toMatchObject({ status: 'reserved', attempt: 2, asked: 1 });
  expect(refused.generation!.dueAt).toBe(START + times.pause);
});

test('who dies each time between the question and its note gives everything back', () => {
  const world = new World(10);
  for (let i = 0; isOpen(world.generation!); i += 1) {
    expect(i).toBeLessThan(10);
    world.at = Math.max(world.at, world.generation.dueAt!);
    world.take(handOver(id, world.found, world.at));
  }
  expect(world.generation).toMatchObject({ refunded: true, back: 4 });
  expect(world.credits).toBe(10);
});

test('F42 cancelled before the hand-over all comes back, after it what the policy says: 0%, 50%, 100%', () => {
  for (const [bps, back] of [
    [0, 0],
    [5000, 2],
    [2500, 1],
    [9999, 3],
    [10_000, 4],
  ] as const) {
    const policy = { ...firstPolicy, cancelBps: { image: bps, video: 0, enhance: 0 } };
    const early = new World(10, policy);
    early.take(cancel(id, early.found, { uid: 'ann', at: START }));
    expect(early.generation).toMatchObject({ status: 'refunded', code: 'cancelled', back: 4 });
    // Whoever asked died before there was an answer: nobody knows whether it was handed over.
    const between = new World(10, policy);
    const asked = handOver(id, between.found, START);
    between.take(asked);
    between.take(cancel(id, between.found, { uid: 'ann', at: START }));
    expect(between.generation).toMatchObject({ status: 'refunded', code: 'cancelled', back: 4 });
    const late = new World(10, policy);
    late.hand('taken');
    late.take(cancel(id, late.found, { uid: 'ann', at: START }));
    expect(late.generation).toMatchObject({ status: 'refunded', code: 'cancelled', back });
    expect(late.credits).toBe(6 + back);
    // Again it changes nothing, and what then comes is the platform's.
    const before = late.generation;
    late.take(cancel(id, late.found, { uid: 'ann', at: START }));
    expect(late.generation).toBe(before);
  }
  expect(returned(minor(3), 5000)).toEqual({ back: 1, kept: 2 });
});

test('nobody else cancels it, and what is done is done', () => {
  const world = new World(10);
  expect(reasonOf(() => cancel(id, world.found, { uid: 'bob', at: START }))).toBe('not_found');
  world.hand('taken');
  world.take(
    settle(id, world.found, { task: 't1', outcome: 'succeeded', resultUrl: 'https://x.y/z' }, START),
  );
  expect(reasonOf(() => cancel(id, world.found, { uid: 'ann', at: START }))).toBe('wrong_status');
});

test('W1-12 it expires at its deadline and not before, and what comes later is a loss, once', () => {
  const world = new World(10);
  world.hand('taken');
  const { deadlineAt } = world.generation!;
  expect(reasonOf(() => expire(id, world.found, deadlineAt - 1))).toBe('not_due');
  world.take(expire(id, world.found, deadlineAt));
  expect(world.generation).toMatchObject({ status: 'expired', code: 'timeout', refunded: true, back: 4 });
  const late = { task: 't1', outcome: 'succeeded', resultUrl: 'https://x.y/z' } as const;
  for (let i = 0; i < 3; i += 1) world.take(settle(id, world.found, late, deadlineAt + i));
  expect(world.generation).toMatchObject({
    status: 'expired',
    loss: { task: 't1', credits: 4, at: deadlineAt },
  });
  expect(
    world.journal.get(`generation:${id}:loss`)!.legs.map(({ account, amount }) => [account, amount]),
  ).toEqual([
    ['platform:losses', -4],
    ['platform:fees', 4],
  ]);
  expect(world.credits).toBe(10);
});

test('F49 little credit is told of once for each crossing, and again only after a refill', () => {
  const kinds = (world: World) => world.generation!.news.map(({ kind, id: name }) => [kind, name]);
  const low = new World(12);
  expect(kinds(low)).toEqual([['credits-low', 'credits.ann.credits-low.12.0']]);
  expect(kinds(new World(13)).length).toBe(1);
  expect(kinds(new World(14))).toEqual([]);
  expect(kinds(new World(9))).toEqual([]);
  expect(kinds(new World(6))).toEqual([['credits-critical', 'credits.ann.credits-critical.6.0']]);
  // It came back and was spent again: the same notice, which is there already.
  low.take(cancel(id, low.found, { uid: 'ann', at: START }));
  const again = startWork('b~ann', { before: null, wallet: low.wallet, policy: null }, order);
  expect(again.generation.news.map(({ id: name }) => name)).toEqual(['credits.ann.credits-low.12.0']);
  // Also from another balance: only what came in counts.
  const small = startWork(
    'c~ann',
    { before: null, wallet: low.wallet, policy: null },
    { ...order, kind: 'enhance' },
  );
  expect(small.generation.news).toEqual([]);
  const wallet = small.posting!.wallets.ann!.wallet;
  const third = startWork('d~ann', { before: null, wallet, policy: null }, order);
  expect(third.generation.news.map(({ id: name }) => name)).toEqual(['credits.ann.credits-low.12.0']);
});

const word = fc.record({
  task: fc.constantFrom('t1', 't1', 't2', 't3', 'other'),
  outcome: fc.constantFrom('running', 'succeeded', 'failed'),
});
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('word'), word }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('hand'),
      outcome: fc.constantFrom('taken', 'taken', ...failureCodes),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('cancel', 'expire', 'wait', 'tick') }),
  },
);

test('W1-08 I7 whatever is said in whatever order: one end, everything or nothing, and the end stays', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const world = new World(10, { ...firstPolicy, cancelBps: { image: 2500, video: 0, enhance: 0 } });
      for (const one of steps) {
        const before = world.generation!;
        try {
          if (one.do === 'word') {
            const { task, outcome } = one.word;
            const report =
              outcome === 'succeeded'
                ? { task, outcome, resultUrl: 'https://x.y/z' }
                : outcome === 'failed'
                  ? { task, outcome, code: 'callback_failure' as const }
                  : { task, outcome };
            world.take(settle(id, world.found, report, world.at));
          } else if (one.do === 'hand') world.hand(one.outcome);
          else if (one.do === 'cancel') world.take(cancel(id, world.found, { uid: 'ann', at: world.at }));
          else if (one.do === 'expire') world.take(expire(id, world.found, world.at));
          else if (one.do === 'wait')
            world.take({ generation: waitOn(world.generation!, world.at), posting: null });
          else world.at += 3 * 60_000;
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
        }
        const now = world.generation!;
        if (!isOpen(before)) {
          expect({ ...now, tasks: [], loss: null, version: 0 }).toEqual({
            ...before,
            tasks: [],
            loss: null,
            version: 0,
          });
          if (before.loss) expect(now.loss).toEqual(before.loss);
        }
        expect(now.dueAt === null).toBe(!isOpen(now));
        expect(now.balance).toBe(isOpen(now) ? now.price : 0);
        const back = 'back' in now ? now.back : 0;
        expect(world.credits).toBe(10 - now.price + back);
        expect(sumOf(lotsOf(world.wallet, 'CREDIT'))).toBe(world.credits);
        if ('code' in now && now.code !== 'cancelled') expect(back).toBe(now.price);
        let total = 0;
        for (const { legs } of world.journal.values()) for (const { amount } of legs) total += amount;
        expect(total).toBe(0);
      }
    }),
    { numRuns: 500 },
  );
});
