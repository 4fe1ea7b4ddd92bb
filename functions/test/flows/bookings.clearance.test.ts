import { availableOf } from './acts.ts';
import { violationsOn } from './books.ts';
import { begunBooking, deliver, escrowsOf, pairOf } from './creators.ts';
import { openStage, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage({ CLEARANCE_HOURS: '336' });
}, 180_000);
afterAll(() => stage.stop());

test('D6 F22 W0-28 W0-36 W0-46 what milestones and cancellations earn clears after one number of hours, each by itself', async () => {
  const milestones = [
    { title: 'The first', amount: 4000, pieces: 1 },
    { title: 'The rest', amount: 6000, pieces: 2 },
  ];
  const pair = await pairOf(stage, 10_000, { pieces: 3, milestones });
  const { brand, creator } = pair;
  const support = await stage.actor('support');
  const booking = await begunBooking(pair);
  await deliver(pair, booking);
  await brand.api.bookings.approve({ booking });
  await stage.advance('48h');
  await deliver(pair, booking);
  await brand.api.bookings.approve({ booking });
  await creator.api.bookings.cancel({ booking, reason: 'I am ill.' });
  await support.api.bookings.decide({ booking, approve: true, reason: 'They are.' });
  // One of two pieces: three quarters of 6000, less a tenth; and it clears as any earning does.
  expect((await escrowsOf(stage, booking))[1]).toMatchObject({
    outcome: { toPayee: 4050, toPlatform: 450, toPayer: 1500 },
  });
  const pending = async () => (await creator.api.wallet.get({})).balances[0]?.pending;
  expect([await availableOf(creator), await pending()]).toEqual([0, 7650]);
  const dues = await stage.db.collection('clearances').where('uid', '==', creator.uid).get();
  expect(dues.size).toBe(2);
  await stage.advance('288h');
  expect([await availableOf(creator), await pending()]).toEqual([3600, 4050]);
  await stage.advance('49h');
  expect([await availableOf(creator), await pending()]).toEqual([7650, 0]);
  await stage.idle();
  expect(await violationsOn(stage)).toEqual([]);
});
