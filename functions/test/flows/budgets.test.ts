import { takeTallies } from '../../../local/wire.ts';
import { book, deliver, pairOf } from './creators.ts';
import { openStage, requestId, sessionOf, type FlowStage } from './stage.ts';

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
afterAll(() => stage.stop());

/** What one call sent, counted on the wire; the events it set off are counted under their own names. */
async function costOf(name: string, act: () => Promise<unknown>) {
  await stage.idle();
  takeTallies();
  await act();
  const [one, ...more] = takeTallies(name);
  expect(more).toEqual([]);
  return one?.tally;
}

test('money.md budgets: one batched read and one commit for each move', async () => {
  const payer = await stage.buyer(100_000);
  const payee = await stage.actor();
  const fund = async () => {
    const price = { amount: 20_000, currency: 'QAR' } as const;
    const { id } = await payer.api.jobs.post({ requestId: requestId(), title: 'Work', price });
    await payer.api.jobs.assign({ job: id, payee: payee.uid });
    return id;
  };
  const job = await fund();
  let escrow = '';
  expect(
    await costOf('escrow-lock', async () => {
      escrow = (await payer.api.escrow.lock({ job })).id;
    }),
  ).toMatchObject({ reads: 3, writes: 4, roundTrips: 2 });
  expect(await costOf('escrow-release', () => payer.api.escrow.release({ escrow }))).toMatchObject({
    reads: 2,
    writes: 4,
    roundTrips: 2,
  });

  escrow = (await payer.api.escrow.lock({ job: await fund() })).id;
  expect(await costOf('escrow-refund', () => payer.api.escrow.refund({ escrow }))).toMatchObject({
    reads: 2,
    writes: 4,
    roundTrips: 2,
  });

  const item = { kind: 'amount', amount: 5000 } as const;
  const { id } = await payer.api.purchases.create({ requestId: requestId(), provider: 'stripe', item });
  // The event is recorded first, in a commit of its own; then one batch and one commit credit it.
  expect(await costOf('psp-stripe', () => stage.stripe.pay(sessionOf(stage, id)))).toMatchObject({
    reads: 3,
    writes: 1 + 5,
    roundTrips: 1 + 2,
  });
}, 60_000);

test('a card fills its escrow, and is refunded, within what is said of them', async () => {
  const [payer, payee, finance] = await Promise.all([stage.actor(), stage.actor(), stage.actor('finance')]);
  const price = { amount: 20_000, currency: 'QAR' } as const;
  const { id: job } = await payer.api.jobs.post({ requestId: requestId(), title: 'Work', price });
  await payer.api.jobs.assign({ job, payee: payee.uid });
  const { id } = await payer.api.escrow.fund({ job });
  const intent = Object.values(stage.stripe.vault().intents).at(-1)!.id;
  // Its event is recorded before and closed after, each in a commit of its own.
  expect(await costOf('psp-stripe', () => stage.stripe.play('confirm', intent))).toMatchObject({
    reads: 4 + 1,
    writes: 1 + 3 + 1,
    roundTrips: 1 + 2 + 2,
  });
  await payer.api.escrow.release({ escrow: `${id}~${payee.uid}` });
  const target = { kind: 'payment', id } as const;
  const { plan } = await finance.api.refunds.preview({ target });
  const reason = 'It was never done.';
  const refund = () => finance.api.refunds.create({ requestId: requestId(), target, plan, reason });
  expect(await costOf('refunds-create', refund)).toMatchObject({
    reads: 9,
    writes: 9,
    roundTrips: 9,
  });
}, 60_000);

test('a step of a booking costs what is said of it: one batch, one commit, and the names to show', async () => {
  const pair = await pairOf(stage, 20_000);
  const booking = await book(pair);
  const { brand, creator } = pair;
  const cost = { reads: 7, roundTrips: 3 };
  expect(await costOf('bookings-pay', () => brand.api.bookings.pay({ booking }))).toMatchObject({
    ...cost,
    writes: 5,
  });
  expect(await costOf('bookings-accept', () => creator.api.bookings.accept({ booking }))).toMatchObject({
    ...{ ...cost, writes: 1 },
  });
  expect(await costOf('bookings-deliver', () => deliver(pair, booking))).toMatchObject({
    ...cost,
    writes: 1,
  });
  expect(await costOf('bookings-approve', () => brand.api.bookings.approve({ booking }))).toMatchObject({
    ...{ ...cost, writes: 5 },
  });
  const next = await book(pair);
  await brand.api.bookings.pay({ booking: next });
  const reason = 'I am away.';
  expect(
    await costOf('bookings-reject', () => creator.api.bookings.reject({ booking: next, reason })),
  ).toMatchObject({ ...cost, writes: 5 });
}, 60_000);
