import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { MerkleTree } from 'merkletreejs/MerkleTree';

/**
 * A Merkle tree as in RFC 6962 §2.1 (https://www.rfc-editor.org/rfc/rfc6962#section-2.1), with SHA-256 and hashes
 * in hex: 0x00 before a leaf and 0x01 before a pair, so that neither passes for the other; a last one without a
 * partner moves up as it is.
 */

const sha256 = (...parts: readonly (string | Buffer)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/** The hash of a value's canonical JSON (RFC 8785), marked with what it is the hash of. */
export const hashMarked = (mark: number, value: object): string =>
  sha256(Buffer.from([mark]), canonicalize(value) ?? '').toString('hex');

export const hashLeaf = (value: object): string => hashMarked(0, value);

const hashPair = (pair: Buffer): Buffer => sha256(Buffer.from([1]), pair);

const treeOf = (hashes: readonly string[]): MerkleTree =>
  new MerkleTree(
    hashes.map((hash) => Buffer.from(hash, 'hex')),
    hashPair,
  );

/** The root over these; over none the hash of nothing. */
export const treeOver = (hashes: readonly string[]): string =>
  (hashes.length === 0 ? sha256('') : treeOf(hashes).getRoot()).toString('hex');

/** What stands beside the one at `index` on its way up, lowest first. */
export const pathIn = (hashes: readonly string[], index: number): string[] =>
  treeOf(hashes)
    .getProof(Buffer.from(hashes[index]!, 'hex'), index)
    .map(({ data }) => data.toString('hex'));
