import fc from 'fast-check';
import { cash, minor } from '../shared/money.ts';
import { decimalText, minorOf } from './fatora.amount.ts';

const anyCurrency = fc.constantFrom(...cash);
const anyAmount = fc.maxSafeInteger().map(minor);

it('writes what it can read back, for every amount of every currency', () => {
  fc.assert(
    fc.property(anyAmount, anyCurrency, (amount, currency) => {
      expect(minorOf(decimalText(amount, currency), currency)).toBe(amount);
    }),
  );
});

it('does not mind zeros at the end', () => {
  fc.assert(
    fc.property(anyAmount, anyCurrency, fc.nat(5), (amount, currency, zeros) => {
      const text = decimalText(amount, currency);
      const longer = (text.includes('.') ? text : `${text}.0`) + '0'.repeat(zeros);
      expect(minorOf(longer, currency)).toBe(amount);
    }),
  );
});

it.each([
  [30250, 'QAR', '302.50'],
  [5, 'USD', '0.05'],
  [5124, 'KWD', '5.124'],
  [500, 'JPY', '500'],
  [-150, 'INR', '-1.50'],
  [Number.MAX_SAFE_INTEGER, 'QAR', '90071992547409.91'],
] as const)('writes %d %s as %s', (amount, currency, text) => {
  expect(decimalText(minor(amount), currency)).toBe(text);
});

it.each([
  ['302.5', 'QAR', 30250],
  ['302', 'QAR', 30200],
  ['5.1240', 'KWD', 5124],
  ['500.00', 'JPY', 500],
  ['0.07', 'USD', 7],
] as const)('reads %s %s as %d', (text, currency, amount) => {
  expect(minorOf(text, currency)).toBe(amount);
});

it.each([
  ['302.505', 'QAR'],
  ['500.5', 'JPY'],
  ['302.5000000000000001', 'QAR'],
  ['90071992547409.92', 'QAR'],
  ['3e2', 'QAR'],
  ['1,000.00', 'QAR'],
  [' 5', 'QAR'],
  ['', 'QAR'],
  ['.5', 'QAR'],
  ['5.', 'QAR'],
  ['+5', 'QAR'],
  ['NaN', 'QAR'],
] as const)('refuses %p as an amount of %s', (text, currency) => {
  expect(minorOf(text, currency)).toBeNull();
});
