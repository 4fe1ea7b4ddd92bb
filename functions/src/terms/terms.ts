import { sum, type Currency, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';

/** A part of a package that is delivered, approved and paid by itself (F21). */
export type Milestone = { readonly title: string; readonly amount: Minor; readonly pieces: number };

/** What a creator offers at a price; a booking keeps a copy, so a later edit changes nothing that was agreed (F25). */
export type Package = {
  readonly id: string;
  readonly title: string;
  readonly price: { readonly amount: Minor; readonly currency: Currency };
  /** How many things are delivered. */
  readonly pieces: number;
  /** Free rounds of changes; 0 means none (W0-30). */
  readonly freeRevisions: number;
  /** What each further round costs, in the currency of the price; 0 for nothing. */
  readonly revisionFee: Minor;
  readonly turnaroundDays: number;
  /** One or more; their amounts make the price and their pieces the pieces. */
  readonly milestones: readonly Milestone[];
};

/** `terms/{uid}`: what a creator offers now. Anyone signed in may read it. */
export type Terms = {
  readonly packages: readonly Package[];
  readonly version: number;
  readonly savedAt: number;
};

export const DEFAULT_REVISIONS = 2;

/** A package as it is sent: without milestones it is one. */
export type Wanted = Omit<Package, 'milestones'> & { readonly milestones: readonly Milestone[] };

/**
 * Checks what is offered as a whole.
 * @throws Refusal `amount_mismatch` where the milestones do not make the price, `invalid_input` where they do not make
 *   the pieces, or two packages have one id.
 */
export function checkPackages(wanted: readonly Wanted[]): Package[] {
  if (new Set(wanted.map(({ id }) => id)).size < wanted.length)
    throw new Refusal('invalid_input', { path: 'packages', problem: 'two have the same id' });
  return wanted.map((one, i) => {
    const { title, price, pieces } = one;
    if (one.milestones.length === 0) return { ...one, milestones: [{ title, amount: price.amount, pieces }] };
    const total = sum(one.milestones.map(({ amount }) => amount));
    if (total !== price.amount)
      throw new Refusal('amount_mismatch', { expected: price.amount, found: total });
    if (sum(one.milestones.map((part) => part.pieces)) !== pieces)
      throw new Refusal('invalid_input', {
        path: `packages.${i}.milestones`,
        problem: 'their pieces do not make the pieces of the package',
      });
    return one;
  });
}
