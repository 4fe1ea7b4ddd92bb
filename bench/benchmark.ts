import type { Firestore } from '@google-cloud/firestore';
import { seedLedger } from '../local/seeded.ts';
import { watchWire } from '../local/wire.ts';
import { stopTakingTurns } from '../functions/src/platform/turns.ts';
import { coinArithmetic } from './coins.ts';
import { coldStarts, type Cold } from './cold.ts';
import { bare, shapeOf, type Shape } from './floor.ts';
import { hot, hotWallets, type Hot } from './hot.ts';
import { round, sideBySide, Track, type Measured } from './measure.ts';
import { naiveReleases } from './naive.ts';
import { operationNames, prepare, pageWorks, type OperationName } from './people.ts';
import type { Sizes } from './sizes.ts';

type ByCallers<T> = Record<number, T>;
type Way = 'ours' | 'floor' | 'naive';

export type Results = {
  readonly ratios: {
    readonly floor: Record<string, ByCallers<number>>;
    readonly naive: Record<string, ByCallers<number>>;
    readonly growth: Record<string, number>;
    readonly hot: number;
    readonly coldStart: Record<string, number>;
  };
  readonly operations: Record<string, ByCallers<Partial<Record<Way, Measured>>>>;
  readonly growth: Record<string, Record<number, Grown>>;
  /** Documents read and written for a page and for a queue: the emulator looks through all there is, so no times. */
  readonly pages: Record<string, Record<number, number>>;
  readonly hot: Hot;
  readonly wallets: Record<'inTurn' | 'atOnce', Awaited<ReturnType<typeof hotWallets>>>;
  readonly cold: Cold;
  /** Microseconds. */
  readonly coins: ReturnType<typeof coinArithmetic>;
};

/** What an operation takes with so much behind it, and a bare transaction of its documents in the same store (median, ms). */
export type Grown = Measured & { readonly bare: number };

type Around = {
  /** For what is measured beside ours; ours has its own client. */
  readonly db: Firestore;
  readonly say: (what: string) => void;
  readonly wipe: () => Promise<void>;
};

export async function benchmark(sizes: Sizes, { db, say, wipe }: Around): Promise<Results> {
  watchWire();
  say('warming up');
  const shapes = await warm(db, sizes.warm);
  const operations: Results['operations'] = {};
  const byName = { floor: {}, naive: {}, growth: {}, coldStart: {} } as Omit<Results['ratios'], 'hot'>;
  for (const name of operationNames)
    for (const [callers, calls] of sizes.callers) {
      say(`${name}, ${callers} at once`);
      const { ratio, ...found } = await besideTheFloor(db, name, shapes[name], {
        callers,
        calls,
        rounds: sizes.rounds,
      });
      (operations[name] ??= {})[callers] = found;
      (byName.floor[name] ??= {})[callers] = ratio;
    }
  for (const [callers] of sizes.callers) {
    say(`a release as it is commonly written, ${callers} at once`);
    const naive = new Track();
    await naive.run(await naiveReleases(db, sizes.naive), callers);
    const found = operations['escrow-release']![callers]!;
    found.naive = naive.measured;
    // What failed was tried in vain as well: only what was released counts.
    (byName.naive['escrow-release'] ??= {})[callers] = round(
      found.ours!.perSecond / Math.max(0.0001, naive.measured.perSecond),
    );
  }
  say(`${sizes.together} at once who have nothing in common`);
  const many = await hot(db, shapes['escrow-release'], sizes);
  say('one wallet that many want');
  const inTurn = await hotWallets(db, sizes.wallet, 'A');
  const { growth, pages } = await growing(sizes, shapes, { db, say, wipe });
  for (const [name, sized] of Object.entries(growth))
    byName.growth[name] = growthOf(sized[sizes.growth[0]!]!, sized[sizes.growth.at(-1)!]!);
  say('cold starts');
  const cold = coldStarts(sizes.starts, sizes.features);
  for (const { functions, ratio } of Object.values(cold.features))
    for (const name of functions) byName.coldStart[name] = ratio;
  say('the same wallet, wanted by many instances');
  stopTakingTurns();
  const atOnce = await hotWallets(db, sizes.wallet, 'B');
  return {
    ratios: { ...byName, hot: many.ratio },
    ...{ operations, growth, pages, cold, hot: many },
    wallets: { inTurn, atOnce },
    coins: coinArithmetic(sizes.coins),
  };
}

/** Until the compiler of Node and that of the emulator’s Java have seen all of it; answers the shape of each operation. */
async function warm(db: Firestore, calls: number): Promise<Record<OperationName, Shape>> {
  const shapes = {} as Record<OperationName, Shape>;
  for (const name of operationNames) {
    const [first, ...others] = await prepare(db, name, calls + 1);
    shapes[name] = await shapeOf(db, first!);
    await new Track().run(others, 8);
    await new Track().run(await bare(db, shapes[name], calls), 8);
  }
  // One after the other: together they would mostly wait.
  await new Track().run(await naiveReleases(db, calls), 1);
  return shapes;
}

async function besideTheFloor(
  db: Firestore,
  name: OperationName,
  shape: Shape,
  sizes: { readonly callers: number; readonly calls: number; readonly rounds: number },
): Promise<Record<'ours' | 'floor', Measured> & { readonly ratio: number }> {
  const [ours, floor] = [new Track(), new Track()];
  await sideBySide(
    [
      { track: ours, prepare: () => prepare(db, name, sizes.calls) },
      { track: floor, prepare: () => bare(db, shape, sizes.calls) },
    ],
    sizes,
  );
  return { ours: ours.measured, floor: floor.measured, ratio: ours.times(floor) };
}

/** How much slower ours became than a bare transaction did: the emulator keeps all there is in memory, and slows with it. */
const growthOf = (few: Grown, many: Grown): number => round(many.p50 / many.bare / (few.p50 / few.bare));

/** Each operation with so many entries behind it, beside bare transactions, on a store that holds nothing else. */
async function growing(
  sizes: Sizes,
  shapes: Record<OperationName, Shape>,
  { db, say, wipe }: Around,
): Promise<Pick<Results, 'growth' | 'pages'>> {
  const [found, pages]: [Results['growth'], Results['pages']] = [{}, {}];
  for (const entries of sizes.growth) {
    say(`${entries} entries in the journal`);
    await wipe();
    await seedLedger(db, entries, { whole: sizes.whole });
    say(`each operation with ${entries} entries behind it`);
    for (const [name, prepared] of Object.entries(pageWorks(db))) {
      const track = new Track();
      await track.run([await prepared()], 1);
      (pages[name] ??= {})[entries] = track.measured.reads + track.measured.writes;
    }
    // All of them by turns, so that none is measured while the emulator still tidies up after so many writes.
    const tracks = operationNames.map((name) => ({ name, ours: new Track(), floor: new Track() }));
    for (let round = 0; round < sizes.growthWarm + sizes.growthRounds; round += 1)
      for (const { name, ours, floor } of tracks) {
        const counts = round >= sizes.growthWarm;
        const works = await prepare(db, name, sizes.growthCalls);
        await (counts ? ours : new Track()).run(works, 1);
        const others = await bare(db, shapes[name], sizes.growthCalls);
        await (counts ? floor : new Track()).run(others, 1);
      }
    for (const { name, ours, floor } of tracks)
      (found[name] ??= {})[entries] = { ...ours.measured, bare: floor.measured.p50 };
  }
  return { growth: found, pages };
}
