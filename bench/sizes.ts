/** How much of everything is done. */
export type Sizes = {
  /** Callers at once, and how many calls all of them make in a round. */
  readonly callers: readonly (readonly [callers: number, calls: number])[];
  readonly rounds: number;
  readonly warm: number;
  readonly naive: number;
  readonly together: number;
  readonly wallet: number;
  /** Entries in the journal, smallest first. */
  readonly growth: readonly number[];
  /** Calls in a round; the first rounds of each size warm it up. */
  readonly growthCalls: number;
  readonly growthWarm: number;
  readonly growthRounds: number;
  /** Of so many entries all documents are there, of those beyond only the journal’s own. */
  readonly whole: number;
  /** What the emulator needs for the largest of them. */
  readonly heapGb?: number;
  readonly starts: number;
  /** The features whose start is looked at; null for all. */
  readonly features: readonly string[] | null;
  readonly coins: number;
};

const usual: Sizes = {
  callers: [
    [1, 40],
    [8, 120],
    [32, 256],
  ],
  ...{ rounds: 11, warm: 200, naive: 48, together: 64, wallet: 32 },
  ...{
    growth: [1_000, 100_000],
    growthCalls: 40,
    growthWarm: 3,
    growthRounds: 15,
    whole: 100_000,
    starts: 9,
    features: null,
    coins: 200_000,
  },
};

export const sizes = {
  usual,
  full: { ...usual, growth: [1_000, 100_000, 1_000_000], heapGb: 14 },
  /** Says nothing about speed: that all of it runs. */
  tiny: {
    callers: [
      [1, 2],
      [8, 8],
      [32, 32],
    ],
    ...{ rounds: 1, warm: 1, naive: 3, together: 4, wallet: 2 },
    ...{
      growth: [30, 90],
      growthCalls: 3,
      growthWarm: 1,
      growthRounds: 1,
      whole: 60,
      starts: 1,
      features: ['escrow', 'receipts'],
      coins: 100,
    },
  },
} satisfies Readonly<Record<string, Sizes>>;
