import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { createFatoraGateway } from '../../functions/src/psp/fatora.gateway.ts';
import {
  AttemptTaken,
  BadSignature,
  ProviderRefused,
  ProviderUnavailable,
  type Checkout,
  type PaymentGateway,
  type PaymentReport,
} from '../../functions/src/psp/gateway.ts';
import { cash, minor } from '../../functions/src/shared/money.ts';
import { checkoutIn, startReceiver } from '../providers/receiver.ts';
import { startFatora, type FatoraStandIn } from './fatora.ts';

const apiKey = 'local-merchant';

let fatora: FatoraStandIn;
let gateway: PaymentGateway;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let count = 0;

const make = (more = {}) => createFatoraGateway({ apiKey, apiBase: fatora.url, ...more });

/** Waits for nobody, where a time-out is meant to happen. */
const hasty = () => make({ timeoutMs: 250 });

beforeAll(async () => {
  receiver = await startReceiver();
  fatora = await startFatora({ port: 0, webhookUrl: receiver.url, apiKey });
  gateway = make();
});

afterAll(async () => {
  await fatora.stop();
  receiver.stop();
});

beforeEach(() => {
  receiver.clear();
  fatora.heal();
});

const order = (more: Partial<Checkout> = {}): Checkout => ({
  attempt: `order-${(count += 1)}-1`,
  uid: 'fatima',
  amount: minor(30250),
  currency: 'QAR',
  description: '300 coins',
  returnUrl: 'http://127.0.0.1/back?order=1',
  expiresAt: Date.now() + 3_600_000,
  ...more,
});

const read = (by = gateway) =>
  Promise.all(receiver.arrivals.map(async (arrival) => checkoutIn(await by.readWebhook(arrival))));

const reportOf = (checkout: Checkout, more: Partial<PaymentReport> = {}): PaymentReport => ({
  provider: 'fatora',
  attempt: checkout.attempt,
  reference: '',
  payment: expect.stringMatching(/^\d+$/) as string,
  outcome: 'paid',
  amount: checkout.amount,
  currency: checkout.currency,
  stated: expect.stringContaining(checkout.currency) as string,
  ...more,
});

describe('paying', () => {
  it('opens an order, is paid on the page, and tells in a hint that the gateway looks up', async () => {
    const checkout = order();
    const { reference, url } = await gateway.openCheckout(checkout);
    expect(reference).toBe('');
    expect(await (await fetch(url)).text()).toContain('QAR 302.5');
    const waiting = reportOf(checkout, { outcome: 'pending', payment: '' });
    expect(await gateway.ask(checkout.attempt, '')).toEqual(waiting);

    const body = new URLSearchParams({ choice: 'pay' });
    const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
    expect(answer.headers.get('location')).toMatch(
      /^http:\/\/127\.0\.0\.1\/back\?order=1&transaction_id=\d+&order_id=/,
    );
    await fatora.idle();

    const [event] = await read();
    expect(event?.report).toEqual(reportOf(checkout));
    expect(event?.id).toBe(`fatora:${event?.report?.payment ?? ''}:paid`);
    expect(await gateway.ask(checkout.attempt, '')).toEqual(event?.report);
    expect((await fetch(url, { method: 'POST', body })).status).toBe(410);
  });

  it('fails, and may be paid afterwards as another transaction', async () => {
    const checkout = order();
    await gateway.openCheckout(checkout);
    await fatora.pay(checkout.attempt, 'decline');
    await fatora.pay(checkout.attempt);
    const [late, last] = await read();
    // The hint of the failure is late by now: what counts is what is true when it is read.
    expect(late?.report?.outcome).toBe('paid');
    expect(last).toEqual(late);
  });

  it('takes a declined card for no end: the page takes another one', async () => {
    const checkout = order();
    await gateway.openCheckout(checkout);
    await fatora.pay(checkout.attempt, 'decline');
    expect((await read())[0]?.report).toEqual(reportOf(checkout, { outcome: 'pending' }));
  });

  it('carries amounts of every currency there and back exactly', async () => {
    const amounts = fc.integer({ min: 1, max: 10 ** 12 });
    await fc.assert(
      fc.asyncProperty(amounts, fc.constantFrom(...cash), async (amount, currency) => {
        const checkout = order({ amount: minor(amount), currency });
        await gateway.openCheckout(checkout);
        expect(await gateway.ask(checkout.attempt, '')).toMatchObject({ amount, currency });
      }),
      { numRuns: 50 },
    );
  });
});

describe('opening', () => {
  it('takes an order id once', async () => {
    const checkout = order();
    await gateway.openCheckout(checkout);
    await expect(gateway.openCheckout(checkout)).rejects.toThrow(AttemptTaken);
  });

  it('has registered the order of a lost answer', async () => {
    const checkout = order();
    fatora.faults.create = 'timeout_after';
    await expect(hasty().openCheckout(checkout)).rejects.toThrow(ProviderUnavailable);
    fatora.heal();
    await expect(gateway.openCheckout(checkout)).rejects.toThrow(AttemptTaken);
    expect(await gateway.ask(checkout.attempt, '')).toMatchObject({ outcome: 'pending' });
  });

  it.each(['error_before', 'timeout_before'] as const)('has registered nothing at %s', async (fault) => {
    const checkout = order();
    fatora.faults.create = fault;
    await expect(hasty().openCheckout(checkout)).rejects.toThrow(ProviderUnavailable);
    fatora.heal();
    expect(await gateway.ask(checkout.attempt, '')).toBeNull();
  });

  it('is refused for good with a wrong key or a bad order', async () => {
    await expect(make({ apiKey: 'other' }).openCheckout(order())).rejects.toMatchObject({ reason: '401' });
    await expect(gateway.openCheckout(order({ amount: minor(0) }))).rejects.toThrow(ProviderRefused);
  });

  it('is unavailable when nobody, or nobody of that name, answers', async () => {
    await expect(make({ apiBase: 'http://127.0.0.1:1' }).openCheckout(order())).rejects.toThrow(
      ProviderUnavailable,
    );
    const elsewhere = await createElsewhere();
    await expect(make({ apiBase: elsewhere.url }).ask('order-x-1', '')).rejects.toThrow(ProviderUnavailable);
    elsewhere.stop();
  });
});

/** A server that is not Fatora. */
async function createElsewhere() {
  const server = createServer((_request, response) => response.writeHead(404).end('<h1>Not here</h1>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

describe('hints', () => {
  it('yield only the verified truth, whatever they claim', async () => {
    const checkout = order();
    await gateway.openCheckout(checkout);
    const lie = {
      amount: 9999,
      currency: 'KWD',
      payment_status: 'SUCCESS',
      transaction_id: '1',
      status: 'SUCCESS',
    };
    for (const as of ['json', 'form'] as const)
      await fatora.deliver({ ...lie, order_id: checkout.attempt }, { as });
    const truth = {
      id: `fatora:${checkout.attempt}:pending`,
      type: 'payment.pending',
      report: reportOf(checkout, { outcome: 'pending', payment: '' }),
    };
    expect(await read()).toEqual([truth, truth]);
  });

  it('of an order that is not there have nothing to report', async () => {
    await fatora.deliver({ order_id: 'order-invented-1' });
    expect(await read()).toEqual([{ id: 'fatora:unheard', type: 'unheard', report: null }]);
  });

  it('that name no order are refused', async () => {
    await fatora.deliver({ payment_status: 'SUCCESS' });
    await expect(read()).rejects.toThrow(BadSignature);
  });

  it('give each of 50 copies the same id', async () => {
    const checkout = order();
    await gateway.openCheckout(checkout);
    await fatora.pay(checkout.attempt);
    receiver.clear();
    await fatora.deliver(fatora.hint(checkout.attempt), { times: 50 });
    const ids = (await read()).map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([50, 1]);
  });

  it.each(['error_before', 'timeout_after'] as const)(
    'stay unknown when verifying meets %s',
    async (fault) => {
      const checkout = order();
      await gateway.openCheckout(checkout);
      await fatora.pay(checkout.attempt);
      fatora.faults.read = fault;
      await expect(read(hasty())).rejects.toThrow(ProviderUnavailable);
    },
  );
});

describe('misbehaviour', () => {
  it.each([
    ['none', 1],
    ['twice', 2],
    ['never', 0],
    ['out_of_order', 2],
  ] as const)('delivers %s, and always the truth', async (fault, times) => {
    fatora.faults.delivery = fault;
    const checkout = order();
    await gateway.openCheckout(checkout);
    await fatora.pay(checkout.attempt);
    expect((await read()).map(({ report }) => report?.outcome)).toEqual(Array<string>(times).fill('paid'));
  });

  it.each([
    [{ amount: 1 }, { amount: 100, currency: 'QAR', stated: '1 QAR' }],
    [{ amount: 302.505 }, { amount: null, currency: 'QAR', stated: '302.505 QAR' }],
    [{ currency: 'EUR' }, { amount: null, currency: null, stated: '302.5 EUR' }],
  ])('collects %p', async (faults, told) => {
    const checkout = order();
    await gateway.openCheckout(checkout);
    Object.assign(fatora.faults, faults);
    await fatora.pay(checkout.attempt);
    expect((await read())[0]?.report).toMatchObject({ outcome: 'paid', ...told });
  });
});
