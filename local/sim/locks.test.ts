import fc from 'fast-check';
import { collection, type Operation, type Store } from '../../functions/src/platform/store.ts';
import { inMemory, openBoth, START } from './both.ts';

/** Transactions that run at once, in memory and in the emulator. */

const { google: theOther, empty } = openBoth();

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
  const google = theOther();
  for (let round = 0; round < 3; round += 1) {
    await empty();
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
