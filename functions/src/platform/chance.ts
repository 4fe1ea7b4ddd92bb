import { randomBytes } from 'node:crypto';

/** The one source of randomness: ids, nonces, and how long to wait. */
let source: (size: number) => Buffer = randomBytes;

export const bytes = (size: number): Buffer => source(size);

/** A name that nothing else has. */
export const newName = (): string => bytes(16).toString('hex');

/** From 0 up to 1. */
export const fraction = (): number => bytes(6).readUIntBE(0, 6) / 2 ** 48;

/** For the simulator alone: an architecture test keeps every deployed file from calling it. */
export function useChance(other: (size: number) => Buffer): void {
  source = other;
}
