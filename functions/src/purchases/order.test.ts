import type { Notice } from '../notifications/notice.ts';
import { minor } from '../shared/money.ts';
import {
  askable,
  close,
  inReview,
  newPurchase,
  nextAttempt,
  opened,
  stillUnpaid,
  times,
  type Answer,
} from './order.ts';
import type { Purchase, PurchaseState } from './purchase.ts';

/** The life of an order in which no money moves: each answer in each state at each edge of time. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = 100 * DAY;
const CLOSES = START + HOUR;
const quote = {
  currency: 'QAR',
  value: minor(10_000),
  price: minor(11_000),
  coins: { GPC: 1 },
  credits: minor(0),
} as const;
const made = newPurchase(quote, { uid: 'ann', provider: 'stripe', requestHash: 'h', at: START });
const old: Notice = {
  ...{ id: 'old.0', to: 'ann', kind: 'purchase-review', text: 'We look.' },
  ...{ facts: {}, about: 'purchases/p', at: 1 },
};
const kept = {
  ...{ uid: 'ann', provider: 'stripe', ...quote, requestHash: 'h', createdAt: START, expiresAt: CLOSES },
  ...{ attempt: 2, refunded: minor(3), valueBack: minor(2), chargebacks: { dp: 'won' }, news: [old] },
  creditsBack: minor(1),
} as const;
const of = (state: PurchaseState, more: Partial<Purchase> = {}): Purchase =>
  ({ ...kept, version: 4, dueAt: START, ...more, ...state }) as Purchase;
const payment = { attempt: 'p:ann:2', reference: 'cs', payment: 'pi' };
const review = { status: 'review', stated: '110.00 QAR', payment, reviewAt: START } as const;
const pending = { status: 'pending', reference: 'cs', url: 'https://pay' } as const;
const closed = { closedAt: START } as const;
const states = {
  created: { status: 'created' },
  pending,
  'in review': { ...review, why: 'late' },
  unanswered: { ...review, why: 'unanswered' },
  expired: { status: 'expired', ...closed },
  failed: { status: 'failed', why: 'not_paid', ...closed, payment: null },
  paid: { status: 'paid', payment, paidAt: START },
  'partly refunded': { status: 'partially_refunded', payment, paidAt: START },
  refunded: { status: 'refunded', payment, paidAt: START },
} as const satisfies Record<string, PurchaseState>;
type Name = keyof typeof states;
const names = Object.keys(states) as Name[];

test('F04 a new order holds the quote, an hour to pay, and the first attempt', () => {
  expect(made).toStrictEqual({
    ...{ ...quote, uid: 'ann', provider: 'stripe', requestHash: 'h', createdAt: START, expiresAt: CLOSES },
    ...{ attempt: 1, refunded: 0, valueBack: 0, chargebacks: {}, version: 1, dueAt: START + 10 * MINUTE },
    ...{ news: [], status: 'created', creditsBack: 0 },
  });
});

test('a failure in the words of a provider is no question', () => {
  expect(askable(of({ ...states.failed, why: 'unanswered' }))).toBe(false);
});

test('a checkout is noted once, for an attempt that was made, and only while none was', () => {
  const page = { reference: 'cs', url: 'https://pay' };
  const open = { ...of(states.created), ...pending, version: 5 };
  expect([1, 2].map((attempt) => opened(of(states.created), attempt, page))).toStrictEqual([open, open]);
  const again = { ...of(states.created), attempt: 3, version: 5 };
  expect(nextAttempt(of(states.created), 2)).toStrictEqual(again);
  for (const name of names) {
    const found = of(states[name]);
    if (name !== 'created') expect(opened(found, 2, page)).toBe(found);
    if (name !== 'created') expect(nextAttempt(found, 2)).toBe(found);
    expect(opened(found, 3, page)).toBe(found);
    expect([nextAttempt(found, 1), nextAttempt(found, 3)]).toStrictEqual([found, found]);
    expect(askable(found)).toBe(['created', 'pending', 'expired', 'unanswered'].includes(name));
  }
});

const heard = (event: string, text: string, at: number) => ({
  ...{ id: `purchase.p.5.${event}.0`, to: 'ann', kind: `purchase-${event}`, text, about: 'purchases/p', at },
  facts: { purchase: 'p', value: 10_000, price: 11_000, currency: 'QAR' },
});
const expires = (at: number) => ({
  ...{ ...kept, status: 'expired', closedAt: at, version: 5, dueAt: null },
  news: [old, heard('expired', 'Your order for QAR 100.00 expired unpaid.', at)],
});
/** What it was is left behind. */
const asks = (at: number, reference: string) => ({
  ...{ ...kept, status: 'review', why: 'unanswered', stated: '', version: 5, dueAt: at + HOUR, reviewAt: at },
  payment: { attempt: '', reference, payment: '' },
  news: [old, heard('review', 'We are checking your payment for QAR 100.00.', at)],
});

test.each(['stripe', 'fatora'] as const)(
  'what ends unpaid at %s: nothing is asked any more, but where pages stay open',
  (provider) => {
    const found = of(pending, { provider });
    const failed = {
      status: 'failed',
      why: 'card_declined',
      closedAt: START,
      payment: null,
      version: 5,
      dueAt: null,
    };
    const news = [old, heard('failed', 'Your payment for QAR 100.00 failed. Nothing was added.', START)];
    expect(close('p', found, 'failed', 'card_declined', START)).toStrictEqual({
      ...kept,
      provider,
      ...failed,
      news,
    });
    const dueAt = provider === 'fatora' ? START + 6 * HOUR : null;
    expect(close('p', found, 'expired', 'not_paid', START)).toStrictEqual({
      ...expires(START),
      provider,
      dueAt,
    });
  },
);

/** When somebody says this of an order in this state: it waits so long, or comes to that. */
const waits = (ms: number | null) => (found: Purchase, at: number) => ({
  ...found,
  dueAt: ms === null ? null : at + ms,
});
const ends = (_: Purchase, at: number) => expires(at);
const looked = (found: Purchase, at: number) => asks(at, found.status === 'pending' ? 'cs' : '');
const soon = waits(10 * MINUTE);
type Then = (found: Purchase, at: number) => object;
const rows: readonly (readonly [readonly Name[], readonly Answer[], number, Then])[] = [
  [['created', 'pending'], ['unpaid'], CLOSES + 10 * MINUTE - 1, soon],
  [['created', 'pending'], ['unpaid'], CLOSES + 10 * MINUTE, ends],
  [['created', 'pending'], ['unpaid'], CLOSES + 30 * DAY, ends],
  [['created', 'pending'], ['none', 'processing'], CLOSES + DAY - 1, soon],
  [['created', 'pending'], ['none'], CLOSES + DAY, looked],
  [['created', 'pending'], ['processing'], CLOSES + 14 * DAY - 1, soon],
  [['created', 'pending'], ['processing'], CLOSES + 14 * DAY, looked],
  [['unanswered'], ['unpaid'], CLOSES + 10 * MINUTE - 1, waits(HOUR)],
  [['unanswered'], ['unpaid'], CLOSES + 10 * MINUTE, ends],
  [['unanswered'], ['none', 'processing'], CLOSES + 30 * DAY, waits(HOUR)],
  [['in review'], ['unpaid', 'none', 'processing'], CLOSES + 30 * DAY, waits(48 * HOUR)],
  [['expired'], ['unpaid', 'none', 'processing'], START + 7 * DAY - 1, waits(6 * HOUR)],
  [['expired'], ['unpaid', 'none', 'processing'], START + 7 * DAY, waits(null)],
  [
    ['failed', 'paid', 'partly refunded', 'refunded'],
    ['unpaid', 'none', 'processing'],
    CLOSES + DAY,
    waits(null),
  ],
];

test.each(rows)('F04 %j, and the provider says %j at %d', (which, answers, at, then) => {
  for (const name of which)
    for (const answer of answers) {
      const found = of(states[name], { dueAt: at });
      expect({ name, answer, is: stillUnpaid('p', found, answer, at) }).toStrictEqual({
        name,
        answer,
        is: then(found, at),
      });
      // Before it is due nothing is done, nor once nothing is left to ask.
      for (const dueAt of [at + 1, null]) {
        const early = of(states[name], { dueAt });
        expect(stillUnpaid('p', early, answer, at)).toBe(early);
      }
    }
});

test('how long everything takes is what the page about orders says', () => {
  const { open, ask, giveUp, review: look, processing, late, watch } = times;
  expect([open, ask, giveUp, look, late]).toStrictEqual([HOUR, 10 * MINUTE, DAY, 2 * DAY, 6 * HOUR]);
  expect([processing, watch]).toStrictEqual([14 * DAY, 7 * DAY]);
});

test('who looks at a payment in review hears what was said, of what, and whose it is', () => {
  expect(inReview('p', of(states['in review']), { why: 'late', stated: '110.00 QAR' })).toStrictEqual({
    ...{ kind: 'payment_review', severity: 'warning', about: 'purchases/p', people: ['ann'] },
    title: 'A payment for QAR 100.00 waits for review: late',
    explanation: expect.stringMatching(/“110\.00 QAR” of the order p\..*purchases-resolve/) as unknown,
    facts: { why: 'late', stated: '110.00 QAR', value: 10_000, currency: 'QAR' },
  });
});
