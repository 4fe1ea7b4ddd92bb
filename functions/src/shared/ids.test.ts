import fc from 'fast-check';
import { joinId, splitId } from './ids.ts';

const part = fc.string({ minLength: 1, unit: 'grapheme' });

test('what was joined comes apart again, whatever people are called', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
      const id = joinId(...parts);
      expect(splitId(id, parts.length)).toEqual(parts);
      expect(id).toMatch(/^[A-Za-z0-9_.~-]+$/);
    }),
  );
});

test('an id has one spelling: nothing else comes apart', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 3 }), (text, count) => {
      const parts = splitId(text, count);
      if (parts) expect(joinId(...parts)).toBe(text);
    }),
  );
  expect(splitId('a~b', 3)).toBeNull();
  expect(splitId('a~.61', 2)).toBeNull();
  expect(splitId('a~%61', 2)).toBeNull();
  expect(splitId('~a', 2)).toBeNull();
});
