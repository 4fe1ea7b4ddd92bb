import { randomBytes } from 'node:crypto';
import { fingerprint, seal, unseal } from './seal.ts';

const key = randomBytes(32).toString('base64');

test('a sealed number opens with its key at its place, and nowhere else', () => {
  const sealed = seal('QA58DOHB00001234567890ABCDEFG', 'payees/ann', key);
  expect(unseal(sealed, 'payees/ann', key)).toBe('QA58DOHB00001234567890ABCDEFG');
  expect(() => unseal(sealed, 'payees/bob', key)).toThrow();
  expect(() => unseal(sealed, 'payees/ann', randomBytes(32).toString('base64'))).toThrow();
  const bent = Buffer.from(sealed.box, 'base64');
  bent[0]! ^= 1;
  expect(() => unseal({ ...sealed, box: bent.toString('base64') }, 'payees/ann', key)).toThrow();
  const short = Buffer.from(sealed.tag, 'base64').subarray(0, 4).toString('base64');
  expect(() => unseal({ ...sealed, tag: short }, 'payees/ann', key)).toThrow();
});

test('the same number is never sealed alike twice, and the box holds none of it', () => {
  const [one, two] = [seal('QA58DOHB', 'p', key), seal('QA58DOHB', 'p', key)];
  expect(one.box).not.toBe(two.box);
  expect(Buffer.from(one.box, 'base64').toString()).not.toContain('DOHB');
});

test('a key of the wrong length is refused with its name', () => {
  expect(() => seal('x', 'p', 'c2hvcnQ=')).toThrow('SEALING_KEY');
});

test('a fingerprint is the same for the same text and key, and for nothing else', () => {
  const other = randomBytes(32).toString('base64');
  expect(fingerprint('QA58', key)).toBe(fingerprint('QA58', key));
  expect(fingerprint('QA58', key)).not.toBe(fingerprint('QA59', key));
  expect(fingerprint('QA58', key)).not.toBe(fingerprint('QA58', other));
});
