import { createHash } from 'node:crypto';
import { minor, type Currency, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { hashEntry } from './chain.ts';
import type { Account } from './chart.ts';
import { entryKinds, leg, type Counter, type EntryKind, type JournalEntry, type Leg } from './journal.ts';
import { checkBalanced, movedOn, post, reverse, type Books } from './ledger.ts';
import { newLifetime, newWallet, nothing, type Balance, type Wallet } from './wallet.ts';

/** What one entry writes, all of it, and each way in which it is not posted. */

type Short = readonly [Account, number, (Counter | '')?, Currency?];
const legsOf = (parts: readonly Short[]): Leg[] =>
  parts.map(([account, amount, counts, currency = 'QAR']) =>
    counts ? leg(account, currency, minor(amount), counts) : leg(account, currency, minor(amount)),
  );
const entryOf = (parts: readonly Short[], kind: EntryKind = 'purchase'): JournalEntry => ({
  ...{ id: 'cause', kind, legs: legsOf(parts), at: 8, by: 'ann', reference: 'things/1' },
});
const walletWith = (balance: Partial<Record<keyof Balance, number>>, more: Partial<Wallet> = {}): Wallet => ({
  ...{ ...newWallet, version: 3, head: 'before', ...more },
  balances: { QAR: { ...nothing, ...balance } as Balance, INR: { ...nothing, available: minor(9) } },
});

/** What is said, or why nothing is: a refusal with its facts, or the mistake. */
function said(step: () => unknown): unknown {
  try {
    return step();
  } catch (error) {
    return error instanceof Refusal ? [error.reason, error.facts] : (error as Error).message;
  }
}

/** Canonical JSON as RFC 8785 says it, for what has no numbers but integers. */
const canonical = (value: unknown): string =>
  typeof value !== 'object' || value === null
    ? JSON.stringify(value)
    : `{${Object.entries(value)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
        .join(',')}}`;

test('I1 I2 F11 an entry writes each wallet and document that its legs name, and says how', () => {
  const entry = entryOf([
    ['wallet:ann:available', -70, 'spent'],
    ['wallet:ann:available', -30, 'spent'],
    ['wallet:ann:pending', 25, 'earned'],
    ['wallet:ann:debt', 5],
    ['escrow:same', 90],
    ['escrow:same', -15],
    ['payment:same', -20],
    ['generation:same', -7],
    ['platform:fees', 22],
    ['wallet:ann:reserved', 6, '', 'USD'],
    ['wallet:ben:available', 4, 'refunded', 'USD'],
    ['bank:payouts', -10, '', 'USD'],
  ]);
  const lifetime = { QAR: { ...newLifetime, spent: minor(1_000), earned: minor(2) } };
  const ann = walletWith({ available: 100, pending: 5, debt: 8 }, { lifetime });
  const [same, other] = [minor(30), minor(1)];
  const books = {
    wallets: { ann, ben: null, cat: ann },
    escrows: { same, other },
    payments: { same, other },
    generations: { same, other },
  };
  const posting = post(entry, books);
  const of = { journal: 'cause', kind: 'purchase', at: 8, reference: 'things/1' };
  const sealed = (unsealed: object) => ({
    ...unsealed,
    hash: createHash('sha256').update(canonical(unsealed)).digest('hex'),
  });
  const before = { QAR: { ...nothing, available: 100, pending: 5, debt: 8 }, USD: nothing };
  const after = { QAR: { ...nothing, pending: 30, debt: 3 }, USD: { ...nothing, reserved: 6 } };
  const changes = { QAR: { available: -100, pending: 25, debt: -5 }, USD: { reserved: 6 } };
  const anns = sealed({ ...of, n: 4, changes, before, after, prev: 'before' });
  const got = { USD: { ...nothing, available: 4 } };
  const bens = sealed({
    ...{ ...of, n: 1, changes: { USD: { available: 4 } }, before: { USD: nothing }, after: got, prev: '' },
  });
  expect(posting).toStrictEqual({
    ...{ entry, escrows: { same: 105 }, payments: { same: 10 }, generations: { same: 23 } },
    wallets: {
      ann: {
        entry: anns,
        wallet: {
          ...{ balances: { ...after, INR: { ...nothing, available: 9 } }, version: 4, head: anns.hash },
          lifetime: { QAR: { ...newLifetime, spent: 1_100, earned: 27 }, USD: newLifetime },
          frozen: false,
        },
      },
      ben: {
        entry: bens,
        wallet: {
          ...{ balances: got, lifetime: { USD: { ...newLifetime, refunded: 4 } } },
          ...{ version: 1, head: bens.hash, frozen: false },
        },
      },
    },
  });
  expect([newWallet, newLifetime]).toEqual([
    { balances: {}, lifetime: {}, version: 0, head: '', frozen: false },
    { earned: 0, spent: 0, withdrawn: 0, refunded: 0, purchased: 0 },
  ]);
});

test('W2-14 the hash of an entry is that of its canonical form', () => {
  const hash = hashEntry({ prev: 'x', n: 1 } as never);
  expect(hash).toBe(createHash('sha256').update('{"n":1,"prev":"x"}').digest('hex'));
});

test.each<[Counter, number]>([
  ['earned', 7],
  ['refunded', 7],
  ['purchased', 7],
  ['spent', -7],
  ['withdrawn', -7],
])('D14 %s counts %i up, and back again', (counter, amount) => {
  const one = entryOf([
    ['wallet:ann:available', amount, counter],
    ['bank:payouts', -amount],
  ]);
  const there = post(one, { wallets: { ann: walletWith({ available: 7 }) } }).wallets.ann!.wallet;
  expect(there.lifetime).toEqual({ QAR: { ...newLifetime, [counter]: 7 } });
  const back = post(reverse(one, { at: 9, by: 'system' }), { wallets: { ann: there } }).wallets.ann!.wallet;
  expect([back.lifetime, back.balances.QAR?.available]).toEqual([{ QAR: newLifetime }, 7]);
});

const ann = (balance: Partial<Record<keyof Balance, number>>): Books => ({
  wallets: { ann: walletWith(balance) },
});
const five = minor(5);

test.each<[Account, number, Books]>([
  ['wallet:ann:available', -1, ann({ available: 5 })],
  ['wallet:ann:pending', -1, ann({ pending: 5 })],
  ['wallet:ann:reserved', -1, ann({ reserved: 5 })],
  // Who owes five cannot repay six.
  ['wallet:ann:debt', 1, ann({ debt: 5 })],
  ['escrow:e', -1, { wallets: {}, escrows: { e: five } }],
  ['payment:p', -1, { wallets: {}, payments: { p: five } }],
  ['generation:g', -1, { wallets: {}, generations: { g: five } }],
])('I3 %s gives all that is there, and not one unit more', (account, sign, books) => {
  const take = (amount: number) => () =>
    post(
      entryOf([
        [account, sign * amount],
        ['bank:payouts', -sign * amount],
      ]),
      books,
    );
  expect(take(5)).not.toThrow();
  expect(said(take(6))).toEqual(['insufficient_funds', { available: 5, needed: 6, currency: 'QAR' }]);
});

test.each<[Account, string]>([
  ['wallet:ann:available', 'wallet ann was not read'],
  ['escrow:e', 'escrow e was not read'],
  ['payment:p', 'payment p was not read'],
  ['generation:g', 'generation g was not read'],
])('%s is posted to only where it was read', (account, mistake) => {
  const entry = entryOf([
    [account, 1],
    ['bank:payouts', -1],
  ]);
  const [wallets, other] = [{ ben: null }, { x: five }];
  expect(said(() => post(entry, { wallets }))).toBe(mistake);
  const rest = { escrows: other, payments: other, generations: other };
  expect(said(() => post(entry, { wallets, ...rest }))).toBe(mistake);
});

/** What was paid or booked by mistake is taken back, and credits end, whoever may spend them. */
const takesBack = [
  'refund',
  'chargeback',
  'chargeback-lost',
  'adjustment',
  'reversal',
  'commission',
  'lot-expiry',
];

test.each(entryKinds)('F80 a frozen wallet and its %s', (kind) => {
  const frozen = walletWith({ available: 9, pending: 9, reserved: 9, debt: 9 }, { frozen: true });
  const move = (...parts: readonly Short[]) =>
    said(() => post(entryOf(parts, kind), { wallets: { ann: frozen } }).wallets.ann?.wallet.frozen);
  expect(move(['wallet:ann:available', -1], ['bank:payouts', 1])).toEqual(
    takesBack.includes(kind) ? true : ['wallet_frozen', {}],
  );
  // It receives, and what it had asked for before goes its way.
  for (const account of ['wallet:ann:pending', 'wallet:ann:reserved'] as const) {
    expect(move([account, -1], ['bank:payouts', 1])).toBe(true);
    expect(move([account, -1], ['wallet:ann:available', 1])).toBe(true);
  }
  expect(move(['wallet:ann:available', -1], ['wallet:ann:available', 1])).toBe(true);
});

test.each<[string, readonly Short[]]>([
  ['an entry needs two legs', []],
  ['an entry needs two legs', [['platform:fees', 1]]],
  [
    'a leg of nothing',
    [
      ['platform:fees', 0],
      ['bank:payouts', 0],
    ],
  ],
  [
    'legs in QAR sum to -1',
    [
      ['platform:fees', 1],
      ['bank:payouts', -2],
    ],
  ],
  [
    'legs in USD sum to -1',
    [
      ['platform:fees', 1],
      ['bank:payouts', -1],
      ['tax:fees', -1, '', 'USD'],
    ],
  ],
  [
    'no such account: platform:loot',
    [
      ['platform:loot' as Account, 1],
      ['bank:payouts', -1],
    ],
  ],
])('I1 F76 %s', (mistake, parts) => {
  expect(said(() => post(entryOf(parts), { wallets: {} }))).toBe(mistake);
  if (!mistake.startsWith('no such')) expect(said(() => checkBalanced(legsOf(parts)))).toBe(mistake);
});

test('I10 half a unit is no leg', () => {
  const legs = [0.5, -0.5].map((amount) => ({
    ...leg('bank:payouts', 'QAR', five),
    amount: amount as Minor,
  }));
  expect(said(() => checkBalanced(legs))).toBe('not an amount in minor units: 0.5');
});

test('I6 what takes an entry back is named after it, and has each leg the other way', () => {
  const entry = entryOf([
    ['wallet:ann:available', 5, 'purchased'],
    ['psp:stripe:clearing', -5],
  ]);
  const psp = { provider: 'stripe', source: 'pi_1' };
  const back = {
    ...{ id: 'reversal:cause', kind: 'reversal', reference: 'things/1', reverses: 'cause', at: 9, by: 'sue' },
    legs: legsOf([
      ['wallet:ann:available', -5, 'purchased'],
      ['psp:stripe:clearing', 5],
    ]),
  };
  expect(reverse(entry, { at: 9, by: 'sue' })).toStrictEqual(back);
  expect(reverse({ ...entry, psp }, { at: 9, by: 'sue' })).toStrictEqual({ ...back, psp });
});

test('what an entry moved on an account is the sum of its legs there', () => {
  const entry = entryOf([
    ['platform:fees', 5],
    ['platform:fees', 2],
    ['bank:payouts', -7],
  ]);
  expect(['platform:fees', 'bank:payouts', 'tax:fees'].map((one) => movedOn(entry, one))).toEqual([7, -7, 0]);
});
