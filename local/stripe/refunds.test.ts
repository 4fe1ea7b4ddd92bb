import { AttemptTaken, ProviderUnavailable } from '../../functions/src/psp/gateway.ts';
import type { RefundOrder } from '../../functions/src/psp/ports.ts';
import { minor } from '../../functions/src/shared/money.ts';
import { fresh, order, startBench, type Bench } from './bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());
beforeEach(() => bench.reset());

const wish = async (more: Partial<RefundOrder> = {}): Promise<RefundOrder> => ({
  ...{ refund: fresh('refund'), payment: more.payment ?? (await bench.paid()), attempt: '' },
  ...{ amount: minor(30250), currency: 'QAR', whole: true },
  ...more,
});

const refundsOf = (payment: string) =>
  Object.values(bench.stripe.vault().refunds).filter((one) => one.payment_intent === payment);

it('returns a card payment and a checkout alike', async () => {
  const { reference } = await bench.gateway.openCheckout(order());
  await bench.stripe.pay(reference);
  const [report] = await bench.read();
  for (const payment of [await bench.paid(), report?.report?.payment ?? '']) {
    const back = await wish({ payment });
    const told = await bench.refunds.refund(back);
    expect(told).toEqual({
      ...{ refund: back.refund, id: expect.stringMatching(/^re_/) as string },
      ...{ status: 'succeeded', amount: 30250, currency: 'QAR', failure: null },
    });
    expect(await bench.refunds.findRefund(back)).toEqual(told);
  }
});

it('says which refund a word is about, and what that is under no name of ours', async () => {
  const back = await wish({ amount: minor(10_000), whole: false });
  bench.receiver.clear();
  const { id } = await bench.refunds.refund(back);
  await bench.stripe.idle();
  const { refund, payment } = back;
  expect(await bench.told()).toEqual([{ kind: 'refund', refund, id, payment }]);

  bench.receiver.clear();
  const other = await bench.paid();
  bench.receiver.clear();
  await bench.stripe.refunds.byHand(other);
  const [byHand] = refundsOf(other);
  expect(await bench.told()).toEqual([{ kind: 'refund', refund: null, id: byHand?.id, payment: other }]);
  expect(await bench.refunds.findRefund({ ...back, payment: other })).toBeNull();
});

it('returns in parts, never more than was paid, and remembers a no', async () => {
  const payment = await bench.paid();
  const part = () => wish({ payment, amount: minor(15_000), whole: false });
  await bench.refunds.refund(await part());
  await bench.refunds.refund(await part());
  const third = await part();
  await expect(bench.refunds.refund(third)).rejects.toMatchObject({ reason: 'amount_too_large' });
  await bench.stripe.refunds.fail(refundsOf(payment)[0]?.id ?? '');
  await expect(bench.refunds.refund(third)).rejects.toMatchObject({ reason: 'amount_too_large' });
  expect(await bench.refunds.refund(await part())).toMatchObject({ status: 'succeeded' });
  await bench.refunds.refund(await wish({ payment, amount: minor(250), whole: false }));
  const no = bench.refunds.refund(await part());
  await expect(no).rejects.toMatchObject({
    ...{ name: 'ProviderRefused', reason: 'charge_already_refunded' },
  });
});

it.each(['succeed', 'fail'] as const)('may take days, and then %s', async (how) => {
  bench.stripe.faults.refunds = 'pending';
  const back = await wish();
  const { id, status } = await bench.refunds.refund(back);
  expect(status).toBe('pending');
  await bench.stripe.idle();
  bench.receiver.clear();
  await bench.stripe.refunds[how](id);
  expect(await bench.refunds.findRefund(back)).toMatchObject(
    how === 'fail'
      ? { status: 'failed', failure: 'expired_or_canceled_card' }
      : { status: 'succeeded', failure: null },
  );
  expect(await bench.told()).toEqual([{ kind: 'refund', refund: back.refund, id, payment: back.payment }]);
});

it('gives what could not be returned to the platform again', async () => {
  const before = bench.stripe.balance().qar ?? 0;
  const back = await wish();
  const { id } = await bench.refunds.refund(back);
  expect(bench.stripe.balance().qar).toBe(before - 756);
  await bench.stripe.refunds.fail(id);
  expect(bench.stripe.balance().qar).toBe(before - 756 + 30250);
});

it('leaves one refund after a lost answer, which is found by our name', async () => {
  const back = await wish();
  expect(await bench.refunds.findRefund(back)).toBeNull();
  bench.stripe.faults.calls.refund = 'timeout_after';
  await expect(bench.hastily.refunds.refund(back)).rejects.toThrow(ProviderUnavailable);
  bench.stripe.heal();
  const found = await bench.refunds.findRefund(back);
  expect(found).toMatchObject({ refund: back.refund, amount: 30250 });
  expect(await Promise.all([bench.refunds.refund(back), bench.refunds.refund(back)])).toEqual([found, found]);
  expect(refundsOf(back.payment)).toHaveLength(1);
  await expect(bench.refunds.refund({ ...back, amount: minor(1) })).rejects.toThrow(AttemptTaken);
});

it.each(['error_before', 'timeout_before'] as const)('leaves nothing at %s', async (fault) => {
  const back = await wish();
  bench.stripe.faults.calls.refund = fault;
  await expect(bench.hastily.refunds.refund(back)).rejects.toThrow(ProviderUnavailable);
  expect(refundsOf(back.payment)).toEqual([]);
});

it('is found among more than a hundred of one payment', async () => {
  const payment = await bench.paid({ currency: 'JPY', amount: minor(500) });
  const one = () => wish({ payment, currency: 'JPY', amount: minor(1), whole: false });
  const first = await one();
  const { id } = await bench.refunds.refund(first);
  for (let i = 0; i < 100; i += 1) await bench.refunds.refund(await one());
  expect(await bench.refunds.findRefund(first)).toMatchObject({ id, amount: 1, currency: 'JPY' });
});

it('refuses a three-decimal amount not in tens, and what was never paid', async () => {
  const payment = await bench.paid({ currency: 'KWD', amount: minor(5120) });
  const odd = await wish({ payment, currency: 'KWD', amount: minor(5119), whole: false });
  await expect(bench.refunds.refund(odd)).rejects.toMatchObject({ reason: 'amount_not_in_tens' });
  const { intent } = await bench.cards.openCard(await bench.cardOrder());
  const unpaid = bench.refunds.refund(await wish({ payment: intent }));
  await expect(unpaid).rejects.toMatchObject({ name: 'ProviderRefused', reason: 'resource_missing' });
});
