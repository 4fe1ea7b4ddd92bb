import type { Alert } from '../../src/alerts/alert.ts';
import { submittedEscrow } from './acts.ts';
import { openStage, type Actor, type FlowStage } from './stage.ts';

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage();
}, 180_000);
afterAll(() => stage.stop());

const sweep = () => stage.cloud.runSchedule('velocity-sweep');
const earn = async (payer: Actor, payee: Actor) =>
  payer.api.escrow.release({ escrow: await submittedEscrow(payer, payee, 500_000) });
const alerts = async () =>
  (await stage.db.collection('alerts').where('kind', '==', 'much_moved').get()).docs.map(
    (one) => one.data() as Alert,
  );

test('F36 who moves more than usual in a week is told of once, and nobody else is', async () => {
  const [payer, other, payee] = await Promise.all([
    stage.buyer(500_000),
    stage.buyer(500_000),
    stage.buyer(500_000),
  ]);
  await earn(payer, payee);
  await sweep();
  // What the payer's wallet moved is still usual: 5,000.00 in and 5,000.00 out.
  expect(await alerts()).toEqual([]);
  await earn(other, payee);
  await sweep();
  await sweep();
  expect(await alerts()).toMatchObject([
    { status: 'open', facts: { uid: payee.uid, amount: 1_400_000, most: 1_000_000, currency: 'QAR' } },
  ]);
}, 180_000);
