import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { collection, type Query, type Store } from '../../functions/src/platform/store.ts';
import { inMemory, openBoth, START } from './both.ts';

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

const { google: theOther, empty } = openBoth();
const things = collection<Thing>('conformance');
const ownOf = (owner: string) => collection<Thing>(`conformance/${owner}/own`);

// What is done

type Act =
  | { readonly kind: 'set' | 'create'; readonly id: string; readonly doc: Thing }
  | { readonly kind: 'transact'; readonly reads: readonly string[]; readonly writes: readonly Change[] }
  | { readonly kind: 'take'; readonly id: string; readonly items: NonNullable<Thing['list']> }
  | { readonly kind: 'add'; readonly id: string; readonly by: number; readonly drop: boolean }
  | { readonly kind: 'find'; readonly query: Query<Thing> }
  | { readonly kind: 'own'; readonly owner: string; readonly id: string; readonly doc: Thing };
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
    everyones: fc.boolean(),
  })
  .map(({ equal, range: between, order, limit: most, after, everyones }) => {
    const where = [equal, between].filter((one) => one !== null) as unknown as Where[];
    // Whatever is unequal is what is sorted by first, and a cursor needs an order.
    const first = between ? ([between[0], order?.[1] ?? 'asc'] as const) : order;
    const asked = {
      where,
      ...(first && { orderBy: [first] }),
      ...(most !== undefined && { limit: most }),
    };
    if (!everyones) return { collection: things, ...asked, ...(first && after !== null && { after }) };
    // Where a page ended is a place among everyone's, and need not be anybody's any more.
    const place = { id: `conformance/ab/own/${after ?? ''}`, doc: { [first?.[0] ?? 'n']: START } as Thing };
    return {
      ...{ collection: ownOf('anyone'), everyones, ...asked },
      ...(first && after !== null && { after: place }),
    };
  });
const owners = fc.constantFrom('a', 'ab', 'a-b', 'Z');
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
  fc.record({ kind: fc.constant('own'), owner: owners, id: ids, doc }),
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
    case 'own':
      return store.replace([{ ref: ownOf(one.owner).doc(one.id), doc: one.doc }]);
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
      // Pages are found; what is counted or added up is all of it. The emulator has ways of its own with both at once.
      if (one.query.after !== undefined || one.query.limit !== undefined) return store.find(one.query);
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

/** A cursor that may be outside of its own query is none that a page ends with; the emulator refuses some of them, slowly. */
const isAside = (one: Act): boolean =>
  one.kind === 'find' &&
  one.query.after !== undefined &&
  (one.query.where ?? []).some(([field]) => field === one.query.orderBy?.[0]?.[0]);

test('the same operations have the same answers, in memory and in the emulator', async () => {
  const google = theOther();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        act.filter((one) => !isAside(one)),
        { minLength: 5, maxLength: 25 },
      ),
      async (acts) => {
        await empty();
        const { store } = inMemory(String((run += 1)));
        for (const one of acts) {
          const [memory, emulator] = [await outcomeOf(store, one), await outcomeOf(google, one)];
          expect({ one, memory }).toEqual({ one, memory: emulator });
        }
        const whole = { collection: things };
        expect(await store.find(whole)).toEqual(await google.find(whole));
      },
    ),
    { numRuns: 60 },
  );
}, 300_000);

// As it was

/** Everything that can be read of an instant, page by page. */
async function pastOf(store: Store, instant: number): Promise<unknown> {
  const pages: unknown[] = [];
  for (const source of [{ collection: things.path }, { group: 'own' }])
    for (let after = ''; ;) {
      const page = await store.page(source, instant, after, 2);
      pages.push(...page);
      after = page.at(-1)?.path ?? '';
      if (page.length < 2) break;
    }
  const byTime = { everyones: true, collection: ownOf('anyone'), orderBy: [['n', 'asc']] } as const;
  const paths = ['a', 'b', 'c', 'Z'].map((id) => things.doc(id).path);
  return [pages, await store.loadAt(paths, instant), await store.find<Thing>(byTime, instant)];
}

test('reads of an instant see what there was, whatever was written since, in memory as in the emulator', async () => {
  const google = theOther();
  const writes = fc.array(
    act.filter(({ kind }) => ['set', 'own', 'transact'].includes(kind)),
    { minLength: 3, maxLength: 10 },
  );
  let run = 0;
  await fc.assert(
    fc.asyncProperty(writes, writes, async (first, second) => {
      await empty();
      const { store, scheduler } = inMemory(`instant ${(run += 1)}`);
      const both = async (acts: readonly Act[]) => {
        for (const one of acts) await Promise.all([outcomeOf(store, one), outcomeOf(google, one)]);
        await scheduler.runUntil(scheduler.now() + 10);
        await setTimeout(10);
      };
      await both(first);
      const [ours, theirs] = [await store.instant(), await google.instant()];
      await both(second);
      expect(await pastOf(store, ours)).toEqual(await pastOf(google, theirs));
    }),
    { numRuns: 8 },
  );
}, 120_000);

test('what Firestore does not hold, the memory does not either', async () => {
  const google = theOther();
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
