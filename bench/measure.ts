import { takeTallies, withinCall, type Tally } from '../local/wire.ts';
import type { Work } from './people.ts';

/** What a number of calls took, and what they sent. Times in milliseconds. */
export type Measured = {
  readonly calls: number;
  readonly failed: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Of one call, in the middle: documents read and written, and round trips. */
  readonly reads: number;
  readonly writes: number;
  readonly trips: number;
  /** Of all of them: answers that others were faster, and transactions that ran again. */
  readonly conflicts: number;
  readonly retries: number;
};

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** What one of several ways has done so far. */
export class Track {
  readonly #tallies: Tally[] = [];
  readonly #rates: number[] = [];
  /** Of each round. */
  readonly #medians: number[] = [];
  #failed = 0;
  #why: unknown;

  /** Does all of it, by so many callers that each begin the next piece when they are done with one. */
  async run(works: readonly Work[], callers: number): Promise<void> {
    const failed = this.#failed;
    let next = 0;
    const call = async () => {
      for (let work = works[next++]; work; work = works[next++])
        await withinCall('bench', work).catch((error: unknown) => {
          this.#failed += 1;
          this.#why = error;
        });
    };
    takeTallies();
    const began = performance.now();
    await Promise.all(Array.from({ length: callers }, call));
    const seconds = (performance.now() - began) / 1000;
    const tallies = takeTallies('bench').map(({ tally }) => tally);
    this.#tallies.push(...tallies);
    this.#medians.push(median(tallies.map(({ ms }) => ms)));
    this.#rates.push((works.length - (this.#failed - failed)) / seconds);
  }

  /** How much faster than the other, in the middle of the rounds, each against the one beside it. */
  times(other: Track): number {
    return round(median(this.#rates.map((rate, i) => rate / Math.max(0.01, other.#rates[i]!))));
  }

  /** Its median latency over the other’s, in the middle of the rounds, each against the one beside it. */
  over(other: Track): number {
    return median(this.#medians.map((one, i) => one / other.#medians[i]!));
  }

  /** @throws Error where a call failed: its time would count as that of one that was done. */
  mustBeDone(what: string): this {
    if (this.#failed > 0)
      throw new Error(`${what}: ${this.#failed} calls failed, the last with ${String(this.#why)}`);
    return this;
  }

  get took(): number[] {
    return this.#tallies.map(({ ms }) => ms);
  }

  get measured(): Measured {
    const all = this.#tallies;
    const middle = (of: (tally: Tally) => number) => median(all.map(of));
    const sum = (of: (tally: Tally) => number) => all.reduce((total, one) => total + of(one), 0);
    return {
      ...{ calls: all.length, failed: this.#failed },
      // Four digits of whatever it is: a ratio to what hardly gets done is made of it.
      perSecond: Number(median(this.#rates).toPrecision(4)),
      p50: round(median(this.took)),
      p99: round(quantile(this.took, 0.99)),
      ...{ reads: middle(({ reads }) => reads), writes: middle(({ writes }) => writes) },
      trips: middle(({ roundTrips }) => roundTrips),
      conflicts: sum(({ conflicts }) => conflicts),
      retries: sum(({ runs }) => Math.max(0, runs - 1)),
    };
  }
}

/**
 * Several ways of doing the same, by turns, so that what happens to the machine happens to all of them. Now and then the
 * emulator stops for a second or two to collect its garbage, and one round pays for what all of them left: so it is the
 * middle of the rounds that counts.
 * @param prepare answers a round's work
 */
export async function sideBySide(
  ways: readonly { readonly track: Track; readonly prepare: () => Promise<readonly Work[]> }[],
  { callers, rounds }: { readonly callers: number; readonly rounds: number },
): Promise<void> {
  for (let i = 0; i < rounds; i += 1)
    for (const { track, prepare } of i % 2 === 0 ? ways : ways.toReversed())
      await track.run(await prepare(), callers);
}
