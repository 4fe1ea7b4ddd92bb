import fc from 'fast-check';
import { destinationsContract } from './destinations.contract.ts';
import { maskOf, type Maskable } from './mask.ts';

const letters = (count: number) =>
  Array.from({ length: count }, (_, i) => String.fromCodePoint(0x1000 + i)).join('');

/** What is secret of each kind: letters that are all different and in no word, so that each that shows is seen. */
const kinds: Readonly<Record<string, (secret: string) => Maskable>> = {
  bank: (secret) => ({ kind: 'bank', iban: `QA${secret}` }),
  ifsc: (account) => ({ kind: 'ifsc', account }),
  upi: (name) => ({ kind: 'upi', upi: `${name}@handle` }),
  e_wallet: (account) => ({ kind: 'e_wallet', account }),
  'e_wallet by e-mail': (name) => ({ kind: 'e_wallet', account: `${name}@example.test` }),
  mobile_money: (phone) => ({ kind: 'mobile_money', phone }),
  connected: (last4) => ({ kind: 'connected', last4 }),
};

test.each(Object.entries(kinds))(
  'F38 I14 %s: a mask shows four characters of an account at most',
  (_, made) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), (count) => {
        const secret = letters(count);
        const mask = maskOf(made(secret));
        expect(Array.from(secret).filter((letter) => mask.includes(letter)).length).toBeLessThanOrEqual(4);
        expect(mask).toBe(mask.trim());
      }),
    );
  },
);

test('each kind has its own mask, and of a short account it hides at least half', () => {
  expect(maskOf({ kind: 'bank', iban: 'QA30AAAA123456789012345678901' })).toBe('QA•• •••• 8901');
  expect(maskOf({ kind: 'ifsc', account: '123456789012' })).toBe('IN •••• 9012');
  expect(maskOf({ kind: 'upi', upi: 'ann.example@okbank' })).toBe('UPI •••• mple');
  expect(maskOf({ kind: 'e_wallet', account: 'ann.example@example.test' })).toBe('E-wallet •••• mple');
  expect(maskOf({ kind: 'e_wallet', account: 'ann-1' })).toBe('E-wallet •••• -1');
  expect(maskOf({ kind: 'e_wallet', account: 'a@example.test' })).toBe('E-wallet ••••');
  expect(maskOf({ kind: 'mobile_money', phone: '+97433123456' })).toBe('Mobile money •••• 3456');
  expect(maskOf({ kind: 'cash', country: 'QA' })).toBe('Cash QA');
  expect(maskOf({ kind: 'connected', last4: '1234' })).toBe('Stripe •••• 1234');
  expect(maskOf({ kind: 'connected', last4: '' })).toBe('Stripe ••••');
});

const requestId = 'request-1';
const holder = 'Ann Example';
const right = {
  ifsc: { kind: 'ifsc', holder, account: '123456789012', ifsc: 'HDFC0001234', currency: 'INR' },
  upi: { kind: 'upi', holder, upi: 'ann.example@okbank', currency: 'INR' },
  e_wallet: { kind: 'e_wallet', operator: 'PayPal', account: 'ann@example.test', currency: 'USD' },
  mobile_money: { kind: 'mobile_money', operator: 'Ooredoo', phone: '+97433123456', currency: 'QAR' },
  cash: { kind: 'cash', holder, country: 'QA', place: 'Souq Waqif', currency: 'QAR' },
  connected: { kind: 'connected', currency: 'QAR' },
} as const;
const parse = (input: object) => destinationsContract.save.input.safeParse({ requestId, ...input });
const pathOf = (input: object) => parse(input).error?.issues[0]?.path.join('.');

test.each(Object.entries(right))(
  'F38 %s is taken as it should be, and nothing of it may miss',
  (_, details) => {
    expect(parse(details).error).toBeUndefined();
    for (const field of Object.keys(details))
      expect(pathOf(Object.fromEntries(Object.entries(details).filter(([key]) => key !== field)))).toBe(
        field,
      );
    expect(parse({ ...details, iban: 'QA30AAAA123456789012345678901' }).success).toBe(false);
  },
);

test.each([
  ['ifsc', 'account', ['12345678', '1234567890123456789', '12345678a', '１２３４５６７８９', 123456789012]],
  ['ifsc', 'ifsc', ['HDFC1001234', 'hdfc0001234', 'HDF00001234', 'HDFC00012345', 'HDFC0-01234']],
  ['ifsc', 'currency', ['QAR', 'USD']],
  ['ifsc', 'pan', ['AAAPA0000A', 'AAAXA1234A', 'AAAPA123A', '', null]],
  ['ifsc', 'gstin', ['27AAPFU0939F1ZA', '39AAPFU0939F1ZV', 'AAPFU0939F', '', null]],
  [
    'upi',
    'upi',
    ['ann', 'ann@', '@okbank', 'ann@ok.bank', 'a@okbank', 'ann ex@okbank', 'ann@1bank', 'a\nb@ok', ''],
  ],
  ['upi', 'currency', ['QAR', 'USD']],
  [
    'e_wallet',
    'account',
    ['abc', 'ann@', '@example.test', 'ann@host', 'a@b@c.de', 'ann ex', 'ann\n1234', ''],
  ],
  ['e_wallet', 'operator', ['', 'P', 'Pay\nPal', 'x'.repeat(61)]],
  ['mobile_money', 'phone', ['97433123456', '+0743312345', '+974 3312 3456', '+974331', '+1234567890123456']],
  ['cash', 'country', ['qa', 'QAT', 'Q1', '']],
  ['cash', 'place', ['', 'x'.repeat(201), 'left\u202eright']],
  ['connected', 'currency', ['EUR', '', null]],
] as const)('F38 %s refuses a wrong %s and says where', (kind, field, wrong) => {
  for (const value of wrong)
    expect([value, pathOf({ ...right[kind], [field]: value })]).toEqual([value, field]);
});

test('F35 a PAN and a GSTIN go with an Indian account, and belong together', () => {
  const [pan, gstin] = ['AAPFU0939F', '27AAPFU0939F1ZV'];
  for (const kind of ['ifsc', 'upi'] as const) {
    for (const tax of [{ pan }, { gstin }, { pan, gstin }])
      expect(parse({ ...right[kind], ...tax }).data).toMatchObject(tax);
    expect(parse({ ...right[kind], pan: ` ${pan.toLowerCase()} ` }).data).toMatchObject({ pan });
    expect(pathOf({ ...right[kind], pan: 'AAPFU0938F', gstin })).toBe('gstin');
  }
  expect(parse({ ...right.upi, upi: ' Ann.Example@OkBank ' }).data).toMatchObject({
    upi: 'ann.example@okbank',
  });
  expect(parse({ ...right.cash, pan }).success).toBe(false);
});

test('a kind that there is not is refused by its name', () => {
  for (const kind of ['cheque', 'paypal', '', null, undefined, 'constructor'])
    expect(pathOf({ ...right.cash, kind })).toBe('kind');
});
