import { createHash } from 'node:crypto';

/**
 * Whether two sides say the same of every name, in constant memory and in any order: each amount is added times an odd
 * 64-bit number made of its name, modulo 2^64. Of one name no difference below 2^64 is missed; that differences of
 * several names cancel has a chance of one in 2^64. Names are spread over buckets, so that those that differ are found
 * by looking at one bucket's names again.
 */
export const BUCKETS = 1024;

export type Fingerprint = BigUint64Array;

export const newFingerprint = (): Fingerprint => new BigUint64Array(BUCKETS);

type Key = { readonly bucket: number; readonly factor: bigint };

/** Kept by the last names, since the same accounts come again and again. */
export function keyOf(name: string): Key {
  const digest = createHash('sha256').update(name).digest();
  return { bucket: digest.readUInt16BE(8) % BUCKETS, factor: digest.readBigUInt64BE(0) | 1n };
}

/** Adds an amount under a name; an array of 64 bits wraps around by itself. */
export function add(sums: Fingerprint, name: string, amount: number): void {
  if (amount === 0) return;
  const { bucket, factor } = keyOf(name);
  sums[bucket] = sums[bucket]! + BigInt(amount) * factor;
}

/** The buckets in which something differs. */
export const unequal = (sums: Fingerprint): Set<number> =>
  new Set([...sums.keys()].filter((bucket) => sums[bucket] !== 0n));

/** Of nothing it is empty. */
export const toText = (sums: Fingerprint): string =>
  sums.every((sum) => sum === 0n)
    ? ''
    : Buffer.from(sums.buffer, sums.byteOffset, sums.byteLength).toString('base64');

export function fromText(text: string): Fingerprint {
  const sums = newFingerprint();
  new Uint8Array(sums.buffer).set(Buffer.from(text, 'base64'));
  return sums;
}
