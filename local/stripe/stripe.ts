/** A Stripe for the local stack: what the product uses of its API, pages to click on, signed webhooks. Loopback only. */
import { createEmulator } from 'emulate';
import type Stripe from 'stripe';
import { createControls, type Controls, type Play } from './controls.ts';
import { createCourier, type Delivery } from '../providers/courier.ts';
import { stripeEmulator } from './emulator.ts';
import { createFaults, type Faults } from '../providers/faults.ts';
import { write, type Tamper } from './letter.ts';
import { record, type Happening, type Till } from './till.ts';
import type { Vault } from './vault.ts';

export type StripeStandInSettings = {
  /** 0 takes a free one. */
  port: number;
  webhookUrl: string;
  webhookSecret: string;
  /** Signs events that name a connected account; the other one where there is none. */
  connectSecret?: string;
  /** Milliseconds since 1970: the local stack's clock, which rules when sessions expire. */
  now?: () => number;
};

export type StripeStandIn = Controls & {
  url: string;
  /** Set a field to misbehave from now on; `heal` puts all of them back. */
  faults: Faults;
  heal(): void;
  sessions(): Stripe.Checkout.Session[];
  /** Every event that happened, told or not. */
  events(): Happening[];
  /** Everything beside checkouts, as it is now. */
  vault(): Vault;
  /**
   * Lets something happen that nobody asked Stripe for; the helpers beside it say what. Here alone: `change` an intent's
   * amount; `book` a line of a type, `misprint` or `omit` one. Waits for the webhooks; answers whether it could happen.
   */
  play: Play;
  /** Every webhook that was tried. */
  deliveries(): readonly Delivery[];
  /** What a click on the page does; `later` completes the session and leaves the money to come. */
  pay(id: string, choice?: 'pay' | 'decline' | 'later'): Promise<void>;
  /** How a payment that was made with `later` ended. */
  settle(id: string, outcome: 'paid' | 'failed'): Promise<void>;
  /** Sends an event by hand, `times` copies in parallel and with no retries, if wanted tampered with. */
  deliver(event: object, options?: { times?: number; tamper?: Tamper }): Promise<Delivery[]>;
  /** Expires what is due by the stand-in's clock; any request does this too. */
  tick(): Promise<void>;
  /** Waits until no webhook is on its way. */
  idle(): Promise<void>;
  stop(): Promise<void>;
};

/** As it is now; all of it is plain JSON. */
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

export async function startStripe(settings: StripeStandInSettings): Promise<StripeStandIn> {
  const { webhookSecret, connectSecret = webhookSecret, now = Date.now } = settings;
  const faults = createFaults();
  const courier = createCourier(settings.webhookUrl, faults);
  const seconds = () => Math.floor(now() / 1000);
  const secretFor = (event: object) => ('account' in event ? connectSecret : webhookSecret);
  const letter = (event: object) => () =>
    write(event, secretFor(event), faults.signature === 'bad' ? 'forged' : undefined);

  function tell(till: Till, event: Happening): void {
    if (faults.delivery !== 'out_of_order' || !event.type.startsWith('checkout.')) {
      courier.send(letter(event), faults.delivery);
      return;
    }
    const session = { ...event.data.object, status: 'expired', payment_status: 'unpaid' };
    const stale = record(till, 'checkout.session.expired', session, seconds());
    courier.send(letter(event), 'out_of_order', letter(stale));
  }

  let held: Till;
  const runtime = await createEmulator({
    service: stripeEmulator({ faults, seconds, tell, hold: (till) => (held = till) }),
    port: settings.port,
    hostname: '127.0.0.1',
    inspector: true,
  });

  async function click(id: string, choice: string): Promise<void> {
    const answer = await runtime.request(`/pay/${id}`, {
      method: 'POST',
      body: new URLSearchParams({ choice }),
    });
    if (answer.status !== 303 && choice !== 'decline') throw new Error(`${choice} is not possible at ${id}`);
    await courier.idle();
  }

  const vault = () => copy(held.vault);
  const play: Play = async (what, id, wish = {}) => {
    const body = new URLSearchParams(wish);
    const answer = await runtime.request(`/play/${what}/${id}`, { method: 'POST', body });
    await courier.idle();
    return answer.ok;
  };

  return {
    // The server is bound to IPv4; `localhost` may mean IPv6 first.
    url: runtime.url.replace('//localhost', '//127.0.0.1'),
    faults,
    heal: () => void Object.assign(faults, createFaults()),
    sessions: () => Object.values(held.stored).map(({ session }) => copy(session)),
    events: () => copy(held.events),
    vault,
    play,
    ...createControls(play, vault),
    deliveries: courier.deliveries,
    pay: (id, choice = 'pay') => click(id, choice),
    settle: click,
    deliver: (event, { times = 1, tamper } = {}) =>
      courier.deliver(Array.from({ length: times }, () => write(event, secretFor(event), tamper))),
    async tick() {
      await runtime.request('/tick');
    },
    idle: courier.idle,
    async stop() {
      await courier.stop();
      await runtime.close();
    },
  };
}
