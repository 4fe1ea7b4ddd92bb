import { Firestore } from '@google-cloud/firestore';
import { foldOf, type Books } from '../../../local/books.ts';
import { seedHeld } from '../../../local/seeded.ts';
import { releaseEscrow } from '../../src/escrow/escrow.operations.ts';
import type { JournalEntry } from '../../src/ledger/journal.ts';
import { instantNow, pageAt } from '../../src/platform/instant.ts';
import { balancesIn, fold } from '../../src/totals/totals.ts';
import { totalsAt } from '../../src/totals/totals.operations.ts';
import { openStage, type FlowStage } from './stage.ts';

/** F69: what the platform's accounts hold is exact at any time, though nobody who moves money writes it. */

const MANY = 100;

let stage: FlowStage;
let db: Firestore;
beforeAll(async () => {
  stage = await openStage();
  db = stage.db;
}, 60_000);
afterAll(() => stage.stop());

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
  const kept = [...accounts].filter(([name]) => /^(platform|psp|tax|bank):/.test(name));
  return Object.fromEntries(kept.filter(([, amount]) => amount !== 0));
}

test('I9 equal to a full fold at every instant of a burst of a hundred releases, before and after the fold', async () => {
  const now = () => stage.cloud.clock.now();
  // What follows from a release (timers, notices, papers) is not what is measured here.
  for (const trigger of ['escrow-changed', 'purchases-changed', 'invoices-due'])
    stage.cloud.host.faults[trigger] = { drop: true };
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
    const instant = await instantNow();
    const { sums } = await totalsAt(null, instant);
    expect(sums).toEqual(await folded(instant));
    seen.push(sums['platform:fees QAR'] ?? 0);
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
}, 240_000);

test('finance sees them now and by a time of the past; nobody else does', async () => {
  const [finance, person] = [await stage.actor('finance'), await stage.actor()];
  const { balances } = await finance.api.totals.show({});
  expect(balances).toEqual(balancesIn((await totalsAt(null)).sums));
  expect((await finance.api.totals.show({ at: 1 })).balances).toEqual([]);
  await expect(person.api.totals.show({})).rejects.toMatchObject({ details: { reason: 'role_missing' } });
}, 60_000);
