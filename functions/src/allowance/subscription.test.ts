import fc from 'fast-check';
import { lotsOf, type Wallet } from '../ledger/wallet.ts';
import type { GivenLot } from '../lots/lifetime.ts';
import type { SubscriptionReport } from '../psp/subscribing.ts';
import { minor } from '../shared/money.ts';
import { allowances, isOf, isPaid, lotOfPeriod, renew, times, type Subscription } from './subscription.ts';

const START = 1_800_000_000_000;
const MONTH = 30 * 24 * 3600 * 1000;

const begun: Subscription = {
  ...{ uid: 'ann', tier: 'basic', subscription: '', customer: 'cus_1', request: 'r', status: 'incomplete' },
  ...{ ending: false, startAt: START, endAt: START, createdAt: START, version: 1, dueAt: START, news: [] },
};
const report: SubscriptionReport = {
  ...{ subscription: 'sub_1', uid: 'ann', name: 'subscribe:r', tier: 'basic', status: 'active' },
  ending: false,
  ...{ startAt: START, endAt: START + MONTH, clientSecret: '' },
  invoice: {
    ...{ id: 'in_1', paid: true, startAt: START, amount: minor(1900), currency: 'QAR', payment: 'pi_1' },
  },
};
const found = { before: begun, wallet: null, lot: null };

test('F47 a paid month gives its credits, books its payment, and ends with it', () => {
  const { lot, posting, subscription } = renew(found, report, START);
  expect(lot).toMatchObject({ lot: lotOfPeriod(report), given: 40, expiresAt: START + MONTH });
  expect(posting!.entry).toMatchObject({ kind: 'grant', psp: { provider: 'stripe', source: 'pi_1' } });
  expect(
    posting!.entry.legs.map(({ account, currency, amount }) => `${account} ${amount} ${currency}`),
  ).toEqual([
    'psp:stripe:clearing -1853 QAR',
    'psp:stripe:costs -47 QAR',
    'platform:fees 1900 QAR',
    'platform:credits -40 CREDIT',
    'wallet:ann:available 40 CREDIT',
  ]);
  expect(subscription).toMatchObject({ status: 'active', dueAt: START + MONTH + times.renewal });
});

test.each([
  ['it is not active', { status: 'unpaid' }],
  ['it has ended', { status: 'ended' }],
  ['it is not ours to price', { tier: null }],
  ['there is no invoice', { invoice: null }],
  ['the invoice is open', { invoice: { ...report.invoice!, paid: false } }],
  ['the invoice is of the month before', { invoice: { ...report.invoice!, startAt: START - MONTH } }],
] as const)('W1-23 nothing is given when %s', (_, more) => {
  const said: SubscriptionReport = { ...report, ...more };
  expect(isPaid(said)).toBe(false);
  expect(renew(found, said, START)).toMatchObject({ lot: null, posting: null });
});

test('I12 one that is not renewed in time is asked about again, at a time that is yet to come', () => {
  const late = START + MONTH + times.renewal + 1;
  expect(renew(found, report, late).subscription.dueAt).toBe(late + times.ask);
});

test('a report is about the one that it names; before its id is known, about what was opened under its name', () => {
  expect(isOf(begun, report)).toBe(true);
  // The one before it, which ended, and is told of once more while the new one is being opened.
  expect(isOf(begun, { ...report, subscription: 'sub_0', name: 'subscribe:q' })).toBe(false);
  expect(isOf(begun, { ...report, name: '' })).toBe(false);
  const known = { ...begun, subscription: 'sub_1', request: 'another' };
  expect(isOf(known, report)).toBe(true);
  expect(isOf(known, { ...report, subscription: 'sub_2' })).toBe(false);
});

test('an invoice of nothing is a present, and moves no money', () => {
  const free = { ...report, invoice: { ...report.invoice!, amount: minor(0), payment: '' } };
  const { posting } = renew(found, free, START);
  expect(posting!.entry.legs.map(({ account }) => account)).toEqual([
    'platform:promotions',
    'wallet:ann:available',
  ]);
  expect(posting!.entry.psp).toBeUndefined();
});

test('W1-22 W1-23 whatever is told how often: each paid month of each subscription once, and all of them together', () => {
  const told = fc.record({
    month: fc.integer({ min: 0, max: 4 }),
    paid: fc.boolean(),
    tier: fc.constantFrom('basic', 'pro', 'studio'),
    // One that ended, and the one that was begun within the same second.
    subscription: fc.constantFrom('sub_1', 'sub_2'),
  });
  fc.assert(
    fc.property(fc.array(told, { maxLength: 30 }), (all) => {
      let wallet: Wallet | null = null;
      let before: Subscription = begun;
      const lots = new Map<string, GivenLot>();
      let given = 0;
      for (const { month, paid, tier, subscription } of all) {
        const startAt = START + month * MONTH;
        const said = {
          ...{ ...report, subscription, tier, startAt, endAt: startAt + MONTH },
          invoice: { ...report.invoice!, startAt, paid },
        };
        const name = lotOfPeriod(said);
        const done = renew({ before, wallet, lot: lots.get(name) ?? null }, said, startAt);
        before = done.subscription;
        expect(done.lot !== null).toBe(paid && !lots.has(name));
        if (done.lot) {
          lots.set(name, done.lot);
          given += allowances[tier];
          wallet = done.posting!.wallets.ann!.wallet;
        }
        expect(lotsOf(wallet, 'CREDIT').reduce((sum, { amount }) => sum + amount, 0)).toBe(given);
      }
    }),
  );
});
