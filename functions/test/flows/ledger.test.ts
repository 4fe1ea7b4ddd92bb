import { readBooks, violations } from '../../../local/books.ts';
import { leg, type JournalEntry } from '../../src/ledger/journal.ts';
import { minor } from '../../src/shared/money.ts';
import { openStage, type FlowStage } from './stage.ts';

/** The ledger on the store itself, below every feature. */
let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage();
}, 180_000);
beforeEach(() => stage.cloud.wipe());
afterEach(async () => {
  // These entries are posted by hand: no order stands behind them.
  const found = violations(await readBooks(stage.db)).filter((one) => !one.endsWith('has no cause'));
  expect(found).toEqual([]);
});
afterAll(() => stage.stop());

const credit = (id: string, uid: string, amount: number): JournalEntry => ({
  id,
  kind: 'purchase',
  legs: [
    leg('psp:stripe:clearing', 'QAR', minor(-amount)),
    leg(`wallet:${uid}:available`, 'QAR', minor(amount), 'purchased'),
  ],
  at: 1,
  by: 'psp:stripe',
  reference: `purchases/${id}`,
});

/** Posts an entry as an operation does; `spoil` breaks it after everything was decided. */
async function postTo(uid: string, entry: JournalEntry, spoil?: () => void): Promise<void> {
  const { atomically } = await import('../../src/platform/firestore.ts');
  const { collections } = await import('../../src/collections.ts');
  const { post } = await import('../../src/ledger/ledger.ts');
  const { writePosting } = await import('../../src/ledger/ledger.store.ts');
  await atomically({
    read: (reader) => reader.get({ wallet: collections.wallets.doc(uid) }),
    decide: ({ wallet }) => post(entry, { wallets: { [uid]: wallet } }),
    write: (writer, posting) => {
      writePosting(writer, posting);
      spoil?.();
    },
  });
}

const available = async (uid: string): Promise<unknown> =>
  (await stage.db.doc(`wallets/${uid}`).get()).get('balances.QAR.available');

test('F10 W2-48 20 parallel first credits of one wallet: none is lost', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, i) => postTo('new', credit(`first-${i}`, 'new', 100))));
  expect(await available('new')).toBe(2000);
}, 180_000);

test('W2-12 W2-13 one cause is one effect: the same entry again is refused whole, and no balance moves', async () => {
  await postTo('twice', credit('cause', 'twice', 500));
  await expect(postTo('twice', credit('cause', 'twice', 500))).rejects.toMatchObject({ code: 6 });
  expect(await available('twice')).toBe(500);
}, 180_000);

test('W2-10 W2-11 what fails after its writes were made leaves nothing of them', async () => {
  const broken = postTo('half', credit('half', 'half', 500), () => {
    throw new Error('broken here');
  });
  await expect(broken).rejects.toThrow('broken here');
  expect(await available('half')).toBeUndefined();
  expect((await stage.db.doc('journal/half').get()).exists).toBe(false);
}, 180_000);

test('W2-14 200 entries at once, on 40 wallets: all are posted, each wallet numbered without a gap', async () => {
  const all = Array.from({ length: 200 }, (_, i) => ({
    uid: `w${i % 40}`,
    entry: credit(`e${i}`, `w${i % 40}`, 10),
  }));
  await Promise.all(all.map(({ uid, entry }) => postTo(uid, entry)));
  const wallet = await stage.db.doc('wallets/w7').get();
  expect([wallet.get('version'), wallet.get('balances.QAR.available')]).toEqual([5, 50]);
  const entries = await stage.db.collection('wallets/w7/entries').orderBy('n').get();
  expect(entries.docs.map((entry) => entry.id)).toEqual(
    [1, 2, 3, 4, 5].map((n) => String(n).padStart(12, '0')),
  );
}, 180_000);

test('W2-16 W2-18 W2-35 W2-44 fees and costs are legs of the same entry: what came in is what is held and earned', async () => {
  const payer = await stage.buyer(30_000);
  const payee = await stage.actor();
  const price = { amount: 20_001, currency: 'QAR' } as const;
  const { id: job } = await payer.api.jobs.post({ requestId: 'a-fee-is-a-leg', title: 'Work', price });
  await payer.api.jobs.assign({ job, payee: payee.uid });
  const { id: escrow } = await payer.api.escrow.lock({ job });
  await payer.api.escrow.release({ escrow });
  const { accounts } = await readBooks(stage.db);
  // 33,000 were paid; Stripe keeps 825 of it; the platform earned 3,000 on top and 10% of the work, rounded down.
  const purchase = (await stage.db.collection('journal').where('by', '==', 'psp:stripe').get()).docs.find(
    (entry) => (entry.get('legs') as unknown[]).length === 4,
  );
  expect(purchase?.get('legs')).toEqual([
    { account: 'psp:stripe:clearing', currency: 'QAR', amount: -32_175 },
    { account: 'psp:stripe:costs', currency: 'QAR', amount: -825 },
    { account: `wallet:${payer.uid}:available`, currency: 'QAR', amount: 30_000, counts: 'purchased' },
    { account: 'platform:fees', currency: 'QAR', amount: 3000 },
  ]);
  expect(accounts.get('platform:fees QAR')).toBe(3000 + 2000);
  expect(await available(payee.uid)).toBe(18_001);
}, 180_000);
