/** A Fatora for the local stack: hosted checkout, verification, unsigned notifications. Loopback only. */
import { createEmulator } from 'emulate';
import { createCourier, type Delivery, type Letter } from '../providers/courier.ts';
import { createFaults, type Faults } from '../providers/faults.ts';
import { fatoraEmulator } from './emulator.ts';
import type { Stored } from './order.ts';

export type FatoraStandInSettings = {
  /** 0 takes a free one. */
  port: number;
  webhookUrl: string;
  apiKey: string;
};

/** What a notification claims. Nothing proves it, so a test may claim anything. */
export type Hint = Record<string, string | number>;

export type FatoraStandIn = {
  url: string;
  /** Set a field to misbehave from now on; `heal` puts all of them back. Amounts are in major units here. */
  faults: Omit<Faults, 'signature'>;
  heal(): void;
  orders(): Stored[];
  /** Every notification that was tried. */
  deliveries(): readonly Delivery[];
  /** What a click on the order's page does. A declined order can be paid afterwards. */
  pay(orderId: string, choice?: 'pay' | 'decline'): Promise<void>;
  /** What the stand-in itself would claim of an order now. */
  hint(orderId: string): Hint;
  /** Sends a notification by hand, true or forged, `times` copies in parallel and with no retries. */
  deliver(hint: Hint, options?: { times?: number; as?: 'json' | 'form' }): Promise<Delivery[]>;
  /** Waits until no notification is on its way. */
  idle(): Promise<void>;
  stop(): Promise<void>;
};

const hintOf = (stored: Stored): Hint => ({
  order_id: stored.order_id,
  transaction_id: stored.transaction_id,
  amount: stored.amount,
  currency: stored.currency,
  payment_status: stored.payment_status,
});

function write(hint: Hint, as: 'json' | 'form' = 'json'): Letter {
  if (as === 'json') return { body: JSON.stringify(hint), headers: { 'content-type': 'application/json' } };
  const fields = Object.entries(hint).map(([name, value]): [string, string] => [name, String(value)]);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { body: new URLSearchParams(fields).toString(), headers };
}

export async function startFatora({
  port,
  webhookUrl,
  apiKey,
}: FatoraStandInSettings): Promise<FatoraStandIn> {
  const faults = createFaults();
  const courier = createCourier(webhookUrl, faults);

  function tell(stored: Stored): void {
    const hint = hintOf(stored);
    const stale = { ...hint, payment_status: 'FAILURE' };
    courier.send(
      () => write(hint),
      faults.delivery,
      () => write(stale),
    );
  }

  const runtime = await createEmulator({
    service: fatoraEmulator({ apiKey, faults, tell }),
    port,
    hostname: '127.0.0.1',
    inspector: true,
  });
  const orders = () => Object.values(runtime.snapshot().state.orders);

  function find(orderId: string): Stored {
    const stored = orders().find((order) => order.order_id === orderId);
    if (!stored) throw new Error(`no order ${orderId}`);
    return stored;
  }

  return {
    // The server is bound to IPv4; `localhost` may mean IPv6 first.
    url: runtime.url.replace('//localhost', '//127.0.0.1'),
    faults,
    heal: () => void Object.assign(faults, createFaults()),
    orders,
    deliveries: courier.deliveries,
    async pay(orderId, choice = 'pay') {
      const body = new URLSearchParams({ choice });
      const answer = await runtime.request(`/pay/${find(orderId).page}`, { method: 'POST', body });
      if (answer.status !== 303) throw new Error(`${choice} is not possible at ${orderId}`);
      await courier.idle();
    },
    hint: (orderId) => hintOf(find(orderId)),
    deliver: (hint, { times = 1, as } = {}) =>
      courier.deliver(Array.from({ length: times }, () => write(hint, as))),
    idle: courier.idle,
    async stop() {
      await courier.stop();
      await runtime.close();
    },
  };
}
