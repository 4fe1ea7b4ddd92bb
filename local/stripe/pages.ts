/** What people and banks do, as pages to click on and as calls of a test: `POST /play/<what>/<id>`. */
import type { EmulatorContext } from 'emulate';
import * as cards from './cards.ts';
import * as comebacks from './comebacks.ts';
import { Complaint } from './complaint.ts';
import * as connect from './connect.ts';
import { paidBy, tellAll, type Wiring } from './doors.ts';
import { checkoutPage } from '../providers/page.ts';
import type { Till } from './till.ts';

type App = EmulatorContext<Till>['app'];

/** Everything that may happen without the product asking for it. */
const plays: Readonly<
  Record<string, (till: Till, id: string, wish: URLSearchParams, now: number, events: cards.Told[]) => void>
> = {
  confirm: ({ vault }, id, wish, now, events) => {
    cards.confirm(vault, cards.intentOf(vault, id), wish.get('method') ?? 'pm_card_visa', now, events);
  },
  pass: ({ vault }, id, _, now, events) => {
    cards.settle(vault, mustAwait(cards.intentOf(vault, id)), now, events);
  },
  fail: ({ vault }, id, _, __, events) => {
    const intent = mustAwait(cards.intentOf(vault, id));
    cards.decline(intent, 'payment_intent_authentication_failure', null, events);
  },
  /** As somebody may in the dashboard, or a bug of ours. */
  change: ({ vault }, id, wish) => {
    cards.intentOf(vault, id).amount = Number(wish.get('amount'));
  },
  complete: ({ vault }, id, _, __, events) => {
    connect.complete(vault, id, events);
  },
  require: ({ vault }, id, wish, _, events) => {
    connect.require(vault, id, wish.getAll('due'), events);
  },
  'payout-paid': ({ vault }, id, _, __, events) => {
    connect.endPayout(vault, id, 'paid', events);
  },
  'payout-failed': ({ vault }, id, _, __, events) => {
    connect.endPayout(vault, id, 'failed', events);
  },
  reverse: ({ vault }, id, _, now, events) => {
    connect.reverse(vault, id, connect.transferOf(vault, id).amount, now, events);
  },
  /** Somebody refunds all of it in the dashboard: under no name of ours. */
  refund: (till, id, _, now, events) => {
    const { amount } = paidBy(till, id);
    const body = new URLSearchParams({ payment_intent: id, amount: String(amount) }).toString();
    comebacks.createRefund(till.vault, body, () => paidBy(till, id), { now, status: 'succeeded' }, events);
  },
  'refund-succeeded': ({ vault }, id, _, now, events) => {
    comebacks.endRefund(vault, id, 'succeeded', now, events);
  },
  'refund-failed': ({ vault }, id, _, now, events) => {
    comebacks.endRefund(vault, id, 'failed', now, events);
  },
  dispute: (till, id, wish, now, events) => {
    const amount = wish.get('amount');
    comebacks.openDispute(
      till.vault,
      paidBy(till, id),
      amount === null ? {} : { amount: Number(amount) },
      now,
      events,
    );
  },
  won: ({ vault }, id, _, now, events) => {
    comebacks.closeDispute(vault, id, 'won', now, events);
  },
  lost: ({ vault }, id, _, now, events) => {
    comebacks.closeDispute(vault, id, 'lost', now, events);
  },
};

function mustAwait(intent: ReturnType<typeof cards.intentOf>) {
  if (intent.status !== 'requires_action')
    throw new Complaint(409, { type: 'invalid_request_error', message: `It is ${intent.status}.` });
  return intent;
}

export function openPages(app: App, till: Till, wiring: Wiring): void {
  app.post('/play/:what/:id', async (c) => {
    const play = plays[c.req.param('what')];
    if (!play) throw new Complaint(404, { type: 'invalid_request_error', message: 'No such play.' });
    const events: cards.Told[] = [];
    try {
      play(till, c.req.param('id'), new URLSearchParams(await c.req.text()), wiring.seconds(), events);
    } finally {
      tellAll(till, wiring, events);
    }
    return c.json({ told: events.map(({ type }) => type) });
  });

  app.get('/onboarding/:id', (c) => {
    const { country } = connect.accountOf(till.vault, c.req.param('id'));
    return c.html(
      checkoutPage({
        provider: 'Stripe',
        description: 'Who are you, and where are you paid?',
        amount: country ?? '',
        choices: [['complete', 'Give everything that is asked for']],
        back: null,
      }),
    );
  });
  app.post('/onboarding/:id', (c) => {
    const events: cards.Told[] = [];
    connect.complete(till.vault, c.req.param('id'), events);
    tellAll(till, wiring, events);
    return c.html('<p>Done. You can close this page.</p>');
  });
}
