import type { Newsworthy } from '../notifications/notice.ts';
import type { Price } from '../shared/price.ts';

/** One package that somebody bought, until it ends. */
export type Holding = {
  readonly name: string;
  readonly title: string;
  readonly rank: number;
  /** What the whole of it cost when it was bought. */
  readonly full: Price;
  /** The order that gave it. */
  readonly order: string;
  /** The order of the package whose place it took; without that one it does not hold either. */
  readonly upgradeOf: string | null;
  readonly sinceAt: number;
  readonly untilAt: number;
};

/** `members/{uid}`: which package somebody has now. */
export type Member = Newsworthy & {
  /** The highest whose whole chain of orders stands. Over, and only not swept yet, where its `untilAt` has passed. */
  readonly package: Holding | null;
  /** All that have not ended, or lately, those whose money went back too: a dispute that is won gives them again. */
  readonly holdings: readonly (Holding & { readonly stands: boolean })[];
  /** How many packages were ever sold to them, and how many of these still have their money: the audit compares both. */
  readonly bought: number;
  readonly standing: number;
  /** The latest time that anything was decided here: no server whose clock runs behind goes before it. */
  readonly asOfAt: number;
  /** Whether its owner was told that it ends soon. */
  readonly warned: boolean;
  /** When the package is about to end, or ends; null when none is held. */
  readonly dueAt: number | null;
  readonly version: number;
};
