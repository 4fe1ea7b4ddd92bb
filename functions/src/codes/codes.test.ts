import fc from 'fast-check';
import { codesContract } from './codes.contract.ts';
import { codeFrom, codePattern, LENGTH, LETTERS, normalised } from './sponsorcode.ts';

const chance = fc.uint8Array({ minLength: 3 * LENGTH, maxLength: 3 * LENGTH });

test('F52 a code has eight letters that nobody takes for one another', () => {
  expect(LETTERS).not.toMatch(/[01ILOABDEKNSTUYZ]/);
  expect(new Set(LETTERS).size).toBe(20);
  fc.assert(
    fc.property(chance, (bytes) => {
      const code = codeFrom(bytes);
      return code === null || codePattern.test(code);
    }),
  );
});

test('each letter is as likely as any other, and too little chance makes no code', () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  const letters = Array.from(all, (byte) => codeFrom(new Uint8Array(LENGTH).fill(byte))?.[0]);
  const counts = Array.from(LETTERS).map((letter) => letters.filter((one) => one === letter).length);
  expect(new Set(counts)).toEqual(new Set([12]));
  expect(codeFrom(new Uint8Array(LENGTH - 1))).toBeNull();
  expect(codeFrom(new Uint8Array(LENGTH).fill(255))).toBeNull();
});

test('W4-21 however a code is typed, attaching and checking look for the same one', () => {
  fc.assert(
    fc.property(chance, fc.array(fc.boolean(), { minLength: LENGTH, maxLength: LENGTH }), (bytes, lower) => {
      const code = codeFrom(bytes);
      if (code === null) return;
      const typed = Array.from(code).map((letter, i) => (lower[i] ? letter.toLowerCase() : letter));
      const written = ` ${typed.slice(0, 4).join('')}-${typed.slice(4).join('')} `;
      expect(normalised(written)).toBe(code);
      expect(codesContract.attach.input.parse({ code: written }).code).toBe(code);
      expect(codesContract.check.input.parse({ code: written }).code).toBe(code);
    }),
  );
  for (const wrong of ['', 'C7GQ4XW', 'C7GQ4XWHH', 'O7GQ4XWH', 'C7GQ4XW1', '../../x', '💥💥💥💥'])
    expect(codesContract.check.input.safeParse({ code: wrong }).success).toBe(false);
});
