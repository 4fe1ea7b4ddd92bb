import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFatoraGateway } from '../../functions/src/psp/fatora.gateway.ts';
import { createFatoraRefunds } from '../../functions/src/psp/fatora.refunds.gateway.ts';
import { ProviderUnavailable } from '../../functions/src/psp/gateway.ts';
import type { RefundOrder } from '../../functions/src/psp/ports.ts';
import { minor } from '../../functions/src/shared/money.ts';
import { startFatora, type FatoraStandIn } from './fatora.ts';

const apiKey = 'local-merchant';

let fatora: FatoraStandIn;
let count = 0;

const make = (more = {}) => createFatoraRefunds({ apiKey, apiBase: fatora.url, ...more });

beforeAll(async () => {
  fatora = await startFatora({ port: 0, webhookUrl: 'http://127.0.0.1:1/nobody', apiKey });
  fatora.faults.delivery = 'never';
});
afterAll(() => fatora.stop());
beforeEach(() => {
  fatora.heal();
  fatora.faults.delivery = 'never';
});

const stored = (attempt: string) => fatora.orders().find((one) => one.order_id === attempt);

const wish = async (): Promise<RefundOrder> => {
  const attempt = `order-${(count += 1)}-1`;
  const checkout = { attempt, uid: 'fatima', amount: minor(30250), currency: 'QAR' } as const;
  await createFatoraGateway({ apiKey, apiBase: fatora.url }).openCheckout({
    ...checkout,
    ...{ description: '300 coins', returnUrl: 'http://127.0.0.1/back', expiresAt: Date.now() + 3_600_000 },
  });
  await fatora.pay(attempt);
  const payment = stored(attempt)?.transaction_id ?? '';
  return { refund: `refund-${count}`, payment, attempt, amount: minor(30250), currency: 'QAR', whole: true };
};

it('returns the whole payment, and finds that again', async () => {
  const order = await wish();
  expect(await make().findRefund(order)).toBeNull();
  const told = await make().refund(order);
  const { refund, payment, amount, currency } = order;
  expect(told).toEqual({ refund, id: payment, status: 'succeeded', amount, currency, failure: null });
  expect(await make().findRefund(order)).toEqual(told);
});

it('may take weeks', async () => {
  fatora.faults.refunds = 'pending';
  const order = await wish();
  expect(await make().refund(order)).toMatchObject({ status: 'pending' });
  expect(await make().findRefund(order)).toMatchObject({ status: 'pending' });
});

it('has no key, so a repeat goes out again: what was lost is asked about first', async () => {
  expect(make()).toMatchObject({ provider: 'fatora', partial: false, idempotent: false });
  const order = await wish();
  fatora.faults.calls = { refund: 'timeout_after' };
  await expect(make({ timeoutMs: 250 }).refund(order)).rejects.toThrow(ProviderUnavailable);
  fatora.heal();
  expect(await make().findRefund(order)).toMatchObject({ status: 'succeeded' });
  expect(stored(order.attempt)?.refunds).toBe(1);
  await make().refund(order);
  expect(stored(order.attempt)?.refunds).toBe(2);
});

it('is refused for good for a payment that is not there', async () => {
  const order = await wish();
  for (const other of [{ payment: '1' }, { attempt: 'order-none-1' }])
    await expect(make().refund({ ...order, ...other })).rejects.toMatchObject({
      ...{ name: 'ProviderRefused', reason: '404' },
    });
});

/** A Fatora that answers every question with this. */
async function saying(status: number, body: object) {
  const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(body)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}

it.each([
  ['says nothing of refunds', 200, { status: 'SUCCESS', result: { order_id: 'order-7:1' } }],
  ['speaks of another', 200, { status: 'SUCCESS', result: { order_id: 'order-8:1', refund_status: null } }],
  ['does not find it', 404, { status: 'FAILURE', error: { error_code: '404', description: 'none' } }],
  ['does not know us', 401, { status: 'FAILURE', error: { error_code: '401', description: 'no' } }],
  ['is not well', 500, {}],
])('is unknown, and never null, where Fatora %s', async (_what, status, body) => {
  const server = await saying(status, body);
  const asked = { refund: 'r', payment: '1', attempt: 'order-7:1', amount: minor(1), whole: true };
  const found = make({ apiBase: server.url }).findRefund({ ...asked, currency: 'QAR' });
  await found.then(server.stop, server.stop);
  await expect(found).rejects.toThrow(ProviderUnavailable);
});
