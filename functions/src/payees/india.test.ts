import fc from 'fast-check';
import { isGstin, isIfsc, isPan, isUpi, panIn } from './india.ts';

/** F35 the checks of Indian numbers; that the GSTINs are right, stdnum says too. */

test.each([
  ['27AAPFU0939F1ZV', true],
  ['29AAGCB7383J1Z4', true],
  ['27AAPFU0939F1ZA', false],
  ['00AAPFU0939F1ZV', false],
  ['39AAPFU0939F1ZV', false],
  ['27AAPFU0939F0ZV', false],
  ['27AAPFU0939F1AV', false],
  ['27aapfu0939f1zv', false],
  ['27AAPFU0939F1ZV ', false],
  ['', false],
])('F35 GSTIN %s: %s', (text, right) => {
  expect(isGstin(text)).toBe(right);
});

const base = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const checked = (start: string): string[] =>
  Array.from(base, (letter) => start + letter).filter((text) => isGstin(text));

test('F35 each number has one check character, in Ladakh and other territory too', () => {
  for (const state of ['01', '25', '37', '38', '97']) expect(checked(`${state}AAPFU0939F1Z`)).toHaveLength(1);
  expect([checked('40AAPFU0939F1Z'), checked('00AAPFU0939F1Z')]).toEqual([[], []]);
  expect(panIn('27AAPFU0939F1ZV')).toBe('AAPFU0939F');
});

test('F35 a digit that is wrong is found', () => {
  const digits = [7, 8, 9, 10];
  fc.assert(
    fc.property(fc.constantFrom(...digits), fc.integer({ min: 1, max: 9 }), (at, by) => {
      const right = '27AAPFU0939F1ZV';
      const digit = (Number(right.charAt(at)) + by) % 10;
      expect(isGstin(`${right.slice(0, at)}${digit}${right.slice(at + 1)}`)).toBe(false);
    }),
  );
});

test('F35 PAN, IFSC and UPI id', () => {
  expect(['AAPFU0939F', 'AAAPL1234C', 'AABEF1234K'].map(isPan)).toEqual([true, true, true]);
  expect(['AAPDU0939F', 'AAAPL0000C', 'AAAPL12345', 'aaapl1234c'].map(isPan)).toEqual(Array(4).fill(false));
  expect(['HDFC0001234', 'SBIN0ABC123'].map(isIfsc)).toEqual([true, true]);
  expect(['HDFC1001234', 'HDF00001234', 'HDFC000123'].map(isIfsc)).toEqual(Array(3).fill(false));
  expect(['ann@okbank', '9876543210@ybl', 'a.b-c_d@kotak811'].map(isUpi)).toEqual([true, true, true]);
  expect(['ann', '@ybl', 'a@ybl', 'ann@ok.bank', 'ann@811', '.ann@ybl'].map(isUpi)).toEqual(
    Array(6).fill(false),
  );
});
