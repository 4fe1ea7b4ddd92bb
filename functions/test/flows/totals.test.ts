import { setTimeout } from 'node:timers/promises';
import { Firestore } from '@google-cloud/firestore';
import { foldOf, type Books } from '../../../local/books.ts';
import { seedHeld } from '../../../local/seeded.ts';
import { releaseEscrow } from '../../src/escrow/escrow.operations.ts';
import type { JournalEntry } from '../../src/ledger/journal.ts';
import { instantNow, pageAt } from '../../src/platform/instant.ts';
import { fold, platformIn } from '../../src/totals/totals.ts';
import { totalsAt } from '../../src/totals/totals.operations.ts';
import { openStage, type FlowStage } from './stage.ts';

/** F69: what the platform's accounts hold is exact at any time, though nobody who moves money writes it. */

const MANY = 1_000;

let stage: FlowStage;
let db: Firestore;
beforeAll(async () => {
  stage = await openStage();
  db = stage.db;
}, 180_000);
afterAll(() => stage.stop(), 120_000);

/** The whole journal as it was then, added up by the tests' own fold. */
async function folded(instant: number): Promise<Record<string, number>> {
  const journal = new Map<string, JournalEntry>();
  for (let after = ''; ;) {
    const page = await pageAt({ collection: 'journal' }, instant, after, 1_000);
    for (const { id, doc } of page) journal.set(id, doc as JournalEntry);
    after = page.at(-1)?.path ?? '';
    if (page.length < 1_000) break;
  }
  const accounts: Books['accounts'] = foldOf(journal);
  const sums: Record<string, number> = {};
  for (const [name, amount] of accounts) {
    const together = name
      .replace(/^wallet:.+:(\w+ \w+)$/s, 'wallet:$1')
      .replace(/^(escrow|payment|chargeback):.+( \w+)$/s, '$1$2');
    sums[together] = (sums[together] ?? 0) + amount;
  }
  return held(sums);
}

/** What is not nothing. */
const held = (sums: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(sums).filter(([, amount]) => amount !== 0));

test('I9 equal to a full fold at every instant of a burst of a thousand releases, before and after the fold', async () => {
  const now = () => stage.cloud.clock.now();
  // What follows from a release (timers, notices, papers) is not what is measured here.
  const followers = ['escrow-changed', 'purchases-changed', 'invoices-due', 'keepers-money'];
  for (const trigger of followers) stage.cloud.host.faults[trigger] = { drop: true };
  let escrows: Awaited<ReturnType<typeof seedHeld>> = [];
  await stage.cloud.host.unheard(async () => {
    escrows = await seedHeld(db, MANY, now());
  });
  let done = 0;
  const burst = Promise.all(
    escrows.map(({ id, payer }) =>
      releaseEscrow(id, { uid: payer, admin: null, at: now() }).then(() => (done += 1)),
    ),
  );
  const seen: number[] = [];
  while (done < MANY) {
    const reached = done;
    const instant = await instantNow();
    const { sums } = await totalsAt(null, instant);
    expect(held(sums)).toEqual(await folded(instant));
    expect(Object.values(sums).reduce((all, amount) => all + amount, 0)).toBe(0);
    seen.push(sums['platform:fees QAR'] ?? 0);
    // Each look reads the whole journal: between two of them some more are released.
    while (done < Math.min(MANY, reached + MANY / 40)) await setTimeout(20);
  }
  await burst;
  expect(seen.length).toBeGreaterThan(0);
  const { sums: before } = await totalsAt(null);
  // What coins cost above their value, and a tenth of each release.
  expect(before['platform:fees QAR']).toBe(MANY * (200 + 200));
  await stage.advance('30m');
  await stage.cloud.runSchedule('totals-fold');
  await stage.cloud.runSchedule('totals-fold');
  const [checkpoint] = (await db.collection('totals').orderBy('until', 'desc').limit(1).get()).docs;
  expect(checkpoint!.get('entries')).toBe((await db.collection('journal').count().get()).data().count);
  expect((await totalsAt(null)).sums).toEqual(before);
  expect(fold({}, [])).toEqual({});
}, 600_000);

test('finance sees them now and by a time of the past; nobody else does', async () => {
  const [finance, person] = [await stage.actor('finance'), await stage.actor()];
  const { balances } = await finance.api.totals.show({});
  const { sums } = await totalsAt(null);
  expect(balances).toEqual(platformIn(sums));
  // What is people's is told by exports-balances.
  expect(sums).toMatchObject({ 'wallet:available QAR': expect.any(Number) as number, 'escrow QAR': 0 });
  expect(balances.map(({ account }) => account)).toEqual([
    'platform:fees',
    'psp:stripe:clearing',
    'psp:stripe:costs',
  ]);
  expect((await finance.api.totals.show({ at: 1 })).balances).toEqual([]);
  await expect(person.api.totals.show({})).rejects.toMatchObject({ details: { reason: 'role_missing' } });
}, 180_000);
