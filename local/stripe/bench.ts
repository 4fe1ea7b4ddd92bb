/** Stand-in, gateway and receiver wired together: for the tests in this folder. */
import type { Checkout } from '../../functions/src/psp/gateway.ts';
import { connectTo, type StripeSettings } from '../../functions/src/psp/stripe.client.gateway.ts';
import { createStripeGateway } from '../../functions/src/psp/stripe.gateway.ts';
import { minor } from '../../functions/src/shared/money.ts';
import { checkoutIn, startReceiver } from '../providers/receiver.ts';
import { startStripe } from './stripe.ts';

const webhookSecret = 'whsec_local';

export const hour = 3_600_000;

let count = 0;

/** A checkout with an attempt of its own. */
export const order = (more: Partial<Checkout> = {}): Checkout => ({
  attempt: `order-${(count += 1)}-1`,
  uid: 'fatima',
  amount: minor(30250),
  currency: 'QAR',
  description: '300 coins & <more>',
  returnUrl: 'http://127.0.0.1/back',
  expiresAt: Date.now() + hour,
  ...more,
});

export async function startBench() {
  const receiver = await startReceiver();
  const clock = { shift: 0 };
  const now = () => Date.now() + clock.shift;
  const stripe = await startStripe({ port: 0, webhookUrl: receiver.url, webhookSecret, now });
  const make = (more: Partial<StripeSettings> = {}) => {
    const settings = { secretKey: 'sk_test_local', webhookSecret, apiBase: stripe.url, ...more };
    return createStripeGateway(connectTo(settings), settings);
  };
  const gateway = make();

  return {
    stripe,
    gateway,
    /** Another gateway to the same stand-in. */
    make,
    /** One that waits for nobody, where a time-out is meant to happen. */
    hasty: make({ timeoutMs: 250 }),
    receiver,
    /** `shift` moves the stand-in's time, in milliseconds. */
    clock,
    /** What the gateway makes of everything that arrived, in order. */
    read: () =>
      Promise.all(receiver.arrivals.map(async (arrival) => checkoutIn(await gateway.readWebhook(arrival)))),
    /** A paid session's event, with the webhook about it forgotten. */
    completed: async () => {
      const { reference } = await gateway.openCheckout(order());
      await stripe.pay(reference);
      receiver.clear();
      const event = stripe.events().findLast(({ data }) => data.object.id === reference);
      if (!event) throw new Error('no event');
      return event;
    },
    reset: () => {
      receiver.clear();
      stripe.heal();
      clock.shift = 0;
    },
    stop: async () => {
      await stripe.stop();
      receiver.stop();
    },
  };
}

export type Bench = Awaited<ReturnType<typeof startBench>>;
