import { add, fromText, keyOf, newFingerprint, toText, unequal, type Fingerprint } from './fingerprint.ts';
import { and, none, type Found, type Violation } from './violation.ts';

/**
 * What is compared, each by names of its own: what accounts hold, what each entry did to each wallet, how each wallet
 * stands, and what caused what. One side is told by the journal, or by histories; the other by documents.
 */
export const comparisons = ['accounts', 'effects', 'heads', 'causes'] as const;
export type Comparison = (typeof comparisons)[number];
export type Side = 'journal' | 'documents';

/** Where what was read goes. */
export type Sink = {
  readonly tell: (comparison: Comparison, side: Side, name: string, amount: number) => void;
  readonly violation: (violation: Violation) => void;
};

/** The first time through: only whether both sides agree, in constant memory. */
export class Tally implements Sink {
  readonly sums: Readonly<Record<Comparison, Fingerprint>>;
  found: Found;

  constructor(from?: { readonly sums: Readonly<Record<Comparison, string>>; readonly found: Found }) {
    const of = (comparison: Comparison) => (from ? fromText(from.sums[comparison]) : newFingerprint());
    this.sums = {
      accounts: of('accounts'),
      effects: of('effects'),
      heads: of('heads'),
      causes: of('causes'),
    };
    this.found = from?.found ?? none;
  }

  tell = (comparison: Comparison, side: Side, name: string, amount: number): void => {
    add(this.sums[comparison], name, side === 'journal' ? amount : 0 - amount);
  };

  violation = (violation: Violation): void => {
    this.found = and(this.found, [violation]);
  };

  /** To go on with after a crash. */
  stored(): { sums: Record<Comparison, string>; found: Found } {
    const { accounts, effects, heads, causes } = this.sums;
    const texts = { accounts: toText(accounts), effects: toText(effects), heads: toText(heads) };
    return { sums: { ...texts, causes: toText(causes) }, found: this.found };
  }

  /** Both together, as if one had heard it all. */
  plus({ sums, found }: Tally): Tally {
    const both = new Tally();
    for (const comparison of comparisons)
      for (const bucket of both.sums[comparison].keys())
        both.sums[comparison][bucket] = this.sums[comparison][bucket]! + sums[comparison][bucket]!;
    both.found = { ...and(this.found, found.named), count: this.found.count + found.count };
    return both;
  }

  differing(): Differing {
    const { accounts, effects, heads, causes } = this.sums;
    const of = { accounts: unequal(accounts), effects: unequal(effects), heads: unequal(heads) };
    return { ...of, causes: unequal(causes) };
  }
}

export type Differing = Readonly<Record<Comparison, ReadonlySet<number>>>;

export const differs = (differing: Differing): boolean =>
  comparisons.some((comparison) => differing[comparison].size > 0);

const all: ReadonlySet<number> = new Set(newFingerprint().keys());
/** For a store so small that every name is kept. */
export const everything: Differing = { accounts: all, effects: all, heads: all, causes: all };

type Sides = Record<Side, number>;

/** The second time through, where something differs: the names in those buckets alone, with what each side says. */
export class Search implements Sink {
  readonly names = new Map<string, Sides>();
  readonly #in: Differing;

  constructor(differing: Differing) {
    this.#in = differing;
  }

  tell = (comparison: Comparison, side: Side, name: string, amount: number): void => {
    if (!this.#in[comparison].has(keyOf(name).bucket)) return;
    const key = `${comparison} ${name}`;
    const sides = this.names.get(key) ?? { journal: 0, documents: 0 };
    sides[side] += amount;
    this.names.set(key, sides);
  };

  // It was named the first time.
  violation = (): void => undefined;

  /** In the order of the comparisons and of the names, whichever was read first. */
  differing(): ({ comparison: Comparison; name: string } & Readonly<Sides>)[] {
    const place = ({ comparison, name }: { comparison: Comparison; name: string }) =>
      `${comparisons.indexOf(comparison)} ${name}`;
    return [...this.names]
      .filter(([, { journal, documents }]) => journal !== documents)
      .map(([key, sides]) => {
        const space = key.indexOf(' ');
        return { comparison: key.slice(0, space) as Comparison, name: key.slice(space + 1), ...sides };
      })
      .toSorted((one, other) => (place(one) < place(other) ? -1 : 1));
  }
}
