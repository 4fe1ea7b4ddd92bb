import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { hashLeaf, hashMarked, pathIn, treeOver } from './merkle.ts';
import { advanceRun, CHUNK, dayAfter, newRun, placesOf, readyAt, sealRoot, spanOf } from './root.ts';

const sha256 = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();

/** RFC 6962 §2.1, word for word: split at the largest power of two below. */
function tree(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0]!;
  const k = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return sha256(Buffer.from([1]), tree(leaves.slice(0, k)), tree(leaves.slice(k)));
}

/** RFC 6962 §2.1.1. */
function audit(leaves: readonly Buffer[], index: number): string[] {
  if (leaves.length <= 1) return [];
  const k = 2 ** Math.floor(Math.log2(leaves.length - 1));
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return index < k
    ? [...audit(left, index), tree(right).toString('hex')]
    : [...audit(right, index - k), tree(left).toString('hex')];
}

const leavesOf = (count: number) => Array.from({ length: count }, (_, i) => hashLeaf({ n: i }));
const buffers = (hashes: readonly string[]) => hashes.map((hash) => Buffer.from(hash, 'hex'));

test('the tree and each path are those of RFC 6962', () => {
  for (let count = 0; count <= 70; count += 1) {
    const leaves = leavesOf(count);
    expect(treeOver(leaves)).toBe(tree(buffers(leaves)).toString('hex'));
    for (let i = 0; i < count; i += 1) expect(pathIn(leaves, i)).toEqual(audit(buffers(leaves), i));
  }
});

test('a leaf, a pair and a day never hash alike', () => {
  expect(new Set([hashLeaf({ a: 1 }), hashMarked(1, { a: 1 }), hashMarked(2, { a: 1 })]).size).toBe(3);
  expect(hashLeaf({ a: 1 })).toBe(sha256(Buffer.from('\0{"a":1}')).toString('hex'));
  expect(treeOver([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

/** The tiers as they are written, and the way up through them. */
function tiersOver(leaves: readonly string[]): string[][] {
  const tiers = [[...leaves]];
  while (tiers.at(-1)!.length > CHUNK) {
    const below = tiers.at(-1)!;
    tiers.push(
      Array.from({ length: Math.ceil(below.length / CHUNK) }, (_, i) =>
        treeOver(below.slice(i * CHUNK, (i + 1) * CHUNK)),
      ),
    );
  }
  return tiers;
}

test('in chunks it is the same tree, with the same paths', () => {
  const most = leavesOf(3 * CHUNK + 1);
  const sizes = fc.oneof(
    fc.integer({ min: 1, max: most.length }),
    fc.constantFrom(1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, most.length),
  );
  fc.assert(
    fc.property(sizes, fc.nat(), (size, any) => {
      const leaves = most.slice(0, size);
      const index = any % size;
      const tiers = tiersOver(leaves);
      const path = placesOf(index, size).flatMap(({ tier, chunk, place }) =>
        pathIn(tiers[tier]!.slice(chunk * CHUNK, (chunk + 1) * CHUNK), place),
      );
      expect(treeOver(tiers.at(-1)!)).toBe(treeOver(leaves));
      expect(path).toEqual(pathIn(leaves, index));
    }),
    { numRuns: 60 },
  );
});

test('a million wallets are three tiers', () => {
  expect(placesOf(0, CHUNK)).toEqual([{ tier: 0, chunk: 0, place: 0 }]);
  expect(placesOf(999_999, 1_000_000)).toEqual([
    { tier: 0, chunk: 1953, place: 63 },
    { tier: 1, chunk: 3, place: 417 },
    { tier: 2, chunk: 0, place: 3 },
  ]);
});

test('a day is from midnight to midnight UTC, and ready half an hour later', () => {
  const { from, to } = spanOf('2026-02-28');
  expect([new Date(from).toISOString(), new Date(to).toISOString()]).toEqual([
    '2026-02-28T00:00:00.000Z',
    '2026-03-01T00:00:00.000Z',
  ]);
  expect(dayAfter('2026-02-28')).toBe('2026-03-01');
  expect(new Date(readyAt('2026-12-31')).toISOString()).toBe('2027-01-01T00:30:00.000Z');
});

test('everything that a root speaks of is in it', () => {
  const about = { day: '2026-01-01', previous: 'p', tree: 't', wallets: 1 };
  const others = [{ day: '2026-01-02' }, { previous: 'q' }, { tree: 'u' }, { wallets: 2 }];
  const all = [about, ...others.map((other) => ({ ...about, ...other }))].map(sealRoot);
  expect(new Set(all).size).toBe(all.length);
});

test('of two runs at once, the slower goes on from where the faster one is', () => {
  const first = advanceRun(null, newRun, { cursor: 'a' });
  expect(first).toMatchObject({ version: 1, cursor: 'a', phase: 'heads' });
  const second = advanceRun(first, first, { phase: 'leaves', cursor: null });
  expect(advanceRun(second, first, { cursor: 'b' })).toBe(second);
  expect(advanceRun(second, newRun, { cursor: 'a' })).toBe(second);
});
