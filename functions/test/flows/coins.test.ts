import { openStage, requestId, sessionOf, type FlowStage } from './stage.ts';

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage();
}, 180_000);
afterAll(() => stage.stop());

test('coins are bought, locked, earned and seen', async () => {
  const payer = await stage.actor();
  const payee = await stage.actor();
  const made = await payer.api.purchases.create({
    requestId: requestId(),
    provider: 'stripe',
    item: { kind: 'amount', amount: 30_000 },
  });
  expect(made).toMatchObject({ status: 'pending', value: 30_000, price: 33_000 });
  await stage.stripe.pay(sessionOf(stage, made.id));
  await stage.idle();
  expect((await payer.api.wallet.get({})).balances[0]).toMatchObject({ available: 30_000 });

  const job = await payer.api.jobs.post({
    requestId: requestId(),
    title: 'A logo',
    price: { amount: 20_000, currency: 'QAR' },
  });
  await payer.api.jobs.assign({ job: job.id, payee: payee.uid });
  const locked = await payer.api.escrow.lock({ job: job.id });
  expect(locked).toMatchObject({ status: 'held', held: 20_000 });
  await payee.api.escrow.submit({ escrow: locked.id, note: 'Here it is.' });
  await stage.advance('71h');
  expect((await payee.api.wallet.get({})).balances[0]).toMatchObject({ available: 0 });
  await stage.advance('1h');
  expect((await payee.api.wallet.get({})).balances[0]).toMatchObject({ available: 18_000 });
}, 180_000);
