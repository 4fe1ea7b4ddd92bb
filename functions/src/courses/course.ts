import type { Rate } from '../shared/price.ts';

/** `courses/{id}`: what can be learned. */
export type Course = {
  readonly title: string;
  readonly published: boolean;
  /** Null where it is not sold singly. */
  readonly price: Rate | null;
  /** The lowest package rank that includes it; null where none does. */
  readonly fromRank: number | null;
};
