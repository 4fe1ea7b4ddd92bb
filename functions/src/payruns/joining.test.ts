import { refused } from '../../test/refused.ts';
import { newPayee, type Destination, type Payee } from '../payees/payee.ts';
import { minor } from '../shared/money.ts';
import { join, leave, paidOut, passedOver } from './joining.ts';

const AT = 5;
const base = { mask: 'UPI •••• mple', requestHash: 'h', savedAt: 0, usableAt: 0 };
const sealed = { v: 1, nonce: 'n', box: 'b', tag: 't' } as const;
const place = (id: string, currency: 'INR' | 'QAR'): Destination => ({
  ...{ ...base, id, kind: 'upi', currency, sealed, status: 'unverified', dueAt: 1, overdue: 0 },
});
const payee: Payee = {
  ...newPayee,
  destinations: [place('home', 'INR'), place('shop', 'INR'), place('abroad', 'QAR')],
};
const order = { uid: 'ann', destination: 'home', minimum: minor(50_000), at: AT };
const joined = join({ join: null, payee }, order);

test('F35 joined: where to, and they hear of it', () => {
  expect(joined).toStrictEqual({
    ...{ uid: 'ann', weekly: 'INR', destination: 'home', changedAt: AT, told: [], version: 1 },
    news: [
      {
        ...{ id: 'payrun.ann.1.joined.0', to: 'ann', kind: 'payruns-joined', facts: {}, at: AT },
        text: 'Every Monday what you have goes to UPI •••• mple, from INR 500.00 on. If it was not you, tell us.',
        about: 'payrunJoins/ann',
      },
    ],
  });
});

test('F35 the same again changes nothing; another place is another wish, and they hear of that too', () => {
  expect(join({ join: joined, payee }, { ...order, at: 9 })).toBe(joined);
  const other = join(
    { join: { ...joined, told: ['kyc_required'] }, payee },
    { ...order, destination: 'shop' },
  );
  expect(other).toMatchObject({ destination: 'shop', version: 2, told: [] });
  expect(other.news.map(({ id }) => id)).toEqual(['payrun.ann.1.joined.0', 'payrun.ann.2.joined.0']);
});

test('F35 only one’s own place in a currency that is paid every week', () => {
  const no = (destination: string, whose: Payee | null = payee) =>
    refused(() => join({ join: null, payee: whose }, { ...order, destination }));
  expect(no('abroad')).toMatchObject({ reason: 'currency_mismatch', expected: 'INR', found: 'QAR' });
  expect(no('none')).toMatchObject({ reason: 'not_found' });
  expect(no('home', null)).toMatchObject({ reason: 'not_found' });
});

test('F35 left once; who never joined has left', () => {
  const left = leave(joined, 8)!;
  expect(left).toMatchObject({ weekly: null, changedAt: 8, version: 2 });
  expect(left.news.at(-1)).toMatchObject({ kind: 'payruns-left' });
  expect(leave(left, 9)).toBe(left);
  expect(leave(null, 9)).toBeNull();
  expect(join({ join: left, payee }, order)).toMatchObject({ weekly: 'INR', version: 3 });
});

test('F35 each cause that one can mend is told once until they are paid; others are not', () => {
  const told = passedOver(joined, 'kyc_required', AT);
  expect(told).toMatchObject({ told: ['kyc_required'], version: 2 });
  expect(told.news.at(-1)).toMatchObject({ kind: 'payruns-skipped', facts: { reason: 'kyc_required' } });
  expect(passedOver(told, 'kyc_required', AT)).toBe(told);
  expect(passedOver(told, 'not_found', AT).told).toEqual(['kyc_required', 'not_found']);
  for (const reason of ['below_minimum', 'wallet_frozen', 'payouts_stopped', 'account_gone', 'left'] as const)
    expect(passedOver(told, reason, AT)).toBe(told);
  const paid = paidOut(told);
  expect(paid.told).toEqual([]);
  expect(paidOut(paid)).toBe(paid);
  expect(passedOver(paid, 'kyc_required', AT).news).toHaveLength(told.news.length + 1);
});
