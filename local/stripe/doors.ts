/** Stripe's API beside checkouts: cards, connected accounts, payouts, refunds, disputes, and its own account with us. */
import type { EmulatorContext } from 'emulate';
import * as cards from './cards.ts';
import * as comebacks from './comebacks.ts';
import { Complaint, missing } from './complaint.ts';
import * as connect from './connect.ts';
import { under, type CallKind, type Faults } from '../providers/faults.ts';
import { record, remember, replay, type Happening, type Till } from './till.ts';
import { page } from './vault.ts';

type App = EmulatorContext<Till>['app'];
type Context = Parameters<Parameters<App['post']>[1]>[0];

export type Wiring = {
  faults: Faults;
  seconds: () => number;
  tell: (till: Till, event: Happening) => void;
};

/** What an intent has paid, by card or in a checkout. */
export function paidBy(till: Till, intent: string): comebacks.Paid {
  const card = till.vault.intents[intent];
  if (card?.status === 'succeeded')
    return { id: intent, amount: card.amount_received, currency: card.currency };
  const stored = Object.values(till.stored).find((one) => one.session.payment_intent === intent);
  if (stored?.session.payment_status !== 'paid') throw missing('payment_intent', intent);
  const { amount_total: amount, currency } = stored.session;
  return { id: intent, amount: amount ?? 0, currency: currency ?? '' };
}

/** Tells of what happened. An event on a connected account names it. */
export function tellAll(till: Till, { seconds, tell }: Wiring, events: readonly cards.Told[]): void {
  for (const { type, object } of events) {
    const { account, id, object: kind } = object as { account?: string; id: string; object: string };
    tell(till, record(till, type, object as { id: string }, seconds(), kind === 'account' ? id : account));
  }
}

const broken = () =>
  Response.json({ error: { type: 'api_error', message: 'An unknown error occurred' } }, { status: 500 });

export function openDoors(app: App, till: Till, signal: AbortSignal, wiring: Wiring): void {
  const { faults, seconds } = wiring;
  const { vault } = till;

  /** One call that does something: the key comes before any rule, and a declined card is remembered as an answer. */
  const act =
    (kind: CallKind, work: (c: Context, body: string, events: cards.Told[]) => object) =>
    async (c: Context): Promise<Response> => {
      const body = await c.req.text();
      const { path } = c.req;
      const key = c.req.header('idempotency-key');
      const request = `${path}?${body}`;
      const run = () => {
        const before = key === undefined ? undefined : replay(till, key, request, seconds());
        const headers = { 'content-type': 'application/json' };
        if (before)
          return new Response(before.answer, {
            status: before.status,
            headers: { ...headers, 'Idempotent-Replayed': 'true' },
          });
        const events: cards.Told[] = [];
        const { status, answer } = outcomeOf(() => work(c, body, events));
        const text = JSON.stringify(answer);
        if (key !== undefined) remember(till, key, request, status, text, seconds());
        tellAll(till, wiring, events);
        return new Response(text, { status, headers });
      };
      return under(faults.calls[kind] ?? 'none', signal, run, broken);
    };
  const ask = (work: (c: Context) => object) => (c: Context) =>
    under(faults.calls.ask ?? 'none', signal, () => c.json(work(c)), broken);
  const query = (c: Context) => new URL(c.req.url).searchParams;
  const id = (c: Context) => c.req.param('id');

  app.post(
    '/v1/customers',
    act('customer', (_, body) => cards.createCustomer(vault, body)),
  );
  app.get(
    '/v1/payment_methods',
    ask((c) => page(cards.methodsOf(vault, query(c).get('customer')), query(c))),
  );
  app.get(
    '/v1/payment_methods/:id',
    ask((c) => cards.methodOf(vault, id(c))),
  );
  app.post(
    '/v1/payment_methods/:id/detach',
    act('customer', (c) => Object.assign(cards.methodOf(vault, id(c)), { customer: null })),
  );
  app.post(
    '/v1/payment_intents',
    act('intent', (_, body, events) => cards.createIntent(vault, body, seconds(), events)),
  );
  app.get(
    '/v1/payment_intents',
    ask((c) => {
      const customer = query(c).get('customer');
      return page(
        Object.values(vault.intents).filter((one) => one.customer === customer),
        query(c),
      );
    }),
  );
  app.get(
    '/v1/payment_intents/:id',
    ask((c) => cards.intentOf(vault, id(c))),
  );
  app.post(
    '/v1/payment_intents/:id/cancel',
    act('cancel', (c, _, events) => cards.cancel(cards.intentOf(vault, id(c)), events)),
  );

  app.post(
    '/v1/accounts',
    act('account', (_, body) => connect.createAccount(vault, body)),
  );
  app.get(
    '/v1/accounts/:id',
    ask((c) => connect.accountOf(vault, id(c))),
  );
  app.post(
    '/v1/account_links',
    act('account', (c, body) => connect.createLink(vault, body, new URL(c.req.url).origin, seconds())),
  );
  app.post(
    '/v1/transfers',
    act('transfer', (_, body, events) => connect.createTransfer(vault, body, seconds(), events)),
  );
  app.get(
    '/v1/transfers',
    ask((c) => {
      const group = query(c).get('transfer_group');
      return page(
        Object.values(vault.transfers).filter((one) => one.transfer_group === group),
        query(c),
      );
    }),
  );
  app.get(
    '/v1/transfers/:id',
    ask((c) => connect.transferOf(vault, id(c))),
  );
  app.post(
    '/v1/transfers/:id/reversals',
    act('reversal', (c, body, events) => connect.createReversal(vault, id(c), body, seconds(), events)),
  );
  app.post(
    '/v1/payouts',
    act('payout', (c, body, events) =>
      connect.createPayout(vault, c.req.header('stripe-account') ?? '', body, events),
    ),
  );
  app.get(
    '/v1/payouts',
    ask((c) => {
      const account = c.req.header('stripe-account');
      return page(
        Object.values(vault.payouts).filter((one) => one.account === account),
        query(c),
      );
    }),
  );

  app.post(
    '/v1/refunds',
    act('refund', (_, body, events) => {
      const status = faults.refunds;
      return comebacks.createRefund(
        vault,
        body,
        (intent) => paidBy(till, intent),
        { now: seconds(), status },
        events,
      );
    }),
  );
  app.get(
    '/v1/refunds',
    ask((c) => {
      const intent = query(c).get('payment_intent');
      return page(
        Object.values(vault.refunds).filter((one) => one.payment_intent === intent),
        query(c),
      );
    }),
  );
  app.get(
    '/v1/disputes/:id',
    ask((c) => comebacks.disputeOf(vault, id(c))),
  );
  app.get(
    '/v1/balance_transactions',
    ask((c) => {
      const [from, to] = [Number(query(c).get('created[gte]')), Number(query(c).get('created[lt]'))];
      return page(
        vault.lines.filter(({ created }) => created >= from && created < to),
        query(c),
      );
    }),
  );
}

function outcomeOf(work: () => object): { status: number; answer: object } {
  try {
    return { status: 200, answer: work() };
  } catch (error) {
    // A decline is the outcome of the request; any other complaint was made before it began.
    if (error instanceof Complaint && error.status === 402)
      return { status: 402, answer: { error: error.problem } };
    throw error;
  }
}
