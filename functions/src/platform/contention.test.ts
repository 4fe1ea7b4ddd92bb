import { Refusal } from '../shared/refusal.ts';
import { pauseAfter } from './contention.ts';

const half = () => 0.5;

test('a lost race is run again soon, and given up in the end', () => {
  const pauses = Array.from({ length: 16 }, (_, i) => pauseAfter({ code: 10 }, i + 1, half));
  expect(pauses.slice(0, 3)).toEqual([25, 50, 100]);
  expect(Math.max(...pauses.slice(0, -1).map(Number))).toBe(4000);
  expect(pauses.at(-1)).toBeNull();
});

test('trouble on the way is run again after longer', () => {
  expect(pauseAfter({ code: 14 }, 1, half)).toBe(1000);
  expect(pauseAfter({ code: 14 }, 5, half)).toBeNull();
});

test.each([new Refusal('busy'), new Error('a bug'), { code: 6 }, { code: 7 }, null])(
  '%p is final',
  (error) => {
    expect(pauseAfter(error, 1)).toBeNull();
  },
);
