import { createHash } from 'node:crypto';

/** A seeded source of chance: the same seed throws the same numbers on every machine (sfc32). */
export type Dice = {
  /** From 0 up to 1. */
  readonly next: () => number;
  /** A whole number from 0 up to `below`. */
  readonly below: (below: number) => number;
  readonly chance: (probability: number) => boolean;
  /** @throws Error when there is nothing to pick from */
  readonly pick: <T>(from: readonly T[]) => T;
  readonly bytes: (size: number) => Buffer;
};

export function dice(...seed: readonly (string | number)[]): Dice {
  const digest = createHash('sha256').update(seed.join('/')).digest();
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => digest.readInt32LE(at)) as [number, number, number, number];
  const word = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  const next = (): number => word() / 2 ** 32;
  const below = (most: number): number => Math.floor(next() * most);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick(from) {
      if (from.length === 0) throw new Error('there is nothing to pick from');
      return from[below(from.length)]!;
    },
    bytes(size) {
      const made = Buffer.alloc(size);
      for (let i = 0; i < size; i += 1) made[i] = word() & 255;
      return made;
    },
  };
}

/** Dice for one thing alone: what it throws depends on that thing, and on nothing that happens beside it. */
export type Luck = (...about: readonly (string | number)[]) => Dice;
