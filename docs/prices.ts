/**
 * What Google charges, in dollars: the one place for it. Firestore in a multi-region, functions in a region of tier 1, beyond
 * what is free. https://cloud.google.com/firestore/pricing, https://cloud.google.com/run/pricing,
 * https://cloud.google.com/tasks/pricing, https://cloud.google.com/stackdriver/pricing
 */
export const prices = {
  asOf: '2026-11-21',
  reads: 0.06 / 100_000,
  writes: 0.18 / 100_000,
  deletes: 0.02 / 100_000,
  /** A GiB for a month, indexes included. */
  stored: 0.18,
  /** A call of a function, and the seconds of a processor and of a GiB that it takes. */
  calls: 0.4 / 1_000_000,
  cpuSecond: 0.000024,
  gibSecond: 0.0000025,
  tasks: 0.4 / 1_000_000,
  /** A GiB of log lines. */
  logged: 0.5,
} as const;

export type Documents = { readonly reads: number; readonly writes: number; readonly deletes: number };

/** What documents cost, in dollars. */
export const priceOf = ({ reads, writes, deletes }: Documents): number =>
  reads * prices.reads + writes * prices.writes + deletes * prices.deletes;
