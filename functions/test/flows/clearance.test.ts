import { collections } from '../../src/collections.ts';
import { toStored } from '../../src/platform/convert.ts';
import { lockedEscrow, qar } from './acts.ts';
import { violationsOn } from './books.ts';
import { openStage, requestId, type Actor, type FlowStage } from './stage.ts';

/** F22: what was released clears for a day here, and then all of it does, once. */

jest.setTimeout(180_000);

let stage: FlowStage;
let payer: Actor;
let payee: Actor;
beforeAll(async () => {
  stage = await openStage({ CLEARANCE_HOURS: '24' }, { audited: false });
  payer = await stage.buyer(200_000);
}, 180_000);
beforeEach(async () => {
  payee = await stage.actor();
});
afterAll(() => stage.stop());

const balanceOf = async ({ api }: Actor) => {
  const [held] = (await api.wallet.get({})).balances;
  return { available: held?.available ?? 0, pending: held?.pending ?? 0 };
};
const released = async (amount: number) => {
  const escrow = await lockedEscrow(payer, payee, amount);
  await payer.api.escrow.release({ escrow });
  return escrow;
};
const sweep = () => stage.cloud.runSchedule('clearance-sweep');

test('F22 D6 W0-36 released money is pending for its time, then available; sweeping twice at once clears once', async () => {
  await released(20_000);
  expect(await balanceOf(payee)).toEqual({ available: 0, pending: 18_000 });
  stage.cloud.clock.move(24 * 3_600_000 - 60_000);
  await sweep();
  expect(await balanceOf(payee)).toEqual({ available: 0, pending: 18_000 });
  stage.cloud.clock.move(60_000);
  await Promise.all([sweep(), sweep(), sweep()]);
  await sweep();
  expect(await balanceOf(payee)).toEqual({ available: 18_000, pending: 0 });
  const { entries } = await payee.api.wallet.entries({ kind: 'clearance' });
  expect(entries).toHaveLength(1);
  expect(await violationsOn(stage)).toEqual([]);
});

test('F22 what still clears cannot be spent', async () => {
  await released(20_000);
  const other = await stage.actor();
  const { id: job } = await payee.api.jobs.post({ requestId: requestId(), title: 'More', price: qar(100) });
  await payee.api.jobs.assign({ job, payee: other.uid });
  await expect(payee.api.escrow.lock({ job })).rejects.toMatchObject({
    details: { reason: 'insufficient_funds' },
  });
  await stage.advance('25h');
  expect(await payee.api.escrow.lock({ job })).toMatchObject({ held: 100 });
});

test('F22 a day’s many pieces of one person clear in one entry, and the payee sees them listed', async () => {
  for (const amount of [1_000, 2_000, 3_000]) await released(amount);
  const pieces = await stage.db.collection('clearances').where('uid', '==', payee.uid).get();
  expect(pieces.docs.map((one) => one.get('amount') as number).sort()).toEqual([1_800, 2_700, 900]);
  await stage.advance('25h');
  expect(await balanceOf(payee)).toEqual({ available: 5_400, pending: 0 });
  expect((await payee.api.wallet.entries({ kind: 'clearance' })).entries).toHaveLength(1);
});

test('F22 W0-36 ten thousand pieces finish, and nobody’s total dips while they do', async () => {
  const many = 10_000;
  const people = 20;
  const each = 7;
  const at = stage.cloud.clock.now();
  const writer = stage.db.bulkWriter();
  const uids = Array.from({ length: people }, (_, i) => `earner-${i}`);
  const pending = (many / people) * each;
  for (const uid of uids) {
    const balance = { available: 0, pending, reserved: 0, debt: 0 };
    void writer.create(stage.db.doc(`wallets/${uid}`), {
      ...{ balances: { QAR: balance }, lifetime: {}, version: 1, head: 'x', frozen: false },
    });
  }
  for (let i = 0; i < many; i += 1) {
    const uid = uids[i % people]!;
    const piece = {
      uid,
      currency: 'QAR',
      amount: each,
      reference: `escrows/${i}`,
      availableAt: at,
      dueAt: at,
    };
    void writer.create(stage.db.doc(collections.clearances.doc(`piece-${i}`).path), toStored(piece));
  }
  await writer.close();
  const dips: number[] = [];
  const stop = stage.db
    .collection('wallets')
    .where('frozen', '==', false)
    .onSnapshot(({ docs }) => {
      for (const one of docs.filter(({ id }) => id.startsWith('earner-'))) {
        const { available, pending: waits } = one.get('balances.QAR') as Record<string, number>;
        if (available! + waits! !== pending) dips.push(available! + waits!);
      }
    });
  await sweep();
  stop();
  expect(dips).toEqual([]);
  const wallets = await stage.db.getAll(...uids.map((uid) => stage.db.doc(`wallets/${uid}`)));
  expect(wallets.map((one) => one.get('balances.QAR') as unknown)).toEqual(
    uids.map(() => ({ available: pending, pending: 0, reserved: 0, debt: 0 })),
  );
  const left = await stage.db.collection('clearances').where('dueAt', '<=', new Date(at)).count().get();
  expect(left.data().count).toBe(0);
  // They were put there by hand, so the books of this stage do not add up any more.
  for (const name of ['clearances', 'journal', 'wallets'])
    await stage.db.recursiveDelete(stage.db.collection(name));
}, 300_000);
