import fc from 'fast-check';
import { quoteItem } from '../catalog/catalog.ts';
import { newWallet, type Wallet } from '../ledger/wallet.ts';
import { minor } from '../shared/money.ts';
import type { PaymentReport } from './gateway.ts';
import { newPurchase, nextAttempt, opened, stillUnpaid, times } from './order.ts';
import { settle } from './payment.ts';
import { readAttempt, type Purchase } from './purchase.ts';

const START = 1_800_000_000_000;
const id = `${'a'.repeat(24)}~ann`;
const order: Purchase = newPurchase(quoteItem({ kind: 'amount', amount: minor(10_000) }), {
  uid: 'ann',
  provider: 'stripe',
  requestHash: '',
  at: START,
});

const report: fc.Arbitrary<PaymentReport> = fc.record({
  provider: fc.constantFrom('stripe', 'stripe', 'stripe', 'fatora'),
  attempt: fc.constantFrom(':1', ':1', ':2', ':3').map((number) => id.replace('~', ':') + number),
  reference: fc.constant('cs_1'),
  payment: fc.constantFrom('pi_1', 'pi_2', ''),
  outcome: fc.constantFrom('paid', 'paid', 'pending', 'failed', 'expired'),
  amount: fc.constantFrom(
    order.price,
    order.price,
    order.price,
    minor(order.price - 1),
    minor(order.price + 1),
    null,
  ),
  currency: fc.constantFrom('QAR', 'QAR', 'QAR', 'USD', null),
  stated: fc.constant('as it was written'),
});
const step = fc.oneof(
  { weight: 4, arbitrary: report },
  { weight: 1, arbitrary: fc.constantFrom('open', 'next', 'sweep', 'day') },
);

test('W0-20 W2-25 W4-12 any reports in any order credit at most once, and only what fits; paid stays paid', () => {
  let credited = 0;
  const play = (steps: (PaymentReport | string)[]) => {
    let [purchase, wallet, at]: [Purchase, Wallet | null, number] = [order, null, START];
    const entries: string[] = [];
    for (const one of steps) {
      at += one === 'day' ? 24 * 3_600_000 : times.ask;
      const before = purchase;
      if (typeof one === 'string') {
        if (one === 'open')
          purchase = opened(purchase, purchase.attempt, { reference: 'cs_1', url: 'https://x' });
        else if (one === 'next') purchase = nextAttempt(purchase, purchase.attempt);
        else purchase = stillUnpaid(id, purchase, one === 'sweep', at);
      } else {
        const verdict = settle(id, { purchase, wallet }, one, at);
        purchase = verdict.purchase ?? purchase;
        if (verdict.posting) {
          const fits = one.outcome === 'paid' && one.amount === order.price && one.currency === 'QAR';
          expect([fits, one.provider]).toEqual([true, 'stripe']);
          expect(readAttempt(one.attempt)?.attempt).toBeLessThanOrEqual(before.attempt);
          expect(['created', 'pending']).toContain(before.status);
          entries.push(verdict.posting.entry.id);
          wallet = verdict.posting.wallets.ann!.wallet;
        }
      }
      if (before.status === 'paid') expect(purchase).toBe(before);
      expect(purchase.status === 'paid').toBe(entries.length === 1);
      expect((wallet ?? newWallet).balances.QAR?.available ?? 0).toBe(entries.length * order.value);
    }
    credited += entries.length;
  };
  fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), play), { numRuns: 1000 });
  expect(credited).toBeGreaterThan(100);
});

test.each([
  ['a:b:1', { id: 'a~b', attempt: 1 }],
  ['a:b:999999', { id: 'a~b', attempt: 999_999 }],
  ['a:b:0', null],
  ['a:b:01', null],
  ['a:b', null],
  ['a:b:c:1', null],
  ['not an id:b:1', null],
  ['a~b:c:1', null],
])('an attempt called %s names %j', (name, expected) => {
  expect(readAttempt(name)).toEqual(expected);
});
