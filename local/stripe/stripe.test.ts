import {
  AttemptTaken,
  ProviderRefused,
  ProviderUnavailable,
  type Checkout,
  type PaymentReport,
} from '../../functions/src/psp/gateway.ts';
import { minor } from '../../functions/src/shared/money.ts';
import { hour, order, startBench, type Bench } from './bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());
beforeEach(() => bench.reset());

const paid = (checkout: Checkout, reference: string): PaymentReport => ({
  provider: 'stripe',
  attempt: checkout.attempt,
  reference,
  payment: expect.stringMatching(/^pi_/) as string,
  outcome: 'paid',
  amount: checkout.amount,
  currency: checkout.currency,
  stated: `${checkout.amount} ${checkout.currency.toLowerCase()}`,
});

describe('paying', () => {
  it('opens a session, is paid on the page, and tells in a webhook that verifies', async () => {
    const { gateway, stripe, receiver } = bench;
    const checkout = order();
    const { reference, url } = await gateway.openCheckout(checkout);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/pay\/cs_test_/);
    const page = await (await fetch(url)).text();
    expect(page).toContain('QAR 302.50');
    expect(page).toContain('300 coins &#38; &#60;more&#62;');
    expect(await gateway.ask(checkout.attempt, reference)).toMatchObject({ outcome: 'pending', payment: '' });

    const body = new URLSearchParams({ choice: 'pay' });
    const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, checkout.returnUrl]);
    await stripe.idle();

    const events = await bench.read();
    expect(events).toEqual([
      {
        id: expect.stringMatching(/^evt_/) as string,
        type: 'checkout.session.completed',
        report: paid(checkout, reference),
      },
    ]);
    expect(receiver.arrivals[0]?.rawBody.toString()).toMatch(/^\{\n {2}"id": "evt_/);
    expect(await gateway.ask(checkout.attempt, reference)).toEqual(events[0]?.report);
    expect((await fetch(url, { method: 'POST', body })).status).toBe(410);
  });

  it.each([
    ['JPY', 500, 'JPY 500'],
    ['KWD', 5120, 'KWD 5.120'],
    ['INR', 10_050, 'INR 100.50'],
  ] as const)('takes %s in its own minor unit', async (currency, amount, shown) => {
    const checkout = order({ currency, amount: minor(amount) });
    const { reference, url } = await bench.gateway.openCheckout(checkout);
    expect(await (await fetch(url)).text()).toContain(shown);
    await bench.stripe.pay(reference);
    expect((await bench.read())[0]?.report).toEqual(paid(checkout, reference));
  });

  it('stays open after a decline', async () => {
    const checkout = order();
    const { reference } = await bench.gateway.openCheckout(checkout);
    await bench.stripe.pay(reference, 'decline');
    expect(bench.receiver.arrivals).toHaveLength(0);
    expect(await bench.gateway.ask(checkout.attempt, reference)).toMatchObject({ outcome: 'pending' });
  });

  it.each([
    ['paid', 'checkout.session.async_payment_succeeded', 'paid'],
    ['failed', 'checkout.session.async_payment_failed', 'failed'],
  ] as const)('waits for money that comes later (%s)', async (outcome, type, reported) => {
    const { gateway, stripe } = bench;
    const checkout = order();
    const { reference } = await gateway.openCheckout(checkout);
    await stripe.pay(reference, 'later');
    expect(await gateway.ask(checkout.attempt, reference)).toMatchObject({ outcome: 'processing' });
    await stripe.settle(reference, outcome);
    expect(await bench.read()).toMatchObject([
      { type: 'checkout.session.completed', report: { outcome: 'processing' } },
      { type, report: { outcome: reported } },
    ]);
    expect(await gateway.ask(checkout.attempt, reference)).toMatchObject({ outcome: reported });
  });

  it('expires with the clock and says so', async () => {
    const { gateway, stripe, clock } = bench;
    const checkout = order();
    const { reference } = await gateway.openCheckout(checkout);
    clock.shift = 2 * hour;
    await stripe.tick();
    await stripe.idle();
    const event = (await bench.read()).find(({ report }) => report?.reference === reference);
    expect(event).toMatchObject({ type: 'checkout.session.expired', report: { outcome: 'expired' } });
    expect(await gateway.ask(checkout.attempt, reference)).toMatchObject({ outcome: 'expired' });
    await expect(stripe.pay(reference)).rejects.toThrow('not possible');
  });
});

describe('opening again', () => {
  it('answers a repeat with the same session, paid or not', async () => {
    const { gateway, stripe, clock } = bench;
    const checkout = order();
    const first = await gateway.openCheckout(checkout);
    const repeats = await Promise.all([gateway.openCheckout(checkout), gateway.openCheckout(checkout)]);
    expect(repeats).toEqual([first, first]);
    await stripe.pay(first.reference);
    clock.shift = hour - 60_000;
    expect(await gateway.openCheckout(checkout)).toEqual(first);
  });

  it('refuses the same attempt for something else', async () => {
    const checkout = order();
    await bench.gateway.openCheckout(checkout);
    const other = bench.gateway.openCheckout({ ...checkout, amount: minor(1000) });
    await expect(other).rejects.toThrow(AttemptTaken);
  });

  it('finds the session of a lost answer', async () => {
    const { gateway, hasty, stripe } = bench;
    const checkout = order();
    stripe.faults.create = 'timeout_after';
    await expect(hasty.openCheckout(checkout)).rejects.toThrow(ProviderUnavailable);
    stripe.heal();
    const { reference } = await gateway.openCheckout(checkout);
    const made = stripe.sessions().filter((session) => session.client_reference_id === checkout.attempt);
    expect(made.map(({ id }) => id)).toEqual([reference]);
  });

  it.each(['error_before', 'timeout_before'] as const)('has opened nothing at %s', async (fault) => {
    const before = bench.stripe.sessions().length;
    bench.stripe.faults.create = fault;
    await expect(bench.hasty.openCheckout(order())).rejects.toThrow(ProviderUnavailable);
    expect(bench.stripe.sessions()).toHaveLength(before);
  });
});

describe('refusals', () => {
  it.each([
    ['a three-decimal amount not in tens', { currency: 'KWD', amount: minor(5124) }, 'amount_not_in_tens'],
    ['too little', { amount: minor(1) }, 'amount_too_small'],
    ['too much', { amount: minor(100_000_000) }, 'amount_too_large'],
    ['an expiry too near', { expiresAt: Date.now() + 60_000 }, 'parameter_invalid_integer'],
    ['an expiry too far', { expiresAt: Date.now() + 25 * hour }, 'parameter_invalid_integer'],
    ['an address that is none', { returnUrl: 'nowhere' }, 'url_invalid'],
    ['no description', { description: '' }, 'parameter_missing'],
  ] as const)('are definite for %s', async (_what, more, reason) => {
    const refused = bench.gateway.openCheckout(order(more));
    await expect(refused).rejects.toMatchObject({ name: 'ProviderRefused', reason });
  });

  it('refuses a wrong key, and calls an absent Stripe unavailable', async () => {
    const stranger = bench.make({ secretKey: 'sk_live_other' });
    await expect(stranger.openCheckout(order())).rejects.toThrow(ProviderRefused);
    const nowhere = bench.make({ apiBase: 'http://127.0.0.1:1' });
    await expect(nowhere.openCheckout(order())).rejects.toThrow(ProviderUnavailable);
  });
});

describe('asking', () => {
  it('knows no session that was never opened, and none under another attempt', async () => {
    const { reference } = await bench.gateway.openCheckout(order());
    for (const asked of ['', 'cs_test_none', reference])
      expect(await bench.gateway.ask('order-x-1', asked)).toBeNull();
  });

  it.each(['error_before', 'timeout_after'] as const)('is unknown at %s', async (fault) => {
    const checkout = order();
    const { reference } = await bench.gateway.openCheckout(checkout);
    bench.stripe.faults.read = fault;
    await expect(bench.hasty.ask(checkout.attempt, reference)).rejects.toThrow(ProviderUnavailable);
  });
});
