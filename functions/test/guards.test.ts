import { contract } from '../src/contract.ts';
import { adminRoles, type AdminRole, type Call, type Guard } from '../src/shared/call.ts';

const calls = Object.entries(contract).flatMap(([feature, own]) =>
  Object.entries(own).map(([name, call]) => [`${feature}-${name}`, call as Call] as const),
);
const guardedBy = (guard: Guard) =>
  calls
    .filter(([, call]) => call.guard === guard)
    .map(([name]) => name)
    .sort();

test('F73 what an admin may do is asked of the account as it is now', () => {
  const admins = calls.filter(([, { audience }]) => adminRoles.includes(audience as AdminRole));
  expect(admins.length).toBeGreaterThan(10);
  expect(admins.filter(([, { guard }]) => guard === 'token')).toEqual([]);
});

test('what takes money out uses an App Check token up', () => {
  expect(guardedBy('once')).toEqual([
    'brake-lift',
    'payruns-approve',
    'refunds-create',
    'withdrawals-approve',
    'withdrawals-pay',
    'withdrawals-request',
  ]);
});

/** A token made up to an hour ago is enough for these: no money moves by them or for them later, and nobody else hears of it. */
test('somebody decided for which calls a token is enough', () => {
  expect(guardedBy('token')).toEqual([
    'allowance-show',
    'allowance-tiers',
    'bookings-get',
    'catalog-list',
    'catalog-quote',
    'certificates-list',
    'certificates-proof',
    'certificates-verify',
    'codes-check',
    'commissions-list',
    'commissions-table',
    'courses-list',
    'courses-show',
    'generations-get',
    'generations-list',
    'generations-prices',
    'jobs-cancel',
    'jobs-post',
    'kyc-get',
    'leaders-mine',
    'leaders-show',
    'learning-show',
    'links-banner',
    'links-list',
    'links-share',
    'links-stats',
    'lots-list',
    'messages-delete',
    'messages-list',
    'messages-read',
    'messages-readall',
    'messages-unmark',
    'messages-unread',
    'orders-list',
    'packages-list',
    'packages-mine',
    'payruns-mine',
    'plans-list',
    'plans-mine',
    'profiles-get',
    'receipts-get',
    'terms-get',
    'tree-show',
    'usernames-check',
    'wallet-at',
    'wallet-cover',
    'wallet-entries',
    'wallet-explain',
    'wallet-get',
    'wallet-statement',
    'withdrawals-list',
  ]);
});
