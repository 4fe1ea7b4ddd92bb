import fc from 'fast-check';
import { collection, type Operation, type Query, type Store } from '../../functions/src/platform/store.ts';
import { wipe } from '../firestore.ts';
import { myStage } from '../jest/stage.ts';
import { dice } from './dice.ts';
import { createFaults } from './faults.ts';
import { Memory } from './memory.ts';
import { Scheduler } from './scheduler.ts';
import { createStore } from './store.ts';
import { createTrace } from './trace.ts';

/** The memory against the official emulator: the same operations, the same answers, by the same port. */

type Thing = {
  readonly n?: number;
  readonly s?: string;
  readonly dueAt?: number | null;
  readonly b?: boolean;
  readonly list?: readonly { readonly k: string; readonly at: number }[];
  readonly tags?: readonly string[];
  readonly map?: { readonly x: number; readonly y?: string };
};

const { projectId, mine } = myStage();
const things = collection<Thing>('conformance');
const START = Date.UTC(2026, 0, 4);
let google: Store;

beforeAll(async () => {
  process.env.FIRESTORE_EMULATOR_HOST = mine.firestoreHost;
  process.env.GCLOUD_PROJECT = projectId;
  ({ google } = await import('../../functions/src/platform/google.ts'));
  const { stopTakingTurns } = await import('../../functions/src/platform/turns.ts');
  stopTakingTurns();
});
afterAll(() => google.close());
beforeEach(() => wipe(mine.firestoreHost, projectId));

function inMemory(seed: string) {
  const faults = createFaults();
  faults.pause(true);
  const scheduler = new Scheduler({
    start: START,
    luck: (...about) => dice(seed, ...about),
    faults,
    trace: createTrace(false),
  });
  return { scheduler, store: createStore({ memory: new Memory(), scheduler, onCommit: () => undefined }) };
}

// What is done

type Act =
  | { readonly kind: 'set' | 'create'; readonly id: string; readonly doc: Thing }
  | { readonly kind: 'transact'; readonly reads: readonly string[]; readonly writes: readonly Change[] }
  | { readonly kind: 'take'; readonly id: string; readonly items: NonNullable<Thing['list']> }
  | { readonly kind: 'add'; readonly id: string; readonly by: number; readonly drop: boolean }
  | { readonly kind: 'find'; readonly query: Query<Thing> };
type Change = { readonly how: 'create' | 'set' | 'delete'; readonly id: string; readonly doc: Thing };

const ids = fc.constantFrom('a', 'b', 'c', 'd', 'é', 'ab', 'Z');
const texts = fc.constantFrom('', 'a', 'ab', 'b', 'é', '\u{1F600}', '\uFFFD', 'Z');
const times = fc.integer({ min: 0, max: 5 }).map((n) => START + n * 1000 + n);
const numbers = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0.5, Number.MAX_SAFE_INTEGER));
const plain = { noNullPrototype: true } as const;
const items = fc.array(fc.record({ k: texts, at: times }, plain), { maxLength: 3 });
const doc: fc.Arbitrary<Thing> = fc.record(
  {
    ...{ n: numbers, s: texts, dueAt: fc.option(times), b: fc.boolean(), list: items },
    ...{
      tags: fc.array(texts, { maxLength: 3 }),
      map: fc.record({ x: numbers, y: texts }, { requiredKeys: ['x'], ...plain }),
    },
  },
  { requiredKeys: [], ...plain },
);
const limit = fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined });
const direction = fc.constantFrom('asc' as const, 'desc' as const);
const rangeOf = (field: string, value: fc.Arbitrary<unknown>) =>
  fc.tuple(fc.constant(field), fc.constantFrom('<', '<=', '>', '>='), value);
const equals = fc.oneof(
  fc.tuple(fc.constant('s'), fc.constant('=='), texts),
  fc.tuple(fc.constant('b'), fc.constant('=='), fc.boolean()),
  fc.tuple(fc.constant('s'), fc.constant('in'), fc.uniqueArray(texts, { minLength: 1, maxLength: 3 })),
  fc.tuple(fc.constant('tags'), fc.constant('array-contains'), texts),
  fc.tuple(fc.constant('map.x'), fc.constant('=='), numbers),
);
const range = fc.oneof(
  rangeOf('n', numbers),
  rangeOf('dueAt', times),
  rangeOf('s', texts),
  rangeOf('list', items),
);
type Where = NonNullable<Query<Thing>['where']>[number];
const query: fc.Arbitrary<Query<Thing>> = fc
  .record({
    equal: fc.option(equals),
    range: fc.option(range),
    order: fc.option(fc.tuple(fc.constantFrom('n', 's', 'dueAt', 'list'), direction)),
    limit,
    after: fc.option(ids),
  })
  .map(({ equal, range: between, order, limit: most, after }) => {
    const where = [equal, between].filter((one) => one !== null) as unknown as Where[];
    // Whatever is unequal is what is sorted by first, and a cursor needs an order.
    const first = between ? ([between[0], order?.[1] ?? 'asc'] as const) : order;
    return {
      collection: things,
      where,
      ...(first && { orderBy: [first] }),
      ...(most !== undefined && { limit: most }),
      ...(first && after !== null && { after }),
    };
  });
const change = fc.record({ how: fc.constantFrom('create', 'set', 'set', 'delete'), id: ids, doc });
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constantFrom('set', 'create'), id: ids, doc }),
  fc.record({
    kind: fc.constant('transact'),
    reads: fc.uniqueArray(ids, { minLength: 1, maxLength: 3 }),
    writes: fc.uniqueArray(change, { maxLength: 3, selector: ({ id }) => id }),
  }),
  fc.record({ kind: fc.constant('take'), id: ids, items: items.filter(({ length }) => length > 0) }),
  fc.record({ kind: fc.constant('add'), id: ids, by: fc.integer({ min: -5, max: 5 }), drop: fc.boolean() }),
  fc.record({ kind: fc.constant('find'), query }),
);

/** What comes of it: the answer, or the number or the reason of the error. */
async function outcomeOf(store: Store, one: Act): Promise<unknown> {
  try {
    return await perform(store, one);
  } catch (error) {
    const { code, reason } = error as { code?: unknown; reason?: unknown };
    return { error: reason ?? code };
  }
}

async function perform(store: Store, one: Act): Promise<unknown> {
  switch (one.kind) {
    case 'set':
      return store.replace([{ ref: things.doc(one.id), doc: one.doc }]);
    case 'create':
      return store.create(things.doc(one.id), one.doc);
    case 'take':
      return store.takeFromList(things.doc(one.id), 'list', one.items);
    case 'add':
      return store.add([
        {
          ref: things.doc(one.id),
          add: { c: one.by, m: 1 },
          set: { dueAt: START },
          drop: one.drop ? ['s'] : [],
        },
      ]);
    case 'find':
      return [await store.find(one.query), await store.count(one.query), await store.total(one.query, 'n')];
    case 'transact':
      return store.attempt(
        {
          read: (reader) => reader.get(Object.fromEntries(one.reads.map((id) => [id, things.doc(id)]))),
          decide: (found) => found,
          write: (writer) => {
            for (const { how, id, doc: made } of one.writes)
              if (how === 'delete') writer.delete(things.doc(id));
              else writer[how](things.doc(id), made);
          },
        },
        () => Promise.resolve(),
      );
  }
}

const isRefused = (outcome: unknown): boolean => (outcome as { error?: unknown }).error === 3;

test('the same operations have the same answers, in memory and in the emulator', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
      await wipe(mine.firestoreHost, projectId);
      const { store } = inMemory(String((run += 1)));
      for (const one of acts) {
        const [memory, emulator] = [await outcomeOf(store, one), await outcomeOf(google, one)];
        // A cursor that is outside of its own query is none that a page ends with; the emulator refuses some of them.
        if (one.kind === 'find' && one.query.after && isRefused(emulator)) continue;
        expect({ one, memory }).toEqual({ one, memory: emulator });
      }
      const whole = { collection: things };
      expect(await store.find(whole)).toEqual(await google.find(whole));
    }),
    { numRuns: 30 },
  );
}, 300_000);

// Many at once

type Log = { readonly ids: readonly number[] };
const logs = collection<Log>('conformanceLogs');

/** Each reads two lists and adds itself to both, and keeps what it has read. */
const oneOf = (store: Store, id: number, places: readonly [string, string]) => {
  const seen: Record<string, readonly number[]> = {};
  const done = store.attempt(
    {
      read: (reader) => reader.get({ one: logs.doc(places[0]), other: logs.doc(places[1]) }),
      decide: ({ one, other }) => [one?.ids ?? [], other?.ids ?? []] as const,
      write: (writer, lists) => {
        for (const [i, list] of lists.entries()) {
          seen[places[i]!] = list;
          writer.set(logs.doc(places[i]!), { ids: [...list, id] });
        }
      },
    },
    () => Promise.resolve(),
  );
  return done.then(
    () => ({ id, seen }),
    (error: unknown) => {
      if ((error as { code?: unknown }).code !== 10) throw error;
      return null;
    },
  );
};

/** Whether it is as if they had come one after the other: each saw exactly those before it, in one order for all. */
function problemsIn(
  final: ReadonlyMap<string, readonly number[]>,
  done: readonly { id: number; seen: Record<string, readonly number[]> }[],
): string[] {
  const problems: string[] = [];
  const after = new Map<number, Set<number>>();
  for (const [place, list] of final)
    for (const [i, id] of list.entries()) {
      const own = done.find((one) => one.id === id);
      if (!own) problems.push(`${place} has ${id}, which failed`);
      else if (own.seen[place]?.join() !== list.slice(0, i).join())
        problems.push(`${id} saw ${String(own.seen[place])} of ${list.join()} in ${place}`);
      if (i > 0) after.set(list[i - 1]!, (after.get(list[i - 1]!) ?? new Set()).add(id));
    }
  for (const { id, seen } of done)
    for (const place of Object.keys(seen))
      if (!final.get(place)?.includes(id)) problems.push(`${id} is lost from ${place}`);
  const reaches = (from: number, to: number, past = new Set<number>()): boolean =>
    [...(after.get(from) ?? [])].some((next) => {
      if (next === to) return true;
      if (past.has(next)) return false;
      return reaches(next, to, past.add(next));
    });
  return [...problems, ...done.filter(({ id }) => reaches(id, id)).map(({ id }) => `${id} is before itself`)];
}

const places = ['p', 'q', 'r'];
const pairs = fc.array(
  fc.shuffledSubarray(places, { minLength: 2, maxLength: 2 }).map((pair) => pair as [string, string]),
  { minLength: 2, maxLength: 8 },
);

const finalIn = async (store: Store) =>
  new Map((await store.find({ collection: logs })).map(({ id, doc: found }) => [id, found.ids]));

test('transactions that run at once end as if one had come after the other: in memory, in every order', async () => {
  await fc.assert(
    fc.asyncProperty(pairs, fc.string(), async (all, seed) => {
      const { scheduler, store } = inMemory(seed);
      const running = all.map((pair, id) =>
        scheduler.run('transaction', String(id), () => oneOf(store, id, pair)),
      );
      await scheduler.runUntil(START + 600_000);
      const done = (await Promise.all(running)).filter((one) => one !== null);
      expect(problemsIn(await finalIn(store), done)).toEqual([]);
    }),
    { numRuns: 300 },
  );
}, 120_000);

test('and in the emulator', async () => {
  for (let round = 0; round < 3; round += 1) {
    await wipe(mine.firestoreHost, projectId);
    const all: [string, string][] = [
      ['p', 'q'],
      ['q', 'p'],
      ['q', 'r'],
      ['r', 'p'],
    ];
    const patiently = async (id: number, pair: readonly [string, string]) => {
      for (let tries = 0; tries < 6; tries += 1) {
        const done = await oneOf(google, id, pair);
        if (done) return done;
      }
      return null;
    };
    const done = (await Promise.all(all.map((pair, id) => patiently(id, pair)))).filter(
      (one) => one !== null,
    );
    expect(problemsIn(await finalIn(google), done)).toEqual([]);
    expect(done.length).toBeGreaterThan(0);
  }
}, 240_000);

test('what Firestore does not hold, the memory does not either', async () => {
  const { store } = inMemory('limits');
  const bad: readonly [string, object][] = [
    ['undefined', { n: undefined }],
    ['a list in a list', { n: [[1]] }],
    ['more than 1 MiB', { n: 'x'.repeat(1_048_600) }],
    ['a field of Firestore’s own', { __n__: 1 }],
  ];
  for (const [what, made] of bad) {
    const ours = await store.create(things.doc('bad'), made).catch(() => 'refused');
    const theirs = await google.create(things.doc('bad'), made).catch(() => 'refused');
    expect([what, ours, theirs]).toEqual([what, 'refused', 'refused']);
  }
});

test('an older transaction is not kept from its commit by a younger one; a younger one waits for an older', async () => {
  const { scheduler, store } = inMemory('ages');
  let [first, second] = [0, 0];
  const slow = (ms: number) => () => scheduler.sleep(ms);
  const operation = (id: number): Operation<{ readonly log: Log | null }, readonly number[]> => ({
    read: (reader) => reader.get({ log: logs.doc('p') }),
    decide: ({ log }) => log?.ids ?? [],
    write: (writer, list) => {
      writer.set(logs.doc('p'), { ids: [...list, id] });
      return undefined;
    },
  });
  const older = scheduler.run('older', '', async () => {
    await store.attempt(operation(1), slow(8000));
    first = scheduler.now();
  });
  await scheduler.runUntil(START + 5000);
  const younger = scheduler.run('younger', '', () =>
    store.attempt(operation(2), slow(1)).catch((error: unknown) => {
      second = scheduler.now();
      return (error as { code?: unknown }).code as never;
    }),
  );
  await scheduler.runUntil(START + 60_000);
  await older;
  // It waited for the older one, whose commit then took away what it had read.
  expect(await younger).toBe(10);
  expect(second).toBeGreaterThanOrEqual(first);
  expect((await store.find({ collection: logs })).map(({ doc: found }) => found.ids)).toEqual([[1]]);
});
