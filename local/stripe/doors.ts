/** Stripe's API beside checkouts: cards, connected accounts, payouts, refunds, disputes, and its own account with us. */
import { callsOf, type App, type Context, type Wiring } from './calls.ts';
import * as cards from './cards.ts';
import * as billing from './billing.ts';
import * as comebacks from './comebacks.ts';
import { missing } from './complaint.ts';
import * as connect from './connect.ts';
import * as links from './links.ts';
import type { Till } from './till.ts';
import { page, type Line, type Vault } from './vault.ts';

type Calls = ReturnType<typeof callsOf>;

/** What an intent has paid, by card, in a checkout, or for a month of a subscription. */
export function paidBy(till: Till, intent: string): comebacks.Paid {
  const card = till.vault.intents[intent];
  if (card?.status === 'succeeded')
    return { id: intent, amount: card.amount_received, currency: card.currency };
  const months = Object.values(till.vault.subscriptions).map((one) => one.latest_invoice);
  const month = months.find(({ payments }) => payments.data[0]?.payment.payment_intent === intent);
  if (month) return { id: intent, amount: month.amount_paid, currency: month.currency };
  const stored = Object.values(till.stored).find((one) => one.session.payment_intent === intent);
  if (stored?.session.payment_status !== 'paid') throw missing('payment_intent', intent);
  const { amount_total: amount, currency } = stored.session;
  return { id: intent, amount: amount ?? 0, currency: currency ?? '' };
}

const id = (c: Context) => c.req.param('id');
const onAccount = (c: Context) => c.req.header('stripe-account') ?? '';
const isPayer = (c: Context) => c.req.header('authorization')?.startsWith('Bearer pk_') ?? false;

export function openDoors(app: App, till: Till, signal: AbortSignal, wiring: Wiring): void {
  const calls = callsOf(till, signal, wiring);
  openCards(app, till, calls, wiring);
  openConnect(app, till, calls, wiring);
  openComebacks(app, till, calls, wiring);
  openBalance(app, till, calls);
  openBilling(app, till, calls, wiring);
}

function openBilling(app: App, { vault }: Till, { act, ask }: Calls, { seconds }: Wiring): void {
  app.get(
    '/v1/prices',
    ask((_, query) => page(billing.pricesWith(query), query), ['lookup_keys[0]', 'lookup_keys[]']),
  );
  app.post(
    '/v1/subscriptions',
    act('subscription', (_, body, events) => billing.subscribe(vault, body, seconds(), events)),
  );
  app.get(
    '/v1/subscriptions/:id',
    ask((c) => billing.subscriptionOf(vault, id(c)), ['expand[0]', 'expand[1]']),
  );
  app.post(
    '/v1/subscriptions/:id',
    act('subscription', (c, body, events) => billing.change(vault, id(c), body, seconds(), events)),
  );
}

/** An intent of any kind that was paid, with the card behind it: one of its own unless it was said to be another. */
function chargedBy(till: Till, intent: string) {
  const { amount, currency } = paidBy(till, intent);
  const fingerprint = till.vault.prints[intent] ?? `fp_${intent}`;
  const details = { type: 'card', card: { fingerprint } };
  const charge = { id: `ch_of_${intent}`, object: 'charge', payment_method_details: details };
  return { id: intent, object: 'payment_intent', amount, currency, latest_charge: charge };
}

function openCards(app: App, till: Till, { act, ask }: Calls, { seconds }: Wiring): void {
  const { vault } = till;
  app.post(
    '/v1/customers',
    act('customer', (_, body) => cards.createCustomer(vault, body)),
  );
  app.delete(
    '/v1/customers/:id',
    act('customer', (c, _, events) => cards.dropCustomer(vault, id(c), events)),
  );
  app.get(
    '/v1/payment_methods',
    ask((_, query) => page(cards.methodsOf(vault, query.get('customer')), query), ['customer', 'type']),
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
    ask(
      (_, query) => {
        const all = Object.values(vault.intents);
        const found = all.filter((one) => one.customer === query.get('customer'));
        return page(found, query);
      },
      ['customer'],
    ),
  );
  app.get(
    '/v1/payment_intents/:id',
    ask(
      (c, query) => {
        const whole = [...query.getAll('expand[0]'), ...query.getAll('expand[]')].includes('latest_charge');
        return whole ? chargedBy(till, id(c)) : cards.intentOf(vault, id(c));
      },
      ['expand[0]', 'expand[]'],
    ),
  );
  app.post(
    '/v1/payment_intents/:id/confirm',
    act('intent', (c, body, events) =>
      cards.confirmBy(vault, id(c), { body, isPayer: isPayer(c) }, seconds(), events),
    ),
  );
  app.post(
    '/v1/payment_intents/:id/cancel',
    act('cancel', (c, _, events) => cards.cancel(cards.intentOf(vault, id(c)), events)),
  );
}

function openConnect(app: App, { vault }: Till, { act, ask }: Calls, { faults, seconds }: Wiring): void {
  app.post(
    '/v1/accounts',
    act('account', (_, body) => connect.createAccount(vault, body)),
  );
  app.get(
    '/v1/accounts/:id',
    ask((c) => connect.accountOf(vault, id(c))),
  );
  app.delete(
    '/v1/accounts/:id',
    act('account', (c) => connect.dropAccount(vault, id(c))),
  );
  app.post(
    '/v1/account_links',
    act('account', (c, body) => links.createLink(vault, body, new URL(c.req.url).origin, seconds())),
  );
  app.post(
    '/v1/transfers',
    act('transfer', (_, body, events) =>
      connect.createTransfer(vault, body, seconds(), events, faults.overdraft),
    ),
  );
  app.get(
    '/v1/transfers',
    ask(
      (_, query) => {
        const all = Object.values(vault.transfers);
        const found = all.filter((one) => one.transfer_group === query.get('transfer_group'));
        return page(found, query);
      },
      ['transfer_group'],
    ),
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
      connect.toldOf(connect.createPayout(vault, onAccount(c), body, events)),
    ),
  );
  app.get(
    '/v1/payouts',
    ask((c, query) => {
      const found = Object.values(vault.payouts).filter((one) => one.account === onAccount(c));
      return page(found.map(connect.toldOf), query);
    }),
  );
}

function openComebacks(app: App, till: Till, { act, ask }: Calls, { faults, seconds }: Wiring): void {
  const { vault } = till;
  app.post(
    '/v1/refunds',
    act('refund', (_, body, events) => {
      const paid = (intent: string) => paidBy(till, intent);
      const when = { now: seconds(), status: faults.refunds };
      return comebacks.createRefund(vault, body, paid, when, events);
    }),
  );
  app.get(
    '/v1/refunds',
    ask(
      (_, query) => {
        const all = Object.values(vault.refunds);
        const found = all.filter((one) => one.payment_intent === query.get('payment_intent'));
        return page(found, query);
      },
      ['payment_intent'],
    ),
  );
  app.get(
    '/v1/disputes/:id',
    ask((c) => comebacks.disputeOf(vault, id(c))),
  );
}

function openBalance(app: App, { vault }: Till, { ask }: Calls): void {
  app.get(
    '/v1/balance_transactions',
    ask(
      (_, query) => {
        const [from, to] = [Number(query.get('created[gte]')), Number(query.get('created[lt]'))];
        const span = vault.lines.filter(({ created }) => created >= from && created < to);
        const expand = [...query.getAll('expand[0]'), ...query.getAll('expand[]')];
        const { data, ...rest } = page(span, query);
        return { ...rest, data: data.map((line) => lineOf(vault, line, expand.includes('data.source'))) };
      },
      ['created[gte]', 'created[lt]'],
    ),
  );
}

/** A line as it is answered: what is behind it by its id, or with what it says of itself. */
function lineOf({ refunds, transfers, reversals }: Vault, line: Line, whole: boolean): object {
  const { id: behind } = line.source;
  const { metadata = {} } = refunds[behind] ?? transfers[behind] ?? reversals[behind] ?? {};
  return { ...line, source: whole ? { ...line.source, metadata } : behind || null };
}
