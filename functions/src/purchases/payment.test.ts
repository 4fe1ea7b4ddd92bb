import fc from 'fast-check';
import { quoteItem } from '../catalog/catalog.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import type { PaymentReport } from '../psp/gateway.ts';
import { newPurchase, nextAttempt, opened, stillUnpaid, times } from './order.ts';
import { resolveReview, settle, type Verdict } from './payment.ts';
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
  { weight: 5, arbitrary: fc.record({ do: fc.constant('report'), report }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('open', 'next'), attempt: fc.constantFrom(1, 2, 3) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('sweep'),
      answer: fc.constantFrom('unpaid', 'processing', 'none'),
      hours: fc.constantFrom(0, 1, 24, 400),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('decide'),
      decision: fc.constantFrom('credit', 'dismiss'),
      by: fc.constantFrom('fay', 'fay', 'ann'),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Books = { readonly purchase: Purchase; readonly wallet: Wallet | null };

/** Whoever changes a document that they were handed fails at once. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

function decide({ purchase, wallet }: Books, one: Step, at: number): Verdict {
  const books = { purchase, wallet };
  const moneyless = (after: Purchase): Verdict => ({ purchase: after, posting: null, result: 'nothing' });
  if ('report' in one) return settle(id, books, one.report, at);
  if ('decision' in one) return resolveReview(id, books, { decision: one.decision, by: one.by, at });
  if ('answer' in one) return moneyless(stillUnpaid(id, purchase, one.answer, at));
  if (one.do === 'next') return moneyless(nextAttempt(purchase, one.attempt));
  return moneyless(opened(purchase, one.attempt, { reference: 'cs_1', url: 'https://x' }));
}

/** Written apart from the code: what a payment must be to be worth anything. */
const fits = (said: PaymentReport, purchase: Purchase): boolean =>
  said.outcome === 'paid' &&
  said.provider === 'stripe' &&
  said.amount === order.price &&
  said.currency === 'QAR' &&
  (readAttempt(said.attempt)?.attempt ?? Infinity) <= purchase.attempt;

/** Whether this step is a reason to issue what was bought, given the payments that were told of before. */
function mayCredit(purchase: Purchase, one: Step, told: ReadonlySet<string>): boolean {
  if ('report' in one) return ['created', 'pending'].includes(purchase.status) && fits(one.report, purchase);
  if (!('decision' in one) || purchase.status !== 'review') return false;
  const { attempt, payment } = purchase.payment;
  return one.decision === 'credit' && one.by !== purchase.uid && told.has(`${attempt} ${payment}`);
}

test('I6 I7 W0-20 W2-25 W4-12 any words in any order credit at most once, and only what fits; paid stays paid', () => {
  const seen = new Set<string>();
  const play = (steps: readonly Step[]) => {
    let [books, at, credits]: [Books, number, number] = [{ purchase: frozen(order), wallet: null }, START, 0];
    const told = new Set<string>();
    for (const one of steps) {
      at += 'hours' in one ? one.hours * 3_600_000 : times.ask;
      const { purchase: before } = books;
      if ('report' in one && fits(one.report, before))
        told.add(`${one.report.attempt} ${one.report.payment}`);
      try {
        const { purchase, posting, result } = frozen(decide(books, one, at));
        const after = purchase ?? before;
        if (before.status === 'paid') expect(after).toBe(before);
        else expect(after.status === 'paid').toBe(posting !== null);
        if (after.status !== before.status) expect(after.version).toBe(before.version + 1);
        if (posting) {
          expect([mayCredit(before, one, told), posting.entry.id]).toEqual([true, `purchase:${id}`]);
          credits += 1;
        }
        books = { purchase: after, wallet: posting?.wallets.ann?.wallet ?? books.wallet };
        seen.add(result).add(`${before.status} > ${after.status}`);
      } catch (error) {
        // A refusal changes nothing: all that was handed out is frozen.
        if (!(error instanceof Refusal)) throw error;
        seen.add(error.reason);
      }
      const { purchase, wallet } = books;
      expect(purchase.status === 'paid' ? 1 : 0).toBe(credits);
      expect(wallet?.balances.QAR?.available ?? 0).toBe(credits * order.value);
      if (['created', 'pending', 'review'].includes(purchase.status)) expect(purchase.dueAt).not.toBeNull();
    }
  };
  fc.assert(fc.property(fc.array(step, { minLength: 16, maxLength: 16 }), play), { numRuns: 2000 });
  const ways = ['created > pending', 'pending > paid', 'created > paid', 'pending > review', 'review > paid'];
  const ends = ['paid > paid', 'pending > expired', 'expired > review', 'failed > review', 'review > failed'];
  const results = ['credited', 'closed', 'review', 'nothing', 'double_payment', 'unknown'];
  const refusals = ['own_request', 'wrong_status', 'amount_mismatch'];
  expect([...ways, ...ends, ...results, ...refusals].filter((one) => !seen.has(one))).toEqual([]);
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
