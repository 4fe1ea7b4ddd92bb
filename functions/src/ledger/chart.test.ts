import { minor } from '../shared/money.ts';
import { chargebackOf, escrowOf, paymentOf, policyOf, walletOf, type Account } from './chart.ts';
import { leg, walletsIn } from './journal.ts';
import { balanceOf, entryId, newWallet, nothing } from './wallet.ts';

/** The chart of accounts of the design, row by row. */

const wallet = (uid: string, bucket: string) => ({ kept: 'wallet', uid, bucket });
const held = (of: string, id: string) => ({ kept: 'document', of, id });
const journal = { kept: 'journal' };

test.each<[Account, 'credit' | 'debit', boolean, object]>([
  ['wallet:ann:available', 'credit', false, wallet('ann', 'available')],
  ['wallet:ann:pending', 'credit', false, wallet('ann', 'pending')],
  ['wallet:ann:reserved', 'credit', false, wallet('ann', 'reserved')],
  ['wallet:ann:debt', 'debit', false, wallet('ann', 'debt')],
  ['wallet:a:debt\n:available', 'credit', false, wallet('a:debt\n', 'available')],
  ['escrow:job~ann~ben', 'credit', false, held('escrow', 'job~ann~ben')],
  ['escrow:a\n:b', 'credit', false, held('escrow', 'a\n:b')],
  ['payment:pay~ann', 'credit', false, held('payment', 'pay~ann')],
  ['platform:fees', 'credit', false, journal],
  ['platform:breakage', 'credit', false, journal],
  ['platform:promotions', 'credit', true, journal],
  ['platform:losses', 'credit', true, journal],
  ['psp:stripe:clearing', 'debit', true, journal],
  ['psp:fatora:costs', 'debit', true, journal],
  ['bank:payouts', 'credit', true, journal],
  ['tax:fees', 'credit', true, journal],
  ['chargeback:du_1\n', 'credit', true, journal],
])('I3 I9 %j is %s-normal, negative: %s', (account, normal, mayBeNegative, place) => {
  expect(policyOf(account)).toEqual({ normal, mayBeNegative, place });
});

test.each([
  ...[
    'wallet:ann',
    'wallet::available',
    'wallet:ann:loot',
    'wallet:ann:available:',
    'a wallet:ann:available',
  ],
  ...['escrow:', 'an escrow:e', 'payment:', 'escrow', 'platform:loot', 'platform:fees2', 'a platform:fees'],
  ...['platform:losses2', 'a platform:losses', 'psp::clearing', 'psp:Stripe:clearing', 'psp:stripe:loot'],
  ...['psp:stripe:costs2', 'a psp:stripe:costs', 'bank:payouts2', 'a bank:payouts', 'tax:', 'tax:fees2'],
  ...['a tax:fees', 'chargeback:', 'a chargeback:du_1', ''],
])('%j is in no chart', (account) => {
  expect(() => policyOf(account as Account)).toThrow(new Error(`no such account: ${account}`));
});

test('accounts, legs and entries are named as they are stored', () => {
  const named = [walletOf('ann', 'debt'), escrowOf('e'), paymentOf('p'), chargebackOf('c')];
  expect(named).toEqual(['wallet:ann:debt', 'escrow:e', 'payment:p', 'chargeback:c']);
  const plain = { account: 'bank:payouts', currency: 'QAR', amount: 5 };
  expect(leg('bank:payouts', 'QAR', minor(5))).toStrictEqual(plain);
  expect(leg('bank:payouts', 'QAR', minor(5), 'earned')).toStrictEqual({ ...plain, counts: 'earned' });
  expect([entryId(7), entryId(123_456_789_012)]).toEqual(['000000000007', '123456789012']);
});

test('whose wallets an entry changes, and what is in one that nobody has used', () => {
  const accounts = [
    'wallet:ann:available',
    'platform:fees',
    'wallet:ben:debt',
    'escrow:e',
    'wallet:ann:pending',
  ];
  const legs = accounts.map((account) => leg(account as Account, 'QAR', minor(1)));
  const entry = { id: 'x', kind: 'purchase', legs, at: 1, by: 'ann', reference: 'x/1' } as const;
  expect(walletsIn(entry)).toEqual(['ann', 'ben', 'ann']);
  const balance = { ...nothing, available: minor(5) };
  const wallets = [null, newWallet, { ...newWallet, balances: { QAR: balance } }];
  expect(wallets.map((one) => balanceOf(one, 'QAR'))).toEqual([nothing, nothing, balance]);
  expect(nothing).toEqual({ available: 0, pending: 0, reserved: 0, debt: 0 });
});
