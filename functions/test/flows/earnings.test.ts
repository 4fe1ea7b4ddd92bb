import { migrateNetEarnings } from '../../src/earnings/earnings.operations.ts';
import type { Change } from '../../src/earnings/earnings.ts';
import { lockedEscrow } from './acts.ts';
import { violationsOn } from './books.ts';
import { openStage, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage();
}, 180_000);
afterAll(() => stage.stop());

const run = async (apply: boolean) => {
  const told: Change[] = [];
  const state = await migrateNetEarnings({ apply, at: 1 }, (change) => told.push(change));
  return { told, state };
};

test('F84 D14 what was earned is made anew from the entries: told first, then changed, once, and resumed after a crash', async () => {
  const payer = await stage.buyer(30_000);
  const payee = await stage.actor();
  const escrow = await lockedEscrow(payer, payee);
  await payer.api.escrow.release({ escrow });
  await stage.idle();
  expect((await run(false)).told).toEqual([]);
  // As another system had left it: gross, and a purchase among the earnings.
  await stage.db.doc(`wallets/${payee.uid}`).update({ 'lifetime.QAR.earned': 10_000 });
  await stage.db.doc(`wallets/${payer.uid}`).update({ 'lifetime.QAR.earned': 30_000 });
  const wrong = [
    { uid: payee.uid, currency: 'QAR', from: 10_000, to: 9000 },
    { uid: payer.uid, currency: 'QAR', from: 30_000, to: 0 },
  ].sort((a, b) => (a.uid < b.uid ? -1 : 1));
  expect((await run(false)).told).toEqual(wrong);
  expect((await stage.db.doc(`wallets/${payee.uid}`).get()).get('lifetime.QAR.earned')).toBe(10_000);
  // It had died after the first of the two: it goes on behind that one, and is through.
  const first = wrong[0]!.uid;
  await stage.db.doc('migrations/net-earnings').set({ cursor: first, wallets: 1, changed: 1 });
  expect((await run(true)).told).toEqual(wrong.slice(1));
  // Through: the next run begins anew, and finds what is left.
  expect((await run(true)).told).toEqual(wrong.slice(0, 1));
  expect(await run(true)).toMatchObject({ told: [], state: { cursor: null, changed: 0 } });
  expect((await payee.api.wallet.get({})).balances[0]?.lifetime.earned).toBe(9000);
  expect(await violationsOn(stage)).toEqual([]);
});
