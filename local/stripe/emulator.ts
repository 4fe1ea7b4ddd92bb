/** Stripe's doors: the API that the product calls and the page that a payer sees. */
import { defineEmulator, type EmulatorContext } from 'emulate';
import type Stripe from 'stripe';
import { currencyNamed } from '../../functions/src/psp/gateway.ts';
import { format } from '../../functions/src/shared/money.ts';
import { authenticate, Complaint } from './complaint.ts';
import { under, type Faults } from '../providers/faults.ts';
import { openDoors } from './doors.ts';
import { openLinks } from './links.ts';
import { readOrder } from './order.ts';
import { openPages } from './pages.ts';
import { checkoutPage } from '../providers/page.ts';
import { newId, type Intent } from './session.ts';
import {
  emptyTill,
  expire,
  expireDue,
  find,
  open,
  pay,
  remember,
  replay,
  settle,
  type Happening,
  type Till,
} from './till.ts';

export type StripeWiring = {
  faults: Faults;
  /** Seconds since 1970. */
  seconds: () => number;
  /** Sends a webhook in the background. */
  tell: (till: Till, event: Happening) => void;
  /** Hands out what the doors work on: the library's own snapshot looks at every value for each look at one. */
  hold: (till: Till) => void;
};

type Answered = Omit<Stripe.Checkout.Session, 'payment_intent'> & {
  payment_intent: Stripe.Checkout.Session['payment_intent'] | Intent;
};

/** `QAR 302.50`, or as much as can be said of a currency that the product does not know. */
export function priceOf(amount: number, name: string): string {
  const currency = currencyNamed(name);
  return currency ? format(amount, currency) : `${amount} ${name}`;
}

function pageOf(till: Till, id: string, word?: string): string {
  const { session, description } = find(till, id);
  return checkoutPage({
    provider: 'Stripe',
    description,
    amount: priceOf(session.amount_total ?? 0, session.currency ?? ''),
    choices:
      session.status === 'open'
        ? [
            ['pay', 'Pay'],
            ['later', 'Pay by bank debit'],
            ['decline', 'Decline'],
          ]
        : [],
    back: session.cancel_url,
    ...(word === undefined ? {} : { word }),
  });
}

const broken = () =>
  Response.json({ error: { type: 'api_error', message: 'An unknown error occurred' } }, { status: 500 });

export const stripeEmulator = ({ faults, seconds, tell, hold }: StripeWiring) =>
  defineEmulator<Till>({
    name: 'stripe',
    state: emptyTill,
    cors: false,
    setup({ app, state: till, signal }: EmulatorContext<Till>) {
      hold(till);
      app.onError((error) =>
        error instanceof Complaint
          ? Response.json({ error: error.problem }, { status: error.status })
          : broken(),
      );
      app.use(async (c, next) => {
        c.header('Request-Id', newId('req_'));
        till.vault.feeBps = faults.feeBps;
        if (c.req.path.startsWith('/v1/')) authenticate(c.req.header('authorization'), c.req.path);
        for (const event of expireDue(till, seconds())) tell(till, event);
        await next();
      });

      app.post('/v1/checkout/sessions', async (c) => {
        const body = await c.req.text();
        const key = c.req.header('idempotency-key') ?? newId('none_');
        const work = () => {
          // The key comes before any rule: a repeat may come when its expiry is no longer 30 minutes away.
          const before = replay(till, key, body, seconds());
          const headers = { 'content-type': 'application/json' };
          if (before)
            return new Response(before.answer, { headers: { ...headers, 'Idempotent-Replayed': 'true' } });
          const session = open(
            till,
            readOrder(new URLSearchParams(body), seconds()),
            new URL(c.req.url).origin,
            seconds(),
          );
          const answer = JSON.stringify(session);
          remember(till, key, body, 200, answer, seconds());
          return new Response(answer, { headers });
        };
        return under(faults.create, signal, work, broken);
      });
      app.get('/v1/checkout/sessions/:id', (c) => {
        const { session, intent } = find(till, c.req.param('id'));
        const expand = [...(c.req.queries('expand[0]') ?? []), ...(c.req.queries('expand[]') ?? [])];
        const whole = expand.includes('payment_intent') ? intent : session.payment_intent;
        const answer = { ...session, payment_intent: whole } satisfies Answered;
        return under(faults.read, signal, () => c.json(answer), broken);
      });
      app.post('/v1/checkout/sessions/:id/expire', (c) => {
        const id = c.req.param('id');
        tell(till, expire(till, id, seconds()));
        return c.json(find(till, id).session);
      });

      app.get('/pay/:id', (c) => c.html(pageOf(till, c.req.param('id'))));
      app.post('/pay/:id', async (c) => {
        const id = c.req.param('id');
        const choice = new URLSearchParams(await c.req.text()).get('choice');
        const { session } = find(till, id);
        if (choice === 'paid' || choice === 'failed') tell(till, settle(till, id, choice, seconds()));
        else if (session.status !== 'open') return c.html(pageOf(till, id, 'This checkout is over.'), 410);
        else if (choice === 'decline') return c.html(pageOf(till, id, 'Your card was declined.'), 402);
        else {
          const status = choice === 'later' ? 'unpaid' : 'paid';
          tell(till, pay(till, id, { status, amount: faults.amount, currency: faults.currency }, seconds()));
        }
        return c.redirect((session.success_url ?? '/').replace('{CHECKOUT_SESSION_ID}', id), 303);
      });
      openDoors(app, till, signal, { faults, seconds, tell });
      openPages(app, till, { faults, seconds, tell });
      openLinks(app, till, { faults, seconds, tell });
      app.get('/tick', (c) => c.json({}));
    },
  });
