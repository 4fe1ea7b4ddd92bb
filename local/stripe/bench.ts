/** Stand-in, adapter and receiver wired together: for the tests in this folder. */
import type { About, Checkout } from '../../functions/src/psp/gateway.ts';
import type { CardOrder } from '../../functions/src/psp/ports.ts';
import type { StripeSettings } from '../../functions/src/psp/stripe.client.gateway.ts';
import { createStripe } from '../../functions/src/psp/stripe.whole.gateway.ts';
import { minor } from '../../functions/src/shared/money.ts';
import { checkoutIn, startReceiver } from '../providers/receiver.ts';
import { startStripe } from './stripe.ts';

const webhookSecret = 'whsec_local';
const connectSecret = 'whsec_local_connect';

export const hour = 3_600_000;

let count = 0;

/** A name that nobody had before. */
export const fresh = (what: string): string => `${what}-${(count += 1)}`;

/** A checkout with an attempt of its own. */
export const order = (more: Partial<Checkout> = {}): Checkout => ({
  attempt: `${fresh('order')}-1`,
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
  const stripe = await startStripe({
    port: 0,
    webhookUrl: receiver.url,
    webhookSecret,
    connectSecret,
    now,
  });
  const adapter = (more: Partial<StripeSettings> = {}) =>
    createStripe({
      secretKey: 'sk_test_local',
      webhookSecret,
      connectSecret,
      apiBase: stripe.url,
      cardReturnUrl: 'http://127.0.0.1/payments',
      ...more,
    });
  const make = (more: Partial<StripeSettings> = {}) => adapter(more).payments;
  const { payments: gateway, ...parts } = adapter();
  const { cards, connect } = parts;

  /** What everything that arrived is about, in order. */
  const told = (by = gateway): Promise<(About | null)[]> =>
    Promise.all(receiver.arrivals.map(async (arrival) => (await by.readWebhook(arrival)).about));

  const cardOrder = async (more: Partial<CardOrder> = {}): Promise<CardOrder> => ({
    attempt: fresh('payment'),
    customer: more.customer ?? (await cards.openCustomer(fresh('payer'))),
    amount: minor(30250),
    currency: 'QAR',
    description: 'A logo',
    method: null,
    save: false,
    ...more,
  });

  return {
    stripe,
    gateway,
    /** The adapter's other parts. */
    ...parts,
    /** Another gateway to the same stand-in. */
    make,
    /** One that waits for nobody, where a time-out is meant to happen. */
    hasty: make({ timeoutMs: 250 }),
    hastily: adapter({ timeoutMs: 250 }),
    adapter,
    receiver,
    /** `shift` moves the stand-in's time, in milliseconds. */
    clock,
    told,
    cardOrder,
    /** A card payment that went through. @returns its intent */
    paid: async (more: Partial<CardOrder> = {}): Promise<string> => {
      const { intent } = await cards.openCard(await cardOrder({ method: 'pm_card_visa', ...more }));
      await stripe.idle();
      return intent;
    },
    /** An account that may be paid. */
    payee: async (): Promise<string> => {
      const account = await connect.openAccount({ uid: fresh('payee'), country: 'QA' });
      await stripe.accounts.complete(account);
      return account;
    },
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
