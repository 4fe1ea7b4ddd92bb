import { BadSignature } from '../../functions/src/psp/gateway.ts';
import { order, startBench, type Bench } from './bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());
beforeEach(() => bench.reset());

const outcomes = async () => (await bench.read()).map(({ report }) => report?.outcome);

const payOne = async () => {
  const { reference } = await bench.gateway.openCheckout(order());
  await bench.stripe.pay(reference);
};

describe('webhooks', () => {
  it.each(['unsigned', 'forged', 'stale', 'altered'] as const)('refuses one that is %s', async (tamper) => {
    await bench.stripe.deliver(await bench.completed(), { tamper });
    await expect(bench.read()).rejects.toThrow(BadSignature);
  });

  it.each(['', '{', '{}'])('refuses %p under the signature of another body', async (text) => {
    await bench.stripe.deliver(await bench.completed());
    const headers = bench.receiver.arrivals[0]?.headers ?? {};
    const garbled = bench.gateway.readWebhook({ rawBody: Buffer.from(text), headers });
    await expect(garbled).rejects.toThrow(BadSignature);
  });

  it('refuses the same body in another spelling', async () => {
    await bench.stripe.deliver(await bench.completed());
    const { rawBody, headers } = bench.receiver.arrivals[0] ?? { rawBody: Buffer.of(), headers: {} };
    const respelt = Buffer.from(JSON.stringify(JSON.parse(rawBody.toString())));
    await expect(bench.gateway.readWebhook({ rawBody: respelt, headers })).rejects.toThrow(BadSignature);
  });

  it('gives each of 50 copies the same id', async () => {
    const event = await bench.completed();
    await bench.stripe.deliver(event, { times: 50 });
    const ids = (await bench.read()).map(({ id }) => id);
    expect([ids.length, new Set(ids)]).toEqual([50, new Set([event.id])]);
  });

  it('has nothing to report of what is not ours', async () => {
    const { data, ...event } = await bench.completed();
    const changed = (session: object) => ({ ...event, data: { object: { ...data.object, ...session } } });
    await bench.stripe.deliver({ ...event, data, type: 'payment_intent.succeeded' });
    // Whoever opens a payment link of the account can choose this reference; only metadata is ours.
    await bench.stripe.deliver(changed({ metadata: {} }));
    await bench.stripe.deliver(changed({ client_reference_id: 'order-other-1' }));
    await bench.stripe.deliver(changed({ mode: 'setup' }));
    expect((await bench.read()).map(({ report }) => report)).toEqual([null, null, null, null]);
  });

  it('takes only `paid` for paid', async () => {
    const { data, ...event } = await bench.completed();
    for (const payment_status of ['unpaid', 'no_payment_required', 'paid_in_some_new_way'])
      await bench.stripe.deliver({ ...event, data: { object: { ...data.object, payment_status } } });
    expect(await outcomes()).toEqual(['processing', 'failed', 'pending']);
  });
});

describe('misbehaviour', () => {
  it.each([
    ['none', ['paid']],
    ['twice', ['paid', 'paid']],
    ['never', []],
    ['out_of_order', ['expired', 'paid']],
  ] as const)('delivers %s', async (fault, expected) => {
    bench.stripe.faults.delivery = fault;
    await payOne();
    expect(await outcomes()).toEqual(expected);
  });

  it('delivers late', async () => {
    Object.assign(bench.stripe.faults, { delivery: 'late', lateMs: 50 });
    await payOne();
    expect(await outcomes()).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await outcomes()).toEqual(['paid']);
  });

  it('repeats what was not accepted', async () => {
    bench.receiver.answers.push(500, 400);
    await payOne();
    expect(await outcomes()).toEqual(['paid', 'paid', 'paid']);
  });

  it('gives up in the end', async () => {
    bench.receiver.answers.push(500, 500, 500, 500, 500);
    await payOne();
    expect(await outcomes()).toHaveLength(4);
  });

  it('collects something else than was asked for', async () => {
    const checkout = order();
    const { reference } = await bench.gateway.openCheckout(checkout);
    Object.assign(bench.stripe.faults, { amount: 1, currency: 'eur' });
    await bench.stripe.pay(reference);
    const told = { outcome: 'paid', amount: 1, currency: null, stated: '1 eur' };
    expect((await bench.read())[0]?.report).toMatchObject(told);
    expect(await bench.gateway.ask(checkout.attempt, reference)).toMatchObject(told);
  });

  it('signs badly', async () => {
    bench.stripe.faults.signature = 'bad';
    await payOne();
    await expect(bench.read()).rejects.toThrow(BadSignature);
  });
});
