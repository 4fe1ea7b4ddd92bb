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

/**
 * What an operation takes with so much in the journal; the median, in ms, of a bare transaction of its documents in the
 * same store; and one over the other, in the middle of the rounds.
 */
export type Grown = Measured & { readonly bare: number; readonly over: number };

type Around = {
  readonly say: (what: string) => void;
  /**
   * A store of a project that has never had anything, for us and for what is beside us: for a query the emulator goes
   * through all that a project ever had, wiped or not.
   */
  readonly empty: () => Promise<Firestore>;
};

export async function benchmark(sizes: Sizes, around: Around): Promise<Results> {
  const { say, empty } = around;
  watchWire();
  say('warming up');
  let db = await empty();
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
    const works = await naiveReleases(await empty(), sizes.naive);
    const began = performance.now();
    await naive.run(works, callers);
    const found = operations['escrow-release']![callers]!;
    found.naive = naive.measured;
    // What failed was tried in vain as well: only what was released counts, and one where none was.
    const one = 1000 / (performance.now() - began);
    const ratio = found.ours!.perSecond / Math.max(one, naive.measured.perSecond);
    (byName.naive['escrow-release'] ??= {})[callers] = round(ratio);
  }
  db = await empty();
  say(`${sizes.together} at once who have nothing in common`);
  const many = await hot(db, shapes['escrow-release'], sizes);
  say('one wallet that many want');
  const inTurn = await hotWallets(db, sizes.wallet, 'A');
  const { growth, pages } = await growing(sizes, shapes, around);
  for (const [name, sized] of Object.entries(growth))
    byName.growth[name] = growthOf(sized[sizes.growth[0]!]!, sized[sizes.growth.at(-1)!]!);
  say('cold starts');
  const cold = coldStarts(sizes.starts, sizes.features);
  for (const { functions, ratio } of Object.values(cold.features))
    for (const name of functions) byName.coldStart[name] = ratio;
  say('the same wallet, wanted by many instances');
  stopTakingTurns();
  const atOnce = await hotWallets(await empty(), sizes.wallet, 'B');
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
    const [ours, floor] = [new Track(), new Track()];
    await ours.run(others, 8);
    await floor.run(await bare(db, shapes[name], calls), 8);
    ours.mustBeDone(name);
    floor.mustBeDone(`bare transactions of ${name}`);
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
  ours.mustBeDone(name);
  floor.mustBeDone(`bare transactions of ${name}`);
  return { ours: ours.measured, floor: floor.measured, ratio: ours.times(floor) };
}

/** The pace of the emulator changes with what it holds: what counts is how much ours is over a bare transaction. */
const growthOf = (few: Grown, many: Grown): number => round(many.over / few.over);

/** Each operation with so many entries behind it, beside bare transactions, in a project that had nothing else. */
async function growing(
  sizes: Sizes,
  shapes: Record<OperationName, Shape>,
  { say, empty }: Around,
): Promise<Pick<Results, 'growth' | 'pages'>> {
  const [found, pages]: [Results['growth'], Results['pages']] = [{}, {}];
  for (const entries of sizes.growth) {
    say(`${entries} entries in the journal`);
    const db = await empty();
    await seedLedger(db, entries, { whole: sizes.whole });
    say(`each operation with ${entries} entries behind it`);
    for (const [name, prepared] of Object.entries(pageWorks(db))) {
      const track = new Track();
      await track.run([await prepared()], 1);
      const { reads, writes } = track.mustBeDone(name).measured;
      (pages[name] ??= {})[entries] = reads + writes;
    }
    // All of them by turns, so that none is measured while the emulator still tidies up after so many writes.
    const tracks = operationNames.map((name) => ({ name, ours: new Track(), floor: new Track() }));
    for (let round = 0; round < sizes.growthWarm + sizes.growthRounds; round += 1)
      for (const { name, ours, floor } of tracks) {
        const counts = round >= sizes.growthWarm;
        const ways = [
          {
            track: counts ? ours : new Track(),
            prepare: () => prepare(db, name, sizes.growthCalls),
          },
          {
            track: counts ? floor : new Track(),
            prepare: () => bare(db, shapes[name], sizes.growthCalls),
          },
        ];
        await sideBySide(round % 2 === 0 ? ways : ways.toReversed(), { callers: 1, rounds: 1 });
      }
    for (const { name, ours, floor } of tracks) {
      ours.mustBeDone(name);
      floor.mustBeDone(`bare transactions of ${name}`);
      const over = round(ours.over(floor), 4);
      (found[name] ??= {})[entries] = { ...ours.measured, bare: floor.measured.p50, over };
    }
  }
  return { growth: found, pages };
}
