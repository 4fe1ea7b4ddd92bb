import { takeTallies } from '../../../local/wire.ts';
import { verifyDays, verifyReceipt } from '../../client/src/verify.ts';
import { collections } from '../../src/collections.ts';
import { hashEntry } from '../../src/ledger/chain.ts';
import type { JournalEntry } from '../../src/ledger/journal.ts';
import { entryId, nothing, type WalletEntry } from '../../src/ledger/wallet.ts';
import { copyAll } from '../../src/platform/firestore.ts';
import { LINKS } from '../../src/receipts/links.ts';
import { receiptOf } from '../../src/receipts/receipts.operations.ts';
import { hashLeaf, treeOver } from '../../src/roots/merkle.ts';
import type { Root } from '../../src/roots/root.ts';
import { buildRoots } from '../../src/roots/roots.operations.ts';
import { dayOf } from '../../src/shared/day.ts';
import { minor } from '../../src/shared/money.ts';
import { availableOf, submittedEscrow } from './acts.ts';
import { openStage, refusal, type FlowStage } from './stage.ts';

jest.setTimeout(120_000);

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage({}, { audited: false });
}, 180_000);
afterAll(() => stage.stop());

const time = (text: string) => Date.parse(`${text}Z`);
const valid = { valid: true };

/** What lies in a wallet once something came in at each of these times, in the order of the commits. */
function entriesOf(uid: string, times: readonly number[]): WalletEntry[] {
  const entries: WalletEntry[] = [];
  for (const at of times) {
    const n = entries.length + 1;
    const [journal, reference] = [`clearance:${uid}-${n}`, `clearances/${uid}`];
    const unsealed = {
      ...{ n, journal, kind: 'clearance' as const, at, reference },
      changes: { QAR: { available: minor(100) } },
      before: { QAR: { ...nothing, available: minor(100 * (n - 1)) } },
      after: { QAR: { ...nothing, available: minor(100 * n) } },
      prev: entries.at(-1)?.hash ?? '',
    };
    entries.push({ ...unsealed, hash: hashEntry(unsealed) });
  }
  return entries;
}

const journalOf = (uid: string, { journal, kind, at, reference }: WalletEntry): JournalEntry => ({
  ...{ id: journal, kind, at, reference, by: 'system' },
  legs: [
    { account: `wallet:${uid}:pending`, currency: 'QAR', amount: minor(-100) },
    { account: `wallet:${uid}:available`, currency: 'QAR', amount: minor(100) },
  ],
});

/** As if it had happened; nobody is told. */
async function happened(wallets: Readonly<Record<string, readonly number[]>>): Promise<void> {
  const all = Object.entries(wallets).flatMap(([uid, times]) =>
    entriesOf(uid, times).flatMap((entry) => [
      { ref: collections.entries(uid).doc(entryId(entry.n)), doc: entry },
      { ref: collections.journal.doc(entry.journal), doc: journalOf(uid, entry) },
    ]),
  );
  await stage.cloud.host.unheard(async () => {
    for (let i = 0; i < all.length; i += 500) await copyAll<object>(all.slice(i, i + 500));
  });
}

const rootsBuilt = async () =>
  (await stage.db.collection('roots').orderBy('day').get()).docs.map((one) => one.data() as Root);
const rootOn = async (day: string) => (await stage.db.doc(`roots/${day}`).get()).data() as Root | undefined;

/** Whether what an app gets, in as many answers as it takes, is true. */
async function holds(uid: string, entry: number, day: string) {
  const first = await receiptOf({ uid, entry }, 0);
  const links = [...first.links];
  for (let next = first.next; next !== null;) {
    const more = await receiptOf({ uid, entry, before: next }, 0);
    links.push(...more.links);
    next = more.next;
  }
  const whole = JSON.parse(JSON.stringify({ ...first, links, next: null })) as unknown;
  return verifyReceipt(whole, (await rootOn(day))?.root ?? '');
}

const many = Array.from({ length: 1100 }, (_, i) => `${['a', 'é', '～', '😀'][i % 4]!}${i}`);

test('a day of many wallets: runs that die and runs at once end with one root, and every wallet is in it', async () => {
  const day = '2026-01-05';
  await happened(Object.fromEntries(many.map((uid, i) => [uid, [time(`${day}T00:00:00`) + i]])));
  await buildRoots(time('2026-01-06T00:29:59.999'));
  expect(await rootsBuilt()).toEqual([]);
  // Ends in the middle of the journal, then in the middle of the leaves.
  const at = time('2026-01-06T00:30:00');
  await buildRoots(at, 5);
  expect(await rootsBuilt()).toEqual([]);
  await buildRoots(at, 9);
  expect((await stage.db.doc(`rootRuns/${day}`).get()).data()).toMatchObject({ phase: 'leaves', chunks: 2 });
  await Promise.all([buildRoots(at), buildRoots(at), buildRoots(at)]);

  const sorted = many.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const heads = sorted.map((uid, i) => {
    const [entry] = entriesOf(uid, [time(`${day}T00:00:00`) + many.indexOf(uid)]);
    return { uid, n: 1, head: entry!.hash, i };
  });
  const tree = treeOver(heads.map(({ uid, n, head }) => hashLeaf({ uid, n, head })));
  expect(await rootsBuilt()).toMatchObject([{ day, previous: '', tree, wallets: many.length }]);
  for (const i of [0, 1, 511, 512, 513, 1023, 1024, 1098, 1099])
    expect(await holds(sorted[i]!, 1, day)).toEqual(valid);
});

test('a run from the beginning, after the day is built, changes nothing', async () => {
  const before = await rootsBuilt();
  const nodes = async () =>
    (await stage.db.collection('rootNodes').get()).docs.map((one) => [one.id, one.data()] as const);
  const written = await nodes();
  await Promise.all([
    stage.db.doc('roots/2026-01-05').delete(),
    stage.db.doc('rootRuns/2026-01-05').delete(),
  ]);
  await buildRoots(time('2026-01-06T00:45:00'));
  expect((await rootsBuilt()).map(({ root }) => root)).toEqual(before.map(({ root }) => root));
  expect(await nodes()).toEqual(written);
});

test('W2-04 a root that is another one is never written over', async () => {
  const ref = stage.db.doc('roots/2026-01-06');
  await ref.set({ day: '2026-01-06', root: 'other' });
  const last = stage.db.doc('roots/2026-01-05');
  const kept = await last.get();
  // Whoever takes the day before away has this one built once more, on the same.
  await ref.update({ day: '2026-01-04' });
  await expect(buildRoots(time('2026-01-07T12:00:00'))).rejects.toThrow('the root of 2026-01-06 is another');
  expect((await ref.get()).get('root')).toBe('other');
  expect((await last.get()).data()).toEqual(kept.data());
  await ref.delete();
});

test('many entries in a day are proved link by link, and what commits late belongs to its own day', async () => {
  const [busy, late] = ['busy', 'late'];
  const noon = time('2026-01-08T12:00:00');
  await happened({
    [busy]: Array.from({ length: LINKS + 10 }, (_, i) => noon + i),
    // The fourth was begun a second before the second, and committed after the third, which is of the next day.
    [late]: [
      time('2026-01-08T23:50:00'),
      time('2026-01-08T23:59:59'),
      time('2026-01-09T00:00:01'),
      time('2026-01-08T23:59:58'),
      time('2026-01-09T23:00:00'),
    ],
  });
  await buildRoots(time('2026-01-10T00:30:00'));
  const built = await rootsBuilt();
  expect(built.map(({ day, wallets }) => [day, wallets])).toEqual([
    ['2026-01-05', many.length],
    ['2026-01-06', 0],
    ['2026-01-07', 0],
    ['2026-01-08', 2],
    ['2026-01-09', 1],
  ]);
  expect(await verifyDays(built)).toEqual(valid);
  for (const n of [1, 2, 9, 10, LINKS, LINKS + 10]) expect(await holds(busy, n, '2026-01-08')).toEqual(valid);
  expect((await receiptOf({ uid: busy, entry: 1 }, 0)).links).toHaveLength(LINKS);
  expect(await receiptOf({ uid: late, entry: 1 }, 0)).toMatchObject({ wallet: { n: 4 } });
  for (const [i, day] of ['2026-01-08', '2026-01-08', '2026-01-09', '2026-01-08', '2026-01-09'].entries())
    expect(await holds(late, i + 1, day)).toEqual(valid);
});

test('a person has a receipt of what they did, once the day is over, and nobody else has it', async () => {
  const [payer, payee, stranger] = [await stage.buyer(50_000), await stage.actor(), await stage.actor()];
  await payer.api.escrow.release({ escrow: await submittedEscrow(payer, payee, 10_000) });
  expect(await availableOf(payee)).toBe(9000);
  const day = dayOf(stage.cloud.clock.now());
  const over = time(`${day}T00:00:00`) + 24.5 * 3600 * 1000;
  expect(await refusal(payee.api.receipts.get({ entry: 1 }))).toEqual({
    reason: 'not_due',
    facts: { dueAt: over },
  });
  await stage.advance(over - stage.cloud.clock.now());
  await stage.cloud.runSchedule('roots-daily');
  const { root } = (await rootOn(day))!;
  for (const [person, count] of [
    [payer, 2],
    [payee, 1],
  ] as const)
    for (let entry = 1; entry <= count; entry += 1) {
      const receipt = await person.api.receipts.get({ entry });
      expect(await verifyReceipt(receipt, root)).toEqual(valid);
      expect(receipt).toMatchObject({ wallet: { uid: person.uid, n: count }, root: { day } });
      const { hash } = receipt.entry;
      expect(await verifyReceipt({ ...receipt, entry: { ...receipt.entry, at: 1, hash } }, root)).not.toEqual(
        valid,
      );
    }
  await stage.idle();
  takeTallies();
  await payee.api.receipts.get({ entry: 1 });
  expect(takeTallies('receipts-get')).toMatchObject([{ tally: { reads: 4, writes: 0, roundTrips: 4 } }]);
  expect(await refusal(stranger.api.receipts.get({ entry: 1 }))).toMatchObject({ reason: 'not_found' });
  // Every day since the first has its root, those without a move as well.
  const built = await rootsBuilt();
  expect(built.at(-1)?.day).toBe(day);
  expect(await verifyDays(built)).toEqual(valid);
});
