import type { Sums } from './fold.ts';
import { Tally, type Comparison, type Sink } from './tally.ts';
import { none, type Found } from './violation.ts';

/** One part of what was read, small however much that was. */
export type Part = {
  readonly sums: Readonly<Record<Comparison, string>>;
  readonly classes: Sums;
  /** Entries of the journal in it. */
  readonly entries: number;
};

export const nothingRead = (): Part => ({ sums: new Tally().stored().sums, classes: {}, entries: 0 });

type Into = { readonly sink: Sink; readonly classes: Sums };

/** Where each kind of document goes. */
export type Target = {
  /** An entry of the journal, by its time. */
  readonly journal: (at: number) => Into;
  /** A wallet's entry, by its time. */
  readonly entries: (at: number) => Sink;
  /** What says how things stand. */
  readonly state: Sink;
};

class OnePart {
  readonly sink: Tally;
  readonly classes: Sums;
  entries: number;

  constructor({ sums, classes, entries }: Part, found: Found) {
    this.sink = new Tally({ sums, found });
    this.classes = { ...classes };
    this.entries = entries;
  }

  stored = (): Part => {
    const { classes, entries } = this;
    return { sums: this.sink.stored().sums, classes: { ...classes }, entries };
  };
}

/**
 * What was read so far, in two parts: the history before `until`, which nothing is added to any more, so that a
 * checkpoint may keep what it comes to; and the rest. Together they are the whole.
 */
export class Account implements Target {
  readonly #until: number;
  readonly #settled: OnePart;
  readonly #rest: OnePart;

  constructor(from: {
    readonly untilAt: number;
    readonly settled: Part;
    readonly rest: Part;
    readonly found: Found;
  }) {
    this.#until = from.untilAt;
    this.#settled = new OnePart(from.settled, none);
    this.#rest = new OnePart(from.rest, from.found);
  }

  #by = (at: number): OnePart => (at < this.#until ? this.#settled : this.#rest);

  journal = (at: number): Into => {
    const part = this.#by(at);
    part.entries += 1;
    return part;
  };

  entries = (at: number): Sink => this.#by(at).sink;

  get state(): Sink {
    return this.#rest.sink;
  }

  /** To go on with after a crash. */
  stored(): { readonly settled: Part; readonly rest: Part; readonly found: Found } {
    const { found } = this.#settled.sink.plus(this.#rest.sink);
    return { settled: this.#settled.stored(), rest: this.#rest.stored(), found };
  }

  /** Both parts as one. */
  whole(): { readonly tally: Tally; readonly classes: Sums; readonly entries: number } {
    const [settled, rest] = [this.#settled, this.#rest];
    const classes = { ...settled.classes };
    for (const [name, amount] of Object.entries(rest.classes)) classes[name] = (classes[name] ?? 0) + amount;
    return { tally: settled.sink.plus(rest.sink), classes, entries: settled.entries + rest.entries };
  }
}
