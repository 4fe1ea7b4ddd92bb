import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { verifyDays, verifyReceipt } from '../client/src/verify.ts';
import type { Receipt } from '../src/receipts/receipt.ts';
import { treeOver } from '../src/roots/merkle.ts';
import { sealRoot, type Root } from '../src/roots/root.ts';
import { previous, receiptIn } from './receipts.ts';

/** A receipt that is true is accepted, and nothing else: whatever is changed in it. */

const places = fc
  .record({ wallets: fc.integer({ min: 1, max: 40 }), length: fc.integer({ min: 1, max: 8 }), any: fc.nat() })
  .map(({ wallets, length, any }) => {
    const n = 1 + (any % length);
    return { wallets, length, n, index: any % wallets };
  });

const valid = { valid: true };

test('every true receipt is accepted', async () => {
  await fc.assert(
    fc.asyncProperty(places, async ({ wallets, index, length, n }) => {
      const { receipt, root } = receiptIn(wallets, index, length, n);
      expect(await verifyReceipt(JSON.parse(JSON.stringify(receipt)), root.root)).toEqual(valid);
    }),
  );
});

/** The text with one bit of one of its bytes turned over; null where that is no text. */
function flipped(text: string, at: number): string | null {
  const bytes = Buffer.from(text);
  bytes[at >> 3]! ^= 1 << (at & 7);
  const back = bytes.toString();
  return Buffer.from(back).equals(bytes) ? back : null;
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

test.each([
  ['in the middle of the tree and of the chain', 13, 5, 3, 2],
  ['alone', 1, 0, 1, 1],
  ['last, and moved up without a partner', 5, 4, 2, 2],
])('every single bit of a receipt counts: %s', async (_, wallets, index, length, n) => {
  const { receipt, root } = receiptIn(wallets, index, length, n);
  const text = JSON.stringify(receipt);
  expect(await verifyReceipt(JSON.parse(text), root.root)).toEqual(valid);
  let readable = 0;
  for (let at = 0; at < 8 * Buffer.byteLength(text); at += 1) {
    const other = parsed(flipped(text, at));
    if (other === undefined) continue;
    readable += 1;
    const { valid: accepted } = await verifyReceipt(other, root.root);
    if (accepted) throw new Error(`bit ${at} does not count: ${text.slice((at >> 3) - 20, (at >> 3) + 20)}`);
  }
  expect(readable).toBeGreaterThan(1000);
});

test('every single bit of the root counts', async () => {
  const { receipt, root } = receiptIn(13, 5, 3, 2);
  for (let at = 0; at < 8 * root.root.length; at += 1) {
    const other = flipped(root.root, at);
    if (other !== null) expect(await verifyReceipt(receipt, other)).toMatchObject({ valid: false });
  }
});

const wrong: [what: string, change: (receipt: Receipt & { more?: number }, other: Receipt) => unknown][] = [
  ['a link left out', (one) => ({ ...one, links: one.links.slice(1) })],
  ['the last link left out', (one) => ({ ...one, links: one.links.slice(0, -1) })],
  ['links the other way', (one) => ({ ...one, links: one.links.toReversed() })],
  ['a link twice', (one) => ({ ...one, links: [one.links[0], ...one.links] })],
  ['an entry of another wallet', (one, other) => ({ ...one, entry: other.entry })],
  ['more links to come', (one) => ({ ...one, next: 2 })],
  ['a field more', (one) => ({ ...one, more: 1 })],
  ['a field more within', (one) => ({ ...one, path: { ...one.path, more: 1 } })],
  ['a field more in the entry', (one) => ({ ...one, entry: { ...one.entry, note: '' } })],
  [
    'a step of the path left out',
    (one) => ({ ...one, path: { ...one.path, hashes: one.path.hashes.slice(1) } }),
  ],
  ['a step too many', (one) => ({ ...one, path: { ...one.path, hashes: [...one.path.hashes, previous] } })],
  ['a place that there is not', (one) => ({ ...one, path: { ...one.path, index: -1 } })],
  ['half a place', (one) => ({ ...one, path: { ...one.path, index: 5.5 } })],
  [
    'hashes in capital letters',
    (one) => ({ ...one, path: { ...one.path, hashes: one.path.hashes.map((hash) => hash.toUpperCase()) } }),
  ],
  ['another day', (one) => ({ ...one, root: { ...one.root, day: '2026-01-03' } })],
];
const none: [what: string, change: (receipt: Receipt) => unknown][] = [
  ['nothing', () => null],
  ['no value', () => undefined],
  ['a text', () => 'receipt'],
  ['a list', () => []],
  ['links that are none', (one) => ({ ...one, links: null })],
  ['an empty text for no links', (one) => ({ ...one, links: '' })],
  ['a link that is none', (one) => ({ ...one, links: [null] })],
  ['no entry', (one) => ({ ...one, entry: null })],
  ['no wallet', (one) => ({ ...one, wallet: undefined })],
  ['no path', (one) => ({ ...one, path: undefined })],
  ['no hashes', (one) => ({ ...one, path: { index: 5 } })],
  ['no root', (one) => ({ ...one, root: undefined })],
];
test.each(none)('%s is no receipt, and is called so', async (_, change) => {
  const { receipt, root } = receiptIn(13, 5, 1, 1);
  expect(await verifyReceipt(change(receipt), root.root)).toEqual({ valid: false, why: 'it is no receipt' });
});

test('an entry of a day is proved by the root of that day alone, though the chain leads to it from another', async () => {
  const at = Date.UTC(2026, 0, 2);
  for (const [time, day] of [
    [at, valid],
    [at + 86_399_999, valid],
    [at - 1, null],
    [at + 86_400_000, null],
  ] as const) {
    const { receipt, root } = receiptIn(3, 1, 2, 1, time);
    expect([time, await verifyReceipt(receipt, root.root)]).toEqual([
      time,
      day ?? { valid: false, why: 'the entry is of another day than the root' },
    ]);
  }
  // Links may be of the next day: what was late committed after them.
  const { receipt, root } = receiptIn(3, 1, 3, 1, at, at + 86_400_000);
  expect(await verifyReceipt(receipt, root.root)).toEqual(valid);
});

test.each(wrong)('%s is rejected', async (_, change) => {
  const { receipt, root } = receiptIn(13, 5, 4, 1);
  const other = receiptIn(13, 5, 5, 5).receipt;
  expect(await verifyReceipt(change(receipt, other), root.root)).toMatchObject({ valid: false });
});

test('a receipt that is true in itself is not, against another root', async () => {
  const [one, other] = [receiptIn(13, 5, 4, 1), receiptIn(12, 5, 4, 1)];
  expect(await verifyReceipt(one.receipt, other.root.root)).toMatchObject({ valid: false });
});

test('days follow each other, and none can be changed or left out', async () => {
  const days: Root[] = [];
  for (const [i, name] of ['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'].entries()) {
    const about = { day: name, previous: days.at(-1)?.root ?? '', tree: treeOver([]), wallets: i };
    days.push({ ...about, root: sealRoot(about), builtAt: i });
  }
  expect(await verifyDays(days)).toEqual(valid);
  expect(await verifyDays(days.slice(1))).toEqual(valid);
  const others = [
    days.with(1, { ...days[1]!, wallets: 7 }),
    days.with(1, { ...days[1]!, root: previous }),
    days.toSpliced(1, 1),
    days.toReversed(),
  ];
  for (const other of others) expect(await verifyDays(other)).toMatchObject({ valid: false });
  const apart = { ...days[2]!, previous: days[0]!.root };
  const skipping = [days[0]!, { ...apart, root: sealRoot(apart) }];
  expect(await verifyDays(skipping)).toMatchObject({ valid: false });
});

test('the verifier is one file, and imports nothing', () => {
  const text = readFileSync(join(import.meta.dirname, '../client/src/verify.ts'), 'utf8');
  expect(text).not.toMatch(/\bimport\b(?!s)|\brequire\b|\bprocess\b|\bfetch\b/);
  expect(text.split('\n').length).toBeLessThan(165);
});
