import fc from 'fast-check';
import { comparisons, differs, Search, Tally, type Comparison, type Side } from './tally.ts';

type Told = {
  readonly comparison: Comparison;
  readonly side: Side;
  readonly name: string;
  readonly amount: number;
};

const name = fc.string({ minLength: 1, maxLength: 6 });
const amount = fc.integer({ min: -1e12, max: 1e12 });
const told = fc.record({ comparison: fc.constantFrom(...comparisons), name, amount });

/** The same on both sides, in parts and in any order. */
const agreeing = fc.array(fc.tuple(told, amount), { maxLength: 60 }).chain((all) =>
  fc.shuffledSubarray(
    all.flatMap(([{ amount: whole, ...rest }, part]): Told[] => [
      { ...rest, side: 'journal', amount: whole },
      { ...rest, side: 'documents', amount: part },
      { ...rest, side: 'documents', amount: whole - part },
    ]),
    { minLength: all.length * 3 },
  ),
);

const tallied = (all: readonly Told[]) => {
  const tally = new Tally();
  for (const { comparison, side, name: of, amount: by } of all) tally.tell(comparison, side, of, by);
  return tally;
};

test('I2 two sides that agree do, however their parts come, and after being written down between', () => {
  fc.assert(
    fc.property(agreeing, fc.nat(60), (all, at) => {
      expect(differs(tallied(all).differing())).toBe(false);
      const half = new Tally(tallied(all.slice(0, at)).stored());
      for (const { comparison, side, name: of, amount: by } of all.slice(at))
        half.tell(comparison, side, of, by);
      expect(differs(half.differing())).toBe(false);
    }),
    { numRuns: 200 },
  );
});

test('I2 one unit anywhere is seen the first time, and named the second', () => {
  fc.assert(
    fc.property(
      agreeing,
      told,
      fc.constantFrom('journal' as const, 'documents' as const),
      (all, odd, side) => {
        fc.pre(odd.amount !== 0);
        const spoilt = [...all, { ...odd, side }];
        const differing = tallied(spoilt).differing();
        expect(differing[odd.comparison].size).toBe(1);
        const search = new Search(differing);
        for (const { comparison, side: of, name: by, amount: moved } of spoilt)
          search.tell(comparison, of, by, moved);
        const found = search.differing();
        expect(found).toHaveLength(1);
        const [one] = found;
        expect(one).toMatchObject({ comparison: odd.comparison, name: odd.name });
        expect((one?.journal ?? 0) - (one?.documents ?? 0)).toBe(
          side === 'journal' ? odd.amount : -odd.amount,
        );
      },
    ),
    { numRuns: 200 },
  );
});
