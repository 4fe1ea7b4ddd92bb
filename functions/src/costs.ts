/**
 * What each operation may cost: documents read, written and deleted, and calls to the store that are waited for. Exactly
 * that, counted on the wire by `functions/test/flows/budgets.test.ts`: more is a fault, and less is a budget that says
 * nothing. `COFFER_UPDATE=1` writes what was counted, for a person to read the difference. A list costs one read more for
 * each further line of its page; what a call's rate is counted by (two writes beside its first read) is not in it.
 */
export type Cost = {
  readonly reads: number;
  readonly writes: number;
  readonly deletes: number;
  readonly roundTrips: number;
};

const cost = (reads: number, writes: number, deletes: number, roundTrips: number): Cost => ({
  ...{ reads, writes, deletes, roundTrips },
});

export const costs = {
  'escrow-lock': cost(3, 4, 0, 2),
  'escrow-refund': cost(2, 4, 0, 2),
  'escrow-release': cost(2, 4, 0, 2),
} as const satisfies Readonly<Record<string, Cost>>;
