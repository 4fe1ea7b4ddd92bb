/** What people and banks do, as pages to click on and as calls of a test: `POST /play/<what>/<id>`. */
import * as billing from './billing.ts';
import * as cards from './cards.ts';
import * as comebacks from './comebacks.ts';
import { Complaint, missing } from './complaint.ts';
import * as connect from './connect.ts';
import { tellAll, type App, type Wiring } from './calls.ts';
import { paidBy } from './doors.ts';
import { openIntentPage } from './intentpage.ts';
import type { Till } from './till.ts';
import { book, type Line, type Vault } from './vault.ts';

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
    const code =
      intent.status === 'processing'
        ? 'payment_intent_payment_attempt_failed'
        : 'payment_intent_authentication_failure';
    cards.decline(intent, code, null, events);
  },
  /** Stripe charges the card for what a subscription owes, and it goes through, or not. */
  'subscription-paid': ({ vault }, id, _, now, events) => {
    billing.payInvoice(vault, id, now, events);
  },
  'subscription-failed': ({ vault }, id, _, __, events) => {
    billing.failInvoice(vault, id, events);
  },
  /** A month is over: the next begins, and its invoice is not paid yet. */
  'subscription-renewed': ({ vault }, id, _, __, events) => {
    billing.nextPeriod(vault, id, events);
  },
  'subscription-ended': ({ vault }, id, _, __, events) => {
    billing.end(vault, id, events);
  },
  /** It was paid with a card that others may pay with too. */
  print: (till, id, wish) => {
    till.vault.prints[paidBy(till, id).id] = wish.get('fingerprint') ?? '';
  },
  /** As somebody may in the dashboard, or a bug of ours. */
  change: ({ vault }, id, wish) => {
    cards.intentOf(vault, id).amount = Number(wish.get('amount'));
  },
  complete: ({ vault }, id, _, __, events) => {
    connect.complete(vault, id, events);
  },
  require: ({ vault }, id, wish, _, events) => {
    connect.require(vault, id, (wish.get('due') ?? '').split(',').filter(Boolean), events);
    if (wish.get('transfers') === 'inactive')
      connect.accountOf(vault, id).capabilities.transfers = 'inactive';
  },
  bank: ({ vault }, id, wish, _, events) => {
    const change = { last4: wish.get('last4') ?? '', fingerprint: wish.get('fingerprint') ?? undefined };
    connect.changeBank(vault, id, change, events);
  },
  leave: ({ vault }, id, _, __, events) => {
    connect.leavePlatform(vault, id, events);
  },
  'payout-paid': ({ vault }, id, _, __, events) => {
    connect.endPayout(vault, id, 'paid', events);
  },
  'payout-failed': ({ vault }, id, wish, __, events) => {
    connect.endPayout(vault, id, 'failed', events, wish.get('code') ?? undefined);
  },
  reverse: ({ vault }, id, wish, now, events) => {
    connect.reverse(
      vault,
      id,
      { amount: Number(wish.get('amount') ?? connect.transferOf(vault, id).amount) },
      now,
      events,
    );
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
    const [amount, reason] = [wish.get('amount'), wish.get('reason')];
    const more = { ...(amount !== null && { amount: Number(amount) }), ...(reason !== null && { reason }) };
    const inquiry = wish.has('inquiry');
    comebacks.openDispute(till.vault, paidBy(till, id), { ...more, inquiry }, now, events);
  },
  won: ({ vault }, id, _, now, events) => {
    comebacks.closeDispute(vault, id, 'won', now, events);
  },
  lost: ({ vault }, id, _, now, events) => {
    comebacks.closeDispute(vault, id, 'lost', now, events);
  },
  /** Money that nobody here asked for: a line of type `id` with whatever is wished. */
  book: ({ vault }, type, wish, now) => {
    const id = wish.get('source') ?? '';
    const intent = wish.get('intent');
    const amounts = { amount: Number(wish.get('amount')), fee: Number(wish.get('fee') ?? 0) };
    book(
      vault,
      type,
      { ...amounts, currency: wish.get('currency') ?? 'qar' },
      { id, object: wish.get('object') ?? type, ...(intent !== null && { payment_intent: intent }) },
      now,
    );
  },
  /** The settlement says something else of a line than Stripe did before. */
  misprint: ({ vault }, id, wish) => {
    const line = lineBy(vault, id);
    line.amount = Number(wish.get('amount') ?? line.amount);
    line.currency = wish.get('currency') ?? line.currency;
    line.net = line.amount - line.fee;
  },
  /** The settlement leaves a line out. */
  omit: ({ vault }, id) => {
    vault.lines.splice(vault.lines.indexOf(lineBy(vault, id)), 1);
  },
};

/** A line by its id, or by what is behind it. */
function lineBy({ lines }: Vault, id: string): Line {
  const found = lines.find((one) => [one.id, one.source.id, one.source.payment_intent].includes(id));
  if (!found) throw missing('balance_transaction', id);
  return found;
}

function mustAwait(intent: ReturnType<typeof cards.intentOf>) {
  if (intent.status !== 'requires_action' && intent.status !== 'processing')
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

  openIntentPage(app, till, wiring);
}
