import fc from 'fast-check';
import { refused } from '../../test/refused.ts';
import { cash, minor, type Currency } from '../shared/money.ts';
import type { RecentWithdrawal } from '../payees/payee.ts';
import { countWithdrawal, forgetWithdrawal, needsSecondAdmin, policy } from './policy.ts';

const { windowMs } = policy;
const one = (amount: number, at: number, currency: Currency = 'QAR'): RecentWithdrawal => ({
  withdrawal: `w${at}`,
  amount: minor(amount),
  currency,
  at,
});

test('D9 the third in seven days passes and the fourth does not, until exactly seven days after the first', () => {
  const recent = [one(5000, 1), one(5000, 2)];
  const three = countWithdrawal(recent, one(5000, 3));
  expect(three).toHaveLength(3);
  const retryAt = 1 + windowMs;
  const facts = { reason: 'limit_reached', limit: 3, used: 3, retryAt };
  expect(refused(() => countWithdrawal(three, one(5000, 4)))).toEqual(facts);
  expect(refused(() => countWithdrawal(three, one(5000, retryAt - 1)))).toEqual(facts);
  expect(countWithdrawal(three, one(5000, retryAt)).map(({ at }) => at)).toEqual([2, 3, retryAt]);
  // Three are three, whatever their currencies.
  expect(refused(() => countWithdrawal(three, one(1000, 4, 'USD')))).toEqual(facts);
});

test('D9 20,000.00 passes and 20,000.01 does not', () => {
  expect(countWithdrawal([one(500_000, 1)], one(1_500_000, 2))).toHaveLength(2);
  expect(refused(() => countWithdrawal([one(500_000, 1)], one(1_500_001, 2)))).toEqual({
    reason: 'limit_reached',
    limit: 2_000_000,
    used: 500_000,
    needed: 1_500_001,
    currency: 'QAR',
    retryAt: 1 + windowMs,
  });
  expect(refused(() => countWithdrawal([], one(2_000_001, 2)))).toMatchObject({ retryAt: null });
  // Another currency has its own.
  expect(countWithdrawal([one(500_000, 1, 'USD')], one(2_000_000, 2))).toHaveLength(2);
});

test.each(cash)('D9 W3-29 %s: the minimum passes and one less does not', (currency) => {
  const { minimum } = policy.limits[currency];
  expect(countWithdrawal([], one(minimum, 1, currency))).toHaveLength(1);
  expect(refused(() => countWithdrawal([], one(minimum - 1, 1, currency)))).toMatchObject({
    reason: 'below_minimum',
    minimum,
    currency,
  });
});

test('credits are never withdrawn', () => {
  expect(refused(() => countWithdrawal([], one(1, 1, 'CREDIT')))).toMatchObject({ reason: 'limit_reached' });
});

test('D13 above QAR 5,000 a second admin is needed, at it not', () => {
  expect(needsSecondAdmin(minor(500_000), 'QAR')).toBe(false);
  expect(needsSecondAdmin(minor(500_001), 'QAR')).toBe(true);
});

test('whatever is asked for in whatever order, no seven days hold more than is allowed; retryAt is true', () => {
  const asked = fc.record({
    amount: fc.integer({ min: 5000, max: 2_100_000 }),
    wait: fc.integer({ min: 0, max: windowMs }),
    returned: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 40, size: 'max' }), (all) => {
      let recent: readonly RecentWithdrawal[] = [];
      const kept: RecentWithdrawal[] = [];
      let at = 1;
      for (const { amount, wait, returned } of all) {
        at += wait + 1;
        const wanted = one(amount, at);
        const no = refused(() => (recent = countWithdrawal(recent, wanted)));
        if (no === null) {
          if (returned) recent = forgetWithdrawal(recent, wanted.withdrawal);
          else kept.push(wanted);
        } else if ('retryAt' in no && typeof no.retryAt === 'number') {
          const { retryAt } = no;
          expect(retryAt).toBeGreaterThan(at);
          expect(refused(() => countWithdrawal(recent, one(amount, retryAt)))).toBeNull();
          expect(refused(() => countWithdrawal(recent, one(amount, retryAt - 1)))).not.toBeNull();
        }
        const inside = kept.filter((w) => w.at > at - windowMs);
        expect(inside.length).toBeLessThanOrEqual(policy.count);
        expect(inside.reduce((total, w) => total + w.amount, 0)).toBeLessThanOrEqual(policy.limits.QAR.most);
      }
    }),
  );
});

test('a returned withdrawal is forgotten, and no other', () => {
  const [first, second] = [one(5000, 1), one(6000, 2)];
  expect(forgetWithdrawal([first, second], 'w1')).toStrictEqual([second]);
});
