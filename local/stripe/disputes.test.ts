import { BadSignature, ProviderUnavailable } from '../../functions/src/psp/gateway.ts';
import type { DisputeReport } from '../../functions/src/psp/ports.ts';
import { minor } from '../../functions/src/shared/money.ts';
import { order, startBench, type Bench } from './bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());
beforeEach(() => bench.reset());

const ask = (dispute: string) => bench.disputes.askDispute(dispute);

it('takes the money back with a fee, and says of what payment and why', async () => {
  const payment = await bench.paid();
  const before = bench.stripe.balance().qar ?? 0;
  bench.receiver.clear();
  const dispute = await bench.stripe.disputes.open(payment, { reason: 'product_not_received' });
  expect(await ask(dispute)).toEqual<DisputeReport | null>({
    ...{ provider: 'stripe', dispute, payment, status: 'open', reason: 'product_not_received' },
    ...{ amount: minor(30250), currency: 'QAR', fee: minor(1500) },
  });
  expect(bench.stripe.balance().qar).toBe(before - 30250 - 1500);
  expect(await bench.told()).toEqual([{ kind: 'dispute', dispute }]);
});

it.each([
  ['won', 30250 - 30250 - 1500],
  ['lost', -30250 - 1500],
] as const)('ends %s, and the fee stays with the bank', async (how, moved) => {
  const payment = await bench.paid();
  const before = bench.stripe.balance().qar ?? 0;
  const dispute = await bench.stripe.disputes.open(payment);
  bench.receiver.clear();
  await bench.stripe.disputes.close(dispute, how);
  expect(await ask(dispute)).toMatchObject({ status: how, fee: 1500, amount: 30250 });
  expect(bench.stripe.balance().qar).toBe(before + moved);
  expect(await bench.told()).toEqual([{ kind: 'dispute', dispute }]);
});

it('may be about a part, and about a checkout', async () => {
  const { reference } = await bench.gateway.openCheckout(order());
  await bench.stripe.pay(reference);
  const payment = (await bench.read())[0]?.report?.payment ?? '';
  const dispute = await bench.stripe.disputes.open(payment, { amount: 1000 });
  expect(await ask(dispute)).toMatchObject({ payment, amount: 1000, reason: 'fraudulent' });
});

it('takes nothing while it is an inquiry, also when that is closed', async () => {
  const payment = await bench.paid();
  const before = bench.stripe.balance().qar;
  const dispute = await bench.stripe.disputes.open(payment, { inquiry: true });
  expect(await ask(dispute)).toMatchObject({ status: 'inquiry', fee: 0 });
  await bench.stripe.disputes.close(dispute, 'won');
  expect(await ask(dispute)).toMatchObject({ status: 'won', fee: 0 });
  expect(bench.stripe.balance().qar).toBe(before);
});

it('stands in the way of a refund', async () => {
  const payment = await bench.paid();
  await bench.stripe.disputes.open(payment);
  const wish = { refund: 'disputed', payment, attempt: '', amount: minor(30250), whole: true };
  const refund = bench.refunds.refund({ ...wish, currency: 'QAR' });
  await expect(refund).rejects.toMatchObject({ name: 'ProviderRefused', reason: 'charge_disputed' });
});

it.each(['created', 'updated', 'closed', 'funds_withdrawn', 'funds_reinstated'])(
  'is heard of when it is %s',
  async (what) => {
    const dispute = await bench.stripe.disputes.open(await bench.paid());
    bench.receiver.clear();
    const event = bench.stripe.events().findLast(({ data }) => data.object.id === dispute);
    await bench.stripe.deliver({ ...event, type: `charge.dispute.${what}` });
    expect(await bench.told()).toEqual([{ kind: 'dispute', dispute }]);
  },
);

it('is believed under a right signature alone', async () => {
  const payment = await bench.paid();
  bench.receiver.clear();
  bench.stripe.faults.signature = 'bad';
  await bench.stripe.disputes.open(payment);
  await expect(bench.told()).rejects.toThrow(BadSignature);
});

it('is null where there is none, and unknown where nobody answers', async () => {
  expect(await ask('du_none')).toBeNull();
  bench.stripe.faults.calls.ask = 'timeout_before';
  await expect(bench.hastily.disputes.askDispute('du_none')).rejects.toThrow(ProviderUnavailable);
});
