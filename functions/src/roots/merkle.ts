import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/**
 * A Merkle tree as in RFC 6962 §2.1 (https://www.rfc-editor.org/rfc/rfc6962#section-2.1), with SHA-256 and hashes
 * in hex: 0x00 before a leaf and 0x01 before a pair, so that neither passes for the other; a last one without a
 * partner moves up as it is.
 */

const sha256 = (...parts: readonly (string | Buffer)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

/** The hash of a value's canonical JSON (RFC 8785), marked with what it is the hash of. */
export const hashMarked = (mark: number, value: object): string =>
  sha256(Buffer.from([mark]), canonicalize(value) ?? '');

export const hashLeaf = (value: object): string => hashMarked(0, value);

const hashPair = (left: string, right: string): string =>
  sha256(Buffer.from([1]), Buffer.from(left, 'hex'), Buffer.from(right, 'hex'));

const pairUp = (hashes: readonly string[]): string[] =>
  Array.from({ length: Math.ceil(hashes.length / 2) }, (_, i) => {
    const [left, right] = [hashes[2 * i]!, hashes[2 * i + 1]];
    return right === undefined ? left : hashPair(left, right);
  });

/** The root over these; over none the hash of nothing. */
export function treeOver(hashes: readonly string[]): string {
  let level = hashes;
  while (level.length > 1) level = pairUp(level);
  return level[0] ?? sha256('');
}

/** What stands beside the one at `index` on its way up, lowest first. */
export function pathIn(hashes: readonly string[], index: number): string[] {
  const path: string[] = [];
  let place = index;
  for (let level = hashes; level.length > 1; level = pairUp(level)) {
    const beside = level[place % 2 === 0 ? place + 1 : place - 1];
    if (beside !== undefined) path.push(beside);
    place = Math.floor(place / 2);
  }
  return path;
}
